"""Database router: sends what a request reads to the node that it was given, and everything else to the primary."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from projects.database.read_replica import given_alias


class ReadRouter:
    """Django's database router. All nodes hold the same data, so any two records may be related."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        alias = given_alias()
        # who writes must read what is written in the same transaction
        if alias != DEFAULT_DB_ALIAS and connections[DEFAULT_DB_ALIAS].in_atomic_block:
            return DEFAULT_DB_ALIAS
        return alias

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *records: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return None if db == DEFAULT_DB_ALIAS else False
