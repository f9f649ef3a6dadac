"""Accounts: users, signing in, sessions, and the API tokens of other systems."""
