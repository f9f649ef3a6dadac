"""Imports: a workbook of somebody's own is sent or pasted, its columns are confirmed, what it would write is looked at."""
