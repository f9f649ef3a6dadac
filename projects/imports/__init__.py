"""Reading of workbooks and CSV files, cell by cell, by fields that are named once (`fields`).

`books` makes grids of bytes that are not trusted, `tables` finds the table of a sheet and says what its columns are,
`values` what its cells stand for, `rows` judges its rows; `checking.check` does it all and writes nothing. `loading` loads a
directory of the register's CSV files by the same fields and values, all or nothing; `chronicle` gives a load its past.
"""
