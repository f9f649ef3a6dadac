"""Django looks for the site's admins here; they are those of the accounts."""

from portfolio.accounts import admin

__all__ = ["admin"]
