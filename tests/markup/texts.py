"""Every text that the database holds, found from the models, and what is put in the place of it.

What a door would refuse is stored by SQL, past the models; what the database itself refuses is given back, as nobody can
store it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from projects.database import guards

OVERRIDE = "\u202e"
MARK = "zqx{n}z"
MARKUP = (
    f'javascript:{MARK}//<input name={MARK}><meta http-equiv=refresh content="0;url=/{MARK}"><{MARK} {MARK}="">'
    f'\'" {MARK}=""></option></textarea></title></script><{MARK}>{OVERRIDE}{MARK}=&lt;b&gt;&amp;'
)
SHORTER = f'<{MARK}"\' {MARK}="">{OVERRIDE}{MARK}=&lt;b&gt;&amp;'
SHORTEST = "<q{n}>"
# the same lengths and beginnings without what has a meaning in markup
HARMLESS = str.maketrans({"<": "(", ">": ")", '"': "*", "'": "*", "&": "+", ";": ".", OVERRIDE: "_", "=": "~"})

# Texts that only the product writes and reads, in a form of its own: another would be no text but a defect.
NO_TEXTS = {
    "portfolio.ApiToken.digest": "a hash, by which a token is found",
    "portfolio.ApiToken.token_key": "made at random, and part of an address",
    "admin.LogEntry.object_id": "the key of a record",
    "projects.ReportDraft.version": "a digest, by which what was typed over is found",
    "projects.StateNumber.name": "two names of our own",
    "sectors.Sector.code": "part of an address, which takes no other",
    "sectors.Direction.code": "part of an address, which takes no other",
    "sectors.ChainLink.code": "part of an address, which takes no other",
    "projects.LightRule.code": "part of an address, which takes no other",
    "projects.Prefecture.adcode": "part of an address, which takes no other",
}
# Models of others' applications that hold no text of anybody, or none that any page reads.
NO_MODELS = {
    "sessions.Session": "signed by the product",
    "contenttypes.ContentType": "names of models",
    "auth.Permission": "names of actions",
    "axes.AccessAttemptExpiration": "has no text",
}
# Keys of JSON that say what the value beside them is.
NAMES_IN_JSON = {"field", "year", "certainty", "question", "why", "figure", "letters", "measure", "kind"}

MOST_DIGITS = 6  # of a key, which makes each text another
Named = tuple[str, models.Field]


def text_fields() -> list[Named]:
    """Each field of each model in which a person's text could stand; not those that take one of a closed list."""
    return [
        (f"{model._meta.label}.{field.name}", field)
        for model in apps.get_models()
        if model._meta.label not in NO_MODELS
        for field in model._meta.concrete_fields
        if is_text(field)
    ]


def is_text(field: models.Field) -> bool:
    return isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices


def payload(number: int, field: models.Field, *, room: int) -> str:
    """The most that goes into a field, beside the key that makes it differ from row to row."""
    longest = field.max_length or 10_000
    offered = [each.replace("{n}", str(number)) for each in (MARKUP, SHORTER, SHORTEST)]
    return next((each for each in offered if len(each) + room <= longest), offered[-1])


def put(*, harmless: bool = False) -> dict[str, int]:
    """Put a text of that kind into every row of every text field, and name the number by which each is known.

    A field into which the database lets nothing is left out.
    """
    numbers, later = {}, []
    for number, (name, field) in enumerate(text_fields(), 101):
        if is_none_of_ours(name, field):
            continue
        try:
            numbers |= {name: number} if _put(field, number, harmless=harmless) else {}
        except DatabaseError as error:
            if guards.APPEND_ONLY not in str(error):
                raise
            later.append((number, name, field))
    with guards.without_guards(connection.alias):
        for number, name, field in later:
            numbers |= {name: number} if _put(field, number, harmless=harmless) else {}
    return numbers


def is_none_of_ours(name: str, field: models.Field) -> bool:
    """Whether it is named in `NO_TEXTS`, itself or as the field that it is the past of."""
    record = getattr(field.model, "instance_type", field.model)
    return name in NO_TEXTS or f"{record._meta.label}.{field.name}" in NO_TEXTS


def _put(field: models.Field, number: int, *, harmless: bool) -> bool:
    """Whether any row took it: if not all do, then those that are not blank. Raises what forbids to write at all."""
    statements = list(_statements(field, number, harmless=harmless))
    for refused_to_blank in (False, True):
        blank = f" AND \"{field.column}\" <> ''" if refused_to_blank else ""
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                return sum([_done(cursor, text + blank, values) for text, values in statements]) > 0
        except DatabaseError as error:
            if guards.APPEND_ONLY in str(error):
                raise
    return False


def _done(cursor: Any, text: str, values: list[Any]) -> int:
    cursor.execute(text, values)
    return cursor.rowcount


def _statements(field: models.Field, number: int, *, harmless: bool) -> Iterator[tuple[str, list[Any]]]:
    table, key = field.model._meta.db_table, field.model._meta.pk
    if isinstance(field, models.JSONField):
        text = f'UPDATE "{table}" SET "{field.column}" = %s WHERE "{key.column}" = %s'  # noqa: S608  our own names
        for pk, value in models.QuerySet(field.model).order_by().values_list("pk", field.name):
            yield text, [json.dumps(_with_texts(value, number, field, harmless)), key.get_db_prep_value(pk, connection)]
        return
    said = payload(number, field, room=MOST_DIGITS)
    ending = f' || "{key.column}"' if len(said) + MOST_DIGITS <= (field.max_length or 10_000) else ""
    text = f'UPDATE "{table}" SET "{field.column}" = %s{ending} WHERE 1 = 1'  # noqa: S608  our own names
    yield text, [_harmless(said) if harmless else said]


def _with_texts(value: Any, number: int, field: models.Field, harmless: bool) -> Any:
    if isinstance(value, list):
        return [_with_texts(each, number, field, harmless) for each in value]
    if isinstance(value, dict):
        return {
            name: each if name in NAMES_IN_JSON else _with_texts(each, number, field, harmless)
            for name, each in value.items()
        }
    said = payload(number, field, room=0)
    return (_harmless(said) if harmless else said) if isinstance(value, str) else value


def _harmless(text: str) -> str:
    return text.replace("javascript:", "harmlessly:").translate(HARMLESS)
