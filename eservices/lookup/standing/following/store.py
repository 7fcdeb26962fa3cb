"""Who asked to be told of new rows, and what is new: verbs over a ``Tx`` that their caller began."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Integer, Row, String, Table, Text, delete, func, insert, select, update

from gateway.store import Tx, UtcDateTime, metadata
from gateway.store.carrying import LOOKUP, NAMES
from gateway.store.forgetting import FORGET, ROW
from gateway.store.outbound import OUTBOUND

NEWS = Table(
    "lookup_news",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lookup", String, nullable=False),
    Column("key", String, nullable=False),  # of the row, as it stands there
    Column("row", Text, nullable=False),  # JSON
    Column("at", UtcDateTime, nullable=False),
    Index("ix_lookup_news_lookup_id", "lookup", "id"),
)
FOLLOWER = Table(
    "lookup_follower",
    metadata,
    Column("lookup", String, primary_key=True, info={NAMES: LOOKUP}),
    Column("number", String, primary_key=True, info={FORGET: ROW}),  # E.164
    Column("language", String, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("told_to", Integer, nullable=False),  # news up to this one were told, or were not for him
    Column("next_at", UtcDateTime, nullable=False),  # no letter before that
    Column("day", String, nullable=False),  # on which ``told`` letters went, ISO
    Column("told", Integer, nullable=False),
    Index("ix_lookup_follower_lookup_told_to", "lookup", "told_to"),
)
WISH = Table(
    "lookup_wish",
    metadata,
    Column("lookup", String, primary_key=True),
    Column("number", String, primary_key=True, info={FORGET: ROW}),
    Column("word", String, primary_key=True),  # folded
    Column("asked_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """One phone that follows a look-up."""

    lookup: str
    number: str
    language: str
    asked_at: datetime
    told_to: int
    next_at: datetime
    day: str = ""
    told: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One row that was not there before."""

    id: int
    key: str
    row: Mapping[str, str]


# -- who follows


def follower(tx: Tx, lookup: str, number: str) -> Follower | None:
    """None: follows nothing of it."""
    row = tx.execute(select(FOLLOWER).where(FOLLOWER.c.lookup == lookup, FOLLOWER.c.number == number)).first()
    return _follower(row) if row is not None else None


def keep_follower(tx: Tx, one: Follower) -> None:
    """As it is now."""
    values = {column.name: getattr(one, column.name) for column in FOLLOWER.columns}
    same = (FOLLOWER.c.lookup == one.lookup, FOLLOWER.c.number == one.number)
    if tx.execute(update(FOLLOWER).where(*same).values(values)).rowcount == 0:
        tx.execute(insert(FOLLOWER), values)


def told(tx: Tx, one: Follower) -> bool:
    """What he was told, and when he may be told again. False: he was forgotten meanwhile."""
    values = {"told_to": one.told_to, "next_at": one.next_at, "day": one.day, "told": one.told}
    same = (FOLLOWER.c.lookup == one.lookup, FOLLOWER.c.number == one.number)
    return tx.execute(update(FOLLOWER).where(*same).values(values)).rowcount > 0


def wishes(tx: Tx, lookup: str, number: str) -> list[str]:
    """The words that the phone follows, in the order in which they were asked for."""
    mine = select(WISH.c.word).where(WISH.c.lookup == lookup, WISH.c.number == number)
    return list(tx.execute(mine.order_by(WISH.c.asked_at, WISH.c.word)).scalars())


def wishes_among(tx: Tx, lookup: str, numbers: Sequence[str]) -> dict[str, list[str]]:
    """The same of several phones, at most a few hundred."""
    rows = tx.execute(select(WISH.c.number, WISH.c.word).where(WISH.c.lookup == lookup, WISH.c.number.in_(numbers)))
    found: dict[str, list[str]] = {number: [] for number in numbers}
    for row in rows:
        found[row.number].append(row.word)
    return found


def add_wish(tx: Tx, lookup: str, number: str, word: str, at: datetime) -> None:
    """Follow that word, too."""
    tx.execute(insert(WISH), {"lookup": lookup, "number": number, "word": word, "asked_at": at})


def drop_wish(tx: Tx, lookup: str, number: str, word: str) -> None:
    """Not that word any more; who follows no other follows nothing."""
    mine = (WISH.c.lookup == lookup, WISH.c.number == number)
    tx.execute(delete(WISH).where(*mine, WISH.c.word == word))
    if tx.execute(select(WISH.c.word).where(*mine).limit(1)).first() is None:
        tx.execute(delete(FOLLOWER).where(FOLLOWER.c.lookup == lookup, FOLLOWER.c.number == number))


def following(tx: Tx, number: str) -> list[tuple[str, str, datetime]]:
    """What the phone follows: look-up, word, since when."""
    mine = select(WISH).where(WISH.c.number == number).order_by(WISH.c.lookup, WISH.c.asked_at, WISH.c.word)
    return [(row.lookup, row.word, row.asked_at) for row in tx.execute(mine)]


def followed(tx: Tx, lookup: str) -> list[tuple[str, int]]:
    """The words that are followed, with how many phones, the most wanted first."""
    many = func.count()
    rows = tx.execute(select(WISH.c.word, many).where(WISH.c.lookup == lookup).group_by(WISH.c.word))
    return sorted(((str(word), int(count)) for word, count in rows), key=lambda one: (-one[1], one[0]))


# -- what is new


def add_news(tx: Tx, lookup: str, rows: Sequence[tuple[str, Mapping[str, str]]], at: datetime) -> None:
    """These rows, each with its key, were not there before."""
    if rows:
        values = [{"lookup": lookup, "key": key, "row": json.dumps(dict(row)), "at": at} for key, row in rows]
        tx.execute(insert(NEWS), values)


def newest(tx: Tx, lookup: str) -> int:
    """The id of the last news; 0: there is none."""
    return int(tx.execute(select(func.max(NEWS.c.id)).where(NEWS.c.lookup == lookup)).scalar() or 0)


def keys_after(tx: Tx, lookup: str, after: int, upto: int) -> list[str]:
    """The different keys of the news after one and up to another."""
    within = (NEWS.c.lookup == lookup, NEWS.c.id > after, NEWS.c.id <= upto)
    return list(tx.execute(select(NEWS.c.key).where(*within).distinct()).scalars())


def news_with(
    tx: Tx, lookup: str, keys: Collection[str], after: int, upto: int, at_most: int
) -> tuple[int, list[News]]:
    """How many of them have one of these keys, and the first few."""
    within = (NEWS.c.lookup == lookup, NEWS.c.id > after, NEWS.c.id <= upto, NEWS.c.key.in_(list(keys)))
    many = int(tx.execute(select(func.count()).select_from(NEWS).where(*within)).scalar() or 0)
    rows = tx.execute(select(NEWS).where(*within).order_by(NEWS.c.id).limit(at_most))
    return many, [News(id=row.id, key=row.key, row=json.loads(row.row)) for row in rows]


def forget_news(tx: Tx, lookup: str, before: datetime) -> None:
    """News that are older are told to nobody any more."""
    tx.execute(delete(NEWS).where(NEWS.c.lookup == lookup, NEWS.c.at < before))


def to_tell(tx: Tx, lookup: str, upto: int, now: datetime, at_most: int) -> list[Follower]:
    """Phones that were not told up to that yet and may be written to now."""
    ready = select(FOLLOWER).where(FOLLOWER.c.lookup == lookup, FOLLOWER.c.told_to < upto, FOLLOWER.c.next_at <= now)
    return [_follower(row) for row in tx.execute(ready.order_by(FOLLOWER.c.number).limit(at_most))]


def next_at(tx: Tx, lookup: str, upto: int) -> datetime | None:
    """When the next of those that were not told up to that may be."""
    waits = (FOLLOWER.c.lookup == lookup, FOLLOWER.c.told_to < upto)
    at: datetime | None = tx.execute(select(func.min(FOLLOWER.c.next_at)).where(*waits)).scalar()
    return at


def waiting(tx: Tx, at_most: int) -> int:
    """How many letters in the bulk lane are not sent yet; counted up to ``at_most``."""
    queued = select(OUTBOUND.c.id).where(OUTBOUND.c.state == "queued", OUTBOUND.c.urgency == 2).limit(at_most)
    return int(tx.execute(select(func.count()).select_from(queued.subquery())).scalar() or 0)


def _follower(row: Row[Any]) -> Follower:
    return Follower(**row._mapping)
