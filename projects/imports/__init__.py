"""Import of the register's CSV files: read, checked cell by cell, stored all or not at all.

`reading` makes text of bytes and rows of text, `layout` names the columns of each file, `cells` turns a cell into a
value, `records` a row into records, and `loading` does it for a directory, inside one revision.
"""
