"""manage.py create_token: an API token for another system, shown once."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from portfolio.accounts.networks import parse_networks
from portfolio.models import ApiToken, TokenScope
from projects.models import Prefecture
from sectors.texts import check_line

User = get_user_model()
MOST_DAYS = 36_500


class Command(BaseCommand):
    help = "Make an API token for a user and print it, once: only its hash is stored."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--scope", choices=TokenScope.values, required=True)
        parser.add_argument("--label", default="", help="which system uses it, and whom to ask about it")
        parser.add_argument("--days", type=int, default=365, help="days until it expires; 0: never (default: 365)")

        parser.add_argument(
            "--prefecture",
            action="append",
            default=[],
            help="code of a prefecture that it is bound to; may be repeated",
        )
        parser.add_argument(
            "--address", action="append", default=[], help="address or network that it is bound to; may be repeated"
        )

    def handle(self, *, username, scope, label, days, prefecture, address, **options):
        if not 0 <= days <= MOST_DAYS:
            raise CommandError(f"--days must not be negative, nor more than {MOST_DAYS}; 0 is for ever.")
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            raise CommandError(f"There is no account named {username}.") from None
        unknown = set(prefecture) - set(Prefecture.objects.values_list("adcode", flat=True))
        if unknown:
            raise CommandError(f"There is no prefecture with the code {min(unknown)}.")
        try:
            check_line(label)
            networks = parse_networks(",".join(address))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        expiry = timedelta(days=days) if days else None
        _, token = ApiToken.objects.create(
            user=user, expiry=expiry, scope=scope, label=label, prefectures=prefecture, addresses=networks
        )
        self.stdout.write(token)
        self.stderr.write(f"Send it as 'Authorization: Token …'; it is not shown again. It may {scope}.")
