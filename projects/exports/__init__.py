"""File exports, written while they are read: NDJSON, CSV and Excel workbooks.

`columns` says what a table shows of a record, `ndjson`, `csv_text` and `workbook` write chunks of records as bytes,
`streaming` holds the snapshot, the past and the language while a file is under way. What a record looks like is the
business of whoever asks: the lists of the API hand over the records that they show themselves.
"""
