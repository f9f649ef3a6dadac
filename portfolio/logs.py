"""Logs: one JSON object a line on standard output, or readable text when developing."""

from __future__ import annotations

from typing import Any

import structlog

from portfolio import database

LOG_PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]


def configuration(*, readable: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING, and structlog set up to go the same way."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *LOG_PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": structlog.dev.ConsoleRenderer()
                if readable
                else structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
                "foreign_pre_chain": LOG_PROCESSORS,
            }
        },
        "filters": {"outages": {"()": lambda: database.tell_database_away_in_one_line}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "line",
                "filters": ["outages"],
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
        },
    }
