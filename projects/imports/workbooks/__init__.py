"""Workbooks of officials: an .xlsx, a CSV file or pasted cells, read and checked cell by cell, without writing anything.

`opening` makes a book of bytes that are not trusted, `tables` finds the table of a sheet, `vocabulary` and `mapping` say
what its columns are, `row_reading` reads its cells, `register_rows` and `report_rows` judge them;
`checking.check` does it all.
"""
