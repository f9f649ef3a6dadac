"""What the site changes in Django's forms: escaping of help texts, repeated fields, translated messages."""
