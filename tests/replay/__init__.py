"""Recordings of what the product answers, compared before and after a change that must not show."""
