"""Logs: one JSON object a line on standard output, or readable text when developing."""

from __future__ import annotations

import logging
from typing import Any

import structlog

from portfolio.settings import databases

LOG_PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]


def tell_refusal_in_one_line(record: logging.LogRecord) -> bool:
    """What a stranger sends is no error of the site: such as a wrong host, which Django tells as one, with a traceback."""
    error = record.exc_info and record.exc_info[1]
    if not error or not 400 <= getattr(record, "status_code", 0) < 500:
        return True
    record.exc_info = record.exc_text = None
    told = record.getMessage()
    record.msg, record.args = " ".join((told if str(error) in told else f"{told} · {error}").split())[:500], ()
    record.levelno, record.levelname = logging.WARNING, "WARNING"
    return logging.getLogger(record.name).isEnabledFor(logging.WARNING)


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
        "filters": {
            "outages": {"()": lambda: databases.tell_database_away_in_one_line},
            "refusals": {"()": lambda: tell_refusal_in_one_line},
        },
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "line",
                "filters": ["outages", "refusals"],
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
        },
    }
