"""manage.py data_dictionary: docs/data-dictionary.md from the models, so that it cannot tell anything else than they do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models
from django.utils.translation import override

MOST_CHOICES = 13  # longer lists, such as the provinces, are in projects/choices
PATH = settings.BASE_DIR / "docs" / "data-dictionary.md"
HEAD = """# Data dictionary

Written by `manage.py data_dictionary` from the models; do not edit. Money is whole CNY. Blank (NULL) means not known and
is never zero. Every record of `projects` and `sectors` has a history table of the same columns (`historical…`), each row of
which carries the number of its revision.
"""


class Command(BaseCommand):
    help = "Write the data dictionary, or with --check fail if the stored one is not what the models say."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if it would change")

    def handle(self, *args: Any, **options: Any) -> None:
        text = data_dictionary()
        if options["check"]:
            if not PATH.exists() or PATH.read_text(encoding="utf-8") != text:
                raise CommandError("docs/data-dictionary.md is not up to date: manage.py data_dictionary")
            return
        PATH.write_text(text, encoding="utf-8")


def data_dictionary() -> str:
    """The whole page, Markdown: each model with its fields and the rules that the database holds."""
    sections = [HEAD]
    for app in ("sectors", "projects", "portfolio"):
        for model in apps.get_app_config(app).get_models():
            if not model.__name__.startswith("Historical"):
                sections.append("\n".join(_section(model)))
    return "\n".join(sections)


def _section(model: type[models.Model]) -> Iterator[str]:
    meta = model._meta
    yield f"## {meta.object_name} — {translate_into('zh-hans', meta.verbose_name)}\n"
    if model.__doc__ and not model.__doc__.startswith(f"{meta.object_name}("):
        yield f"{' '.join(model.__doc__.split())}\n"
    yield "| field | Chinese | type | rule or meaning |\n|---|---|---|---|"
    for field in meta.concrete_fields:
        if not (isinstance(field, models.AutoField | models.BigAutoField) and field.primary_key):
            chinese = translate_into("zh-hans", field.verbose_name)
            yield f"| `{field.name}` | {chinese} | {_type(field)} | {_meaning(field)} |"
    rules = [(rule.name, translate_into("en", rule.violation_error_message or "")) for rule in meta.constraints]
    if rules:
        yield "\nHeld by the database:\n"
        yield from (f"- `{name}`: {message}" for name, message in rules)
    yield ""


def _type(field: models.Field) -> str:
    if isinstance(field, models.ForeignKey):
        return f"→ {field.related_model._meta.object_name}"
    kind = type(field).__name__.removesuffix("Field")
    return f"{kind} ({field.max_length})" if getattr(field, "max_length", None) else kind


def _meaning(field: models.Field) -> str:
    parts = []
    if field.unique and not field.primary_key:
        parts.append("unique")
    if field.null or field.blank:
        parts.append("may be blank")
    if field.help_text:
        parts.append(translate_into("en", field.help_text))
    choices = list(field.choices or [])
    if choices and len(choices) <= MOST_CHOICES:
        parts.append("one of " + ", ".join(f"`{value}`" for value, _label in choices))
    return "; ".join(parts).replace("|", "\\|")


def translate_into(language: str, text: Any) -> str:
    with override(language):
        return str(text)
