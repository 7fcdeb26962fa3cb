"""A part of a transaction whose own failure does not take the rest with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from gateway.store import Tx

T = TypeVar("T")


def apart(tx: Tx, work: Callable[[], T]) -> T | Exception:
    """What ``work`` returns, or the fault that undid it and nothing else. A fault of the store itself is raised: of
    that transaction nothing is left to save."""
    try:
        with tx.begin_nested():
            return work()
    except SQLAlchemyError:
        raise
    except Exception as fault:
        return fault
