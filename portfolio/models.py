"""Django looks for the site's models here; they are the accounts."""

from portfolio.accounts.models import ApiToken, TokenScope, User

__all__ = ["ApiToken", "TokenScope", "User"]
