"""Database features beyond tables, for the domain: guards and state numbers."""

from django.db import router


def get_read_alias() -> str:
    """Return the alias of the database that queries read now, for code that uses a connection by itself."""
    return router.db_for_read(None)  # type: ignore[arg-type]  # it is the same for every model
