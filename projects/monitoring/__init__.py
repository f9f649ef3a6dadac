"""Monitoring of the yearly plan: plans, lights, status of each entry, running totals, forecast, ranking."""
