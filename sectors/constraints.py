"""The check constraints of a model as one question to the database, whose SQL is made once, and none where they surely hold.

Django makes the SQL of each constraint anew whenever a record is validated, which takes several times as long as the
answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache, reduce
from operator import and_
from typing import Any

from django.db import connections, models, transaction
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.db.models.sql import Query

from .conditions import Test, Unsure, passes, test_of


@dataclass(frozen=True)
class _Blank:
    """Stands among the parameters where the value of a field belongs."""

    field: models.Field


@dataclass(frozen=True)
class Checks:
    """Check constraints of one model on one database. What any of them makes of NULL holds, as in the database."""

    using: str
    sql: str
    parameters: Sequence[Any]
    tests: Sequence[Test] | None = None  # the same in memory; None where not all of them can be looked at so

    def surely_hold(self, instance: models.Model) -> bool:
        """Whether it can be seen without the database that all of them hold."""
        return self.tests is not None and passes(self.tests, instance)

    def hold(self, instance: models.Model) -> bool:
        """Whether all of them hold for a record. Raises `DatabaseError` where the database cannot even compare a value."""
        connection = connections[self.using]
        values = [
            each.field.get_db_prep_value(getattr(instance, each.field.attname), connection=connection)
            if isinstance(each, _Blank)
            else each
            for each in self.parameters
        ]
        apart = transaction.atomic(using=self.using) if connection.in_atomic_block else nullcontext()
        with apart, connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            return cursor.fetchone() is not None


@cache
def checks_without(model: type[models.Model], excluded: frozenset[str], using: str) -> Checks | None:
    """The check constraints that a model itself declares and that need none of the excluded fields; None without any."""
    conditions = [models.Q(each.condition) for each in model._meta.constraints if is_check(each)]
    conditions = [each for each in conditions if not each.referenced_base_fields & excluded]
    if not conditions:
        return None
    query = Query(None)
    for field in model._meta.local_concrete_fields:
        query.add_annotation(RawSQL("%s", (_Blank(field),), output_field=field), field.name, select=False)
    query.add_annotation(models.Value(1), "_check")
    together = reduce(and_, conditions)
    if connections[using].features.supports_comparing_boolean_expr:
        together = models.Q(Coalesce(together, True, output_field=models.BooleanField()))
    query.add_q(together)
    sql, parameters = query.get_compiler(using=using).as_sql()
    return Checks(using, sql, parameters, _tests(model, conditions))


def _tests(model: type[models.Model], conditions: Sequence[models.Q]) -> list[Test] | None:
    try:
        return [test_of(model, each) for each in conditions]
    except Unsure:
        return None


def is_check(constraint: models.BaseConstraint) -> bool:
    return isinstance(constraint, models.CheckConstraint)
