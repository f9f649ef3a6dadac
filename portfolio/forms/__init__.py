"""Django's forms, as the site changes them: escaping of help texts, repeated fields, translated messages."""
