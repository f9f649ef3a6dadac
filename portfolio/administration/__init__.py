"""The administration as a whole: its name, who may enter, and in what order it lists the records."""
