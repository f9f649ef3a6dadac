"""How days are written, by language: `2023-08-07` in each."""
