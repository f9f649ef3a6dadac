"""Form fields of the administration and of the pages alike: amounts, partial dates, days, sources."""
