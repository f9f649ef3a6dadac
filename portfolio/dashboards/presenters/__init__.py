"""Presenters: answers turned into what a page shows, text, addresses, titles that state the finding. No sums, no queries."""
