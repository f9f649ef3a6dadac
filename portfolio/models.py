"""Models of the site, where Django looks for them: those of the accounts."""

from portfolio.accounts.models import User
from portfolio.accounts.tokens import ApiToken, TokenScope

__all__ = ["ApiToken", "TokenScope", "User"]
