"""Admin of accounts, where Django looks for it."""

from portfolio.accounts import admin

__all__ = ["admin"]
