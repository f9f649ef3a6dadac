"""Django looks for the site's admins here; they are those of the accounts."""

from portfolio.accounts import admin, token_admin

__all__ = ["admin", "token_admin"]
