"""Numbers that people hold on paper and in their phones: after a copy came back none is handed out a second time.

What was handed out between the copy and now is not known. New numbers leap beyond it: a gap puzzles a clerk, one number
of two people sends help, or an answer, to the wrong one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, func, select

from gateway.store.callbacks import keep_note, read_note
from gateway.store.schema import Tx

LEAST = 100  # numbers that are left out at the least
TIMES = 3  # as many as were handed out in as long a time before, so many times
ROUND = 100  # the first one is a hundred and one: a gap that is seen to be meant
DAY = timedelta(days=1)


def leap(tx: Tx, number: Column[int], stamped: Column[Any], since: datetime, at: datetime) -> int:
    """Leave out what may have been handed out between these instants; the first number that is handed out next.
    ``stamped``: the column that says when a number of the same table was."""
    before = max(at - since, DAY)
    lately = select(func.count()).where(stamped > since - before, stamped <= since)
    last = select(func.coalesce(func.max(number), 0))
    least = tx.execute(last).scalar_one() + LEAST + TIMES * tx.execute(lately).scalar_one()
    first: int = -(-least // ROUND) * ROUND + 1
    if tx.dialect.name == "postgresql" and number.autoincrement:
        tx.execute(select(func.setval(func.pg_get_serial_sequence(number.table.name, number.name), first - 1)))
    else:
        keep_note(tx, _note(number), str(first))
    return first


def least(tx: Tx, number: Column[int]) -> int:
    """The least that a new number may be; 0: any."""
    return int(read_note(tx, _note(number)) or 0)


def leapt(tx: Tx, number: Column[int]) -> dict[str, int]:
    """What an insert says of a number that the engine counts: nothing, but for the first one after a leap."""
    if tx.dialect.name == "postgresql" or not (first := least(tx, number)):
        return {}
    above = tx.execute(select(number).where(number >= first).limit(1)).scalar()
    return {number.name: first} if above is None else {}


def _note(number: Column[int]) -> str:
    return f"numbers.{number.table.name}"
