"""Recordings of what the product answers, to compare before and after a change that must not show: python -m tests.replay."""
