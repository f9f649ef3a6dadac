"""Django's admin site as a whole: its name, who may enter, and in what order it lists the records."""
