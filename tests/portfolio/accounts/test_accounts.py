import io
import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone

from portfolio.accounts.names import get_attempted_name, normalize_name
from portfolio.models import ApiToken, User

pytestmark = pytest.mark.usefixtures("register")  # an empty database would have to be made of it for each

PASSWORD = "a long enough password"


@pytest.fixture
def user():
    return User.objects.create_user("changsha", password=PASSWORD, is_staff=True)


def make_token(*arguments):
    printed = io.StringIO()
    call_command("create_token", *arguments, stdout=printed, stderr=io.StringIO())
    return printed.getvalue().strip()


def test_a_token_is_printed_once_and_only_its_hash_is_stored(user):
    token = make_token("changsha", "--scope", "read", "--label", "data centre")

    stored = ApiToken.objects.get()
    assert len(token) == 64
    assert token not in str(vars(stored))
    assert stored.token_key == token[:15]
    assert stored.label == "data centre"
    assert not stored.may_write


def test_a_token_expires_in_a_year_or_as_asked_or_never(user):
    now = timezone.now()
    for days in ([], ["--days", "7"], ["--days", "0"]):
        make_token("changsha", "--scope", "read", *days)

    expiries = [token.expiry for token in ApiToken.objects.order_by("created")]
    assert expiries[2] is None
    for expiry, days in zip(expiries, (365, 7), strict=False):
        assert abs(expiry - now - timedelta(days=days)) < timedelta(minutes=1)


@pytest.mark.no_database
@pytest.mark.parametrize(
    "arguments",
    [
        ("nobody", "--scope", "read"),
        ("changsha", "--scope", "all"),
        ("changsha", "--scope", "read", "--days", "-1"),
        ("changsha", "--scope", "read", "--days", "10000000000"),
    ],
)
def test_a_token_is_refused_in_words(user, arguments):
    with pytest.raises(CommandError):
        make_token(*arguments)

    assert not ApiToken.objects.exists()


def test_a_token_of_unknown_scope_cannot_be_stored(user):
    with pytest.raises(IntegrityError):
        ApiToken.objects.create(user=user, scope="all")


@pytest.mark.parametrize("name", ["Changsha", "CHANGSHA"])
def test_two_accounts_do_not_differ_by_letter_case_alone(user, name):
    with pytest.raises(ValidationError) as refusal:
        User(username=name, password="!").full_clean()

    assert list(refusal.value.error_dict) == [NON_FIELD_ERRORS]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("family", "given", "shown"), [("李", "明", "李明"), ("Smith", "Ann", "Ann Smith"), ("", "", "changsha")]
)
def test_a_name_is_shown_in_the_order_of_its_language(user, family, given, shown):
    user.last_name, user.first_name = family, given

    assert user.display_name == shown


@pytest.mark.parametrize("spelling", ["changsha", "ChangSha", " changsha ", "ｃｈａｎｇｓｈａ"])
def test_every_spelling_of_a_name_counts_as_the_same_account(rf, spelling):
    assert normalize_name(spelling) == "changsha"
    assert get_attempted_name(None, {"username": spelling}) == "changsha"
    assert get_attempted_name(rf.post("/", {"username": spelling}), None) == "changsha"


def sign_in(client, name, password, address="10.0.0.1", **headers):
    form = {"username": name, "password": password}
    return client.post("/admin/login/", form, REMOTE_ADDR=address, headers=headers)


def test_five_failures_lock_the_account_for_the_address_however_it_is_written(client, user):
    spellings = ["changsha", "CHANGSHA", " changsha", "ｃhangsha", "changsha"]
    statuses = [sign_in(client, spelling, "wrong").status_code for spelling in spellings]

    assert statuses == [200, 200, 200, 200, 429]
    refused = sign_in(client, "changsha", PASSWORD)
    assert refused.status_code == 429
    assert 15 * 60 - 10 <= int(refused["Retry-After"]) <= 15 * 60
    assert '<a href="/admin/login/">登录' in refused.content.decode()


def test_five_failures_of_one_person_keep_nobody_else_at_the_address_out(client, user):
    for name in ("changsha", "nobody"):
        statuses = [sign_in(client, name, "wrong").status_code for _turn in range(5)]
        assert statuses[-1] == 429

    User.objects.create_user("zhuzhou", password=PASSWORD, is_staff=True)
    assert sign_in(client, "zhuzhou", PASSWORD).status_code == 302


def test_an_account_that_is_guessed_from_many_addresses_is_locked_from_anywhere(client, user):
    failed(*[1] * 19)
    assert sign_in(client, "changsha", "wrong", "10.9.9.8").status_code == 429

    assert sign_in(client, "changsha", PASSWORD, "10.9.9.9").status_code == 429


def test_an_address_that_guesses_at_many_accounts_is_locked_for_all(client, user):
    failed(*[1] * 49, name="somebody-{}", address="10.9.9.9")
    assert sign_in(client, "somebody-else", "wrong", "10.9.9.9").status_code == 429

    assert sign_in(client, "changsha", PASSWORD, "10.9.9.9").status_code == 429
    assert sign_in(client, "changsha", PASSWORD, "10.9.9.8").status_code == 302


def failed(*seconds_ago, name="changsha", address="10.0.0.{}", failures=1):
    for n, seconds in enumerate(seconds_ago):
        attempt = AccessAttempt.objects.create(
            username=name.format(n), ip_address=address.format(n), failures_since_start=failures
        )
        at = timezone.now() - timedelta(seconds=seconds)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=at)


@pytest.mark.parametrize(
    ("seconds_ago", "left", "told"),
    [
        ((600, 600, 600, 600, 600), 300, "5 minutes"),
        ((1, 2, 3, 4, 840), 60, "1 minute,"),
        ((1, 2, 3, 600, 720, 890), 180, "3 minutes"),  # the sixth from behind does not matter any more
    ],
)
def test_the_time_that_is_told_is_the_time_that_is_left(client, user, seconds_ago, left, told):
    failed(*seconds_ago, failures=4)  # five of these are the twenty of an account
    refused = sign_in(client, "changsha", PASSWORD, "10.9.9.9")

    assert refused.status_code == 429
    assert left - 10 <= int(refused["Retry-After"]) <= left
    assert told in refused.content.decode()
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(seconds=left))
    assert sign_in(client, "changsha", PASSWORD, "10.9.9.9").status_code == 302


def test_an_address_is_known_whatever_it_says_of_itself(client, user):
    for n in range(5):
        sign_in(client, "changsha", "wrong", **{"X-Forwarded-For": f"9.9.9.{n}"})

    assert sign_in(client, "changsha", PASSWORD, **{"X-Forwarded-For": "9.9.9.9"}).status_code == 429
    assert sign_in(client, "changsha", PASSWORD, "10.0.0.2").status_code == 302


def test_an_unknown_account_is_answered_as_a_known_one(client, user):
    answers = {
        re.sub(r'value="[^"]*"', "", sign_in(client, name, "wrong").content.decode()) for name in ("changsha", "nobody")
    }

    assert len(answers) == 1


def test_a_session_lasts_twelve_hours_and_is_out_of_reach_of_scripts(client, user):
    client.get("/admin/login/")
    assert sign_in(client, "changsha", PASSWORD).status_code == 302
    cookie = client.cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert 12 * 3600 - 10 <= cookie["max-age"] <= 12 * 3600
