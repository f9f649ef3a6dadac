from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from portfolio.models import ApiToken, TokenScope

User = get_user_model()


class Command(BaseCommand):
    help = "Make an API token for a user and print it, once: only its hash is stored."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--scope", choices=TokenScope.values, required=True)
        parser.add_argument("--label", default="", help="which system uses it, and whom to ask about it")
        parser.add_argument("--days", type=int, default=365, help="days until it expires; 0: never (default: 365)")

    def handle(self, *, username, scope, label, days, **options):
        if days < 0:
            raise CommandError("--days must not be negative.")
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            raise CommandError(f"There is no account named {username}.") from None
        expiry = timedelta(days=days) if days else None
        _, token = ApiToken.objects.create(user=user, expiry=expiry, scope=scope, label=label)
        self.stdout.write(token)
        self.stderr.write(f"Send it as 'Authorization: Token …'; it is not shown again. It may {scope}.")
