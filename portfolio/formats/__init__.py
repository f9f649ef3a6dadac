"""How days are written in each language, `2023-08-07`: as on pages. The administration asks Django how."""

DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"
