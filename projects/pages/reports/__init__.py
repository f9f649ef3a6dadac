"""One monthly report: all that it says, what was done with it, and the page at its own address."""
