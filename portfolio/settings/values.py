"""Parsers of settings: what a value may be, said in one sentence that has the setting's name in front."""

import re
from ipaddress import ip_address, ip_network
from pathlib import Path

from environs import ValidationError, validate

BASE_DIR = Path(__file__).resolve().parents[2]

at_least_one = validate.Range(min=1, error="must be 1 or more.")
TRUE_OR_FALSE = {"invalid": "must be true or false."}
EMAIL_SECURITIES = ("none", "starttls", "tls")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

# what a prefecture can only propose, by default and at most; `entry.programme` is being on a list, with its days
PROPOSABLE = (
    "project.name_zh",
    "project.name_en",
    "project.note_zh",
    "project.note_en",
    "project.basis",
    "project.total_investment",
    "project.expected_revenue",
    "project.sector",
    "project.chain_link",
    "project.transferred",
    "project.source_province",
    "entry.planned_disbursement",
    "entry.programme",
    "entry.basis",
)
PROPOSABLE_TOO = ("entry.status", "entry.disbursed_before")


def each_matches(pattern, error):
    """Return a validator of lists, which raises `ValidationError` if the pattern does not match all of a value."""

    def validator(values):
        if not all(re.fullmatch(pattern, value) for value in values):
            raise ValidationError(error)

    return validator


def some_hosts(value):
    if not value or any("/" in host or not host for host in value):
        raise ValidationError("must be host names separated by commas, without a scheme, such as a.gov.cn,10.0.0.8.")


def proxy_address(value):
    try:
        if value not in ("", "*"):
            ip_address(value)
    except ValueError:
        raise ValidationError(
            "must be the IP address of the proxy in front, such as 127.0.0.1, or * where only the proxy reaches the site."
        ) from None


def some_networks(value):
    for network in value:
        try:
            ip_network(network.strip())
        except ValueError:
            raise ValidationError("must be networks separated by commas, such as 10.1.0.0/16,fd00::/8.") from None


def some_ports(value):
    numbers = [int(port) for port in value if port.isascii() and port.strip().isdecimal() and len(port) < 7]
    if not value or len(numbers) < len(value) or not all(1 <= number <= 65535 for number in numbers):
        raise ValidationError("must be numbers of ports separated by commas, such as 80,443.")


def proposable_fields(value):
    known = (*PROPOSABLE, *PROPOSABLE_TOO)
    unknown = [name.strip() for name in value if name.strip() and name.strip() not in known]
    if unknown:
        raise ValidationError(f"names {unknown[0]!r}, but can only name {', '.join(known)}.")


def existing_file(value):
    if not (BASE_DIR / value).is_file():
        raise ValidationError("must be the path of an existing file.")


former_keys = each_matches(
    ".{50,}", "must be former values of SECRET_KEY separated by commas, each of at least 50 characters."
)
origins = each_matches(
    "https?://.*", "must be addresses separated by commas, each with its scheme, such as https://a.gov.cn."
)
some_days = each_matches(r"\s*[0-9]{1,4}\s*", "must be numbers of days separated by commas, such as 3,1,0.")
at_least_fifty_characters = validate.Length(50, error="must be a random text of at least 50 characters.")
replica_address = validate.Regexp(
    "(postgres(ql)?://|$)", error="must be the address of a PostgreSQL, as in DATABASE_URL."
)
an_origin = validate.Regexp(
    "(https?://|$)", error="must be the address of the site with its scheme, such as https://a.gov.cn."
)
an_address = validate.Regexp(
    r"(?!\s)[^@]*@[^@]*(?<!\s)\Z", error="must be an e-mail address, such as monitor@a.gov.cn."
)
requests_a_minute = validate.Range(0, 10**7, error="must be from 0, for no limit, to 10,000,000 requests a minute.")
some_processes = validate.Range(1, 64, error="must be from 1 to 64.")
minutes_of_a_session = validate.Range(1, 720, error="must be from 1 to 720 minutes.")
some_megabytes = validate.Range(0, 65536, error="must be from 0 to 65536.")
a_share = validate.Range(1, 100, error="must be from 1 to 100 per cent.")
