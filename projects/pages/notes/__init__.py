"""Notes: how they are shown, and the page on which one is written."""
