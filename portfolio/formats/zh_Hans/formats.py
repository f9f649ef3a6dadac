"""Days and moments as on pages, `2023-08-07`; Django looks for them here, as the administration asks it how."""

SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
