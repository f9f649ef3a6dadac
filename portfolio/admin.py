"""Admins of the site, where Django looks for them: those of the accounts."""

from portfolio.accounts import admin, token_admin

__all__ = ["admin", "token_admin"]
