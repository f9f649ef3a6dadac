"""State transitions of reports, claims and proposals: what may happen next, and the only code that writes it."""
