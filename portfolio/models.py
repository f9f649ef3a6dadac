"""Django looks for the site's models here; they are the accounts."""

from portfolio.accounts.models import User
from portfolio.accounts.tokens import ApiToken, TokenScope

__all__ = ["ApiToken", "TokenScope", "User"]
