"""Logs as JSON lines on stderr. Telephone numbers and the secrets in callbacks' paths are
masked: a log is read by more people than the letters are."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime

NUMBER = re.compile(r"(?:(?<![0-9A-Fa-f])|(?<=%2[Bb]))(\+?\d{3})\d{3,9}(\d{3})(?![0-9A-Fa-f])")  # 9 to 15 digits
SECRET = re.compile(r"(/callbacks)(?:/|%2[Ff])[^\s'\"]+")  # a provider's path, whatever of it is right


def masked(text: str) -> str:
    """``+6281234567890`` becomes ``+628***890``; dates, codes and short numbers stay. The secret in a callback's path
    (a line that is no HTTP is quoted in a log) becomes ``***``."""
    return NUMBER.sub(r"\1***\2", SECRET.sub(r"\1/***", text))


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "t": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "say": masked(record.getMessage()),
        }
        if record.exc_info:
            line["trace"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def start_logging(level: int = logging.INFO) -> None:
    """Send every room's log to stderr. Called once, by the front door."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("aiosqlite", "asyncio", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
