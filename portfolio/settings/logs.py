"""Logs: one JSON object a line on standard output, or readable text when developing."""

from __future__ import annotations

import logging
from typing import Any

import structlog

from portfolio.database_errors import get_trouble

LOG_PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]


def is_needed(record: logging.LogRecord) -> bool:
    """Leave out what Django says of a request whose line in the log says the same: that it was refused, or that the
    database did not answer. Of what a stranger sends, such as a wrong host, Django's line stays, without a traceback.
    """
    error = record.exc_info and record.exc_info[1]
    status = getattr(record, "status_code", 0)
    if record.name == "django.request":
        return status >= 500 and get_trouble(error or None) is None
    if error and 400 <= status < 500:
        record.exc_info = record.exc_text = None
        record.msg, record.args = " ".join(record.getMessage().split())[:500], ()
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return logging.getLogger(record.name).isEnabledFor(record.levelno)


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
        "filters": {"needed": {"()": lambda: is_needed}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "line",
                "filters": ["needed"],
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            "waitress.queue": {"level": "ERROR"},  # which says at each request that threads are at work
        },
    }
