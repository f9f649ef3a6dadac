"""docs/data-dictionary.md from the models, so that it cannot tell anything else than they do.

python -m tests.data_dictionary         write it
python -m tests.data_dictionary --check write nothing; fail if it would change
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.db import models
from django.utils.translation import override

MOST_CHOICES = 13  # longer lists, such as the provinces, are in projects/choices
PATH = Path(__file__).resolve().parent.parent / "docs" / "data-dictionary.md"
HEAD = """# Data dictionary

Written by `make docs` from the models; do not edit. Money is whole CNY. Blank (NULL) means not known and is never zero.
Every record of `projects` and `sectors` has a history table of the same columns (`historical…`), each row of which carries
the number of its revision.
"""


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


def main(*arguments: str) -> None:
    """Write the page, or with --check fail if it is not what the models say."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    text = data_dictionary()
    if "--check" not in arguments:
        PATH.write_text(text, encoding="utf-8")
    elif PATH.read_text(encoding="utf-8") != text:
        sys.exit("docs/data-dictionary.md is not up to date: make docs")


if __name__ == "__main__":
    main(*sys.argv[1:])
