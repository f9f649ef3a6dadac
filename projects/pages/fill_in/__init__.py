"""Workbooks to be filled in: of the reports of a month, and of the register; what one may not write is not in them."""
