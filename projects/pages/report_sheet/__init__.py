"""The sheet of a month: a row to type into for each entry that is asked for a report."""
