"""Files of lists and tables: `columns` says what a table has of a record, `files` streams NDJSON, CSV and workbooks.

What a record looks like is the business of whoever asks: the lists of the API hand over the records that they show.
"""
