"""Totals: the question (`Scope`), the figures, and the sums that answer it. Nothing else in the product sums."""
