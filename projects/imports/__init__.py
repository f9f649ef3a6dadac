"""Reading of workbooks and CSV files, cell by cell, by fields that are named once (`fields`).

`opening` makes a book of bytes that are not trusted, `tables` finds the table of a sheet, `mapping` says what its columns
are, `values` what its cells stand for, `register_rows` and `report_rows` judge its rows; `checking.check` does it all and
writes nothing. `loading` loads a directory of the register's CSV files, all or nothing.
"""
