"""What providers said besides letters: requests kept beside their doubts, opt-outs, the secrets of their paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from gateway.messages import Receipt
from gateway.store.outbound import RECEIPT
from gateway.store.people import SETTING
from gateway.store.schema import Tx, UtcDateTime, metadata, now

DOUBTFUL = Table(
    "doubtful",
    metadata,
    Column("external_id", String, primary_key=True),  # the letter's
    Column("request", Text, nullable=False),  # as it came, in text
)
OPTED_OUT = Table(
    "opted_out",
    metadata,
    Column("number", String, primary_key=True),  # E.164, or as it came
    Column("channel", String, primary_key=True),
    Column("sender", String, primary_key=True),  # the name or code from which no more is wanted; empty: any
    Column("at", UtcDateTime, nullable=False),
)
SECRET = Table(
    "callback_secret",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("provider", String, nullable=False),
    Column("digest", String, nullable=False),  # sha256 of 128 bits or more of chance: nothing to be guessed from it
    Column("origin", String, nullable=False),  # settings (valid while it stands there) or rotated
    Column("made_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("dropped_at", UtcDateTime),
    UniqueConstraint("provider", "digest"),
)
POLLED = Table(
    "polled",
    metadata,
    Column("channel", String, primary_key=True),
    Column("likeness", String, primary_key=True),  # digest of sender, text and second: a fetched letter's id may differ
    Column("kept_at", UtcDateTime, nullable=False),
)

_REPORTED = (
    select(RECEIPT.c.id)
    .where(
        RECEIPT.c.channel == bindparam("by"),
        RECEIPT.c.reference == bindparam("named"),
        RECEIPT.c.recipient == bindparam("whom"),
        RECEIPT.c.delivery == bindparam("what"),
        RECEIPT.c.received_at >= bindparam("since"),
    )
    .limit(1)
)
_DOUBTFUL = insert(DOUBTFUL)
_OPTED = select(OPTED_OUT.c.number).where(OPTED_OUT.c.number == bindparam("whose")).limit(1)
_USED = (
    update(SECRET)
    .where(SECRET.c.provider == bindparam("whose"), SECRET.c.digest == bindparam("named"))
    .values(used_at=bindparam("then"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One secret of a provider's paths, by the digest of it. ``origin``: settings or rotated."""

    provider: str
    digest: str
    origin: str
    made_at: datetime
    used_at: datetime | None
    dropped_at: datetime | None


def keep_request(tx: Tx, external_id: str, request: str) -> None:
    """Keep a doubtful letter's request beside it."""
    tx.execute(_DOUBTFUL, {"external_id": external_id, "request": request})


def request_of(tx: Tx, external_id: str) -> str:
    """The request of a doubtful letter; empty where none was kept."""
    return tx.execute(select(DOUBTFUL.c.request).where(DOUBTFUL.c.external_id == external_id)).scalar() or ""


def opt_out(tx: Tx, number: str, channel: str, sender: str) -> None:
    """The subscriber wants no more letters in bulk; said again it stays so."""
    row = {"number": number, "channel": channel, "sender": sender}
    known = select(OPTED_OUT.c.at).filter_by(**row)
    if tx.execute(known).first() is None:
        tx.execute(insert(OPTED_OUT), {**row, "at": now(tx)})


def opt_in(tx: Tx, number: str) -> bool:
    """The subscriber wants letters in bulk again, whichever way it was said before that not. Whether it was."""
    return tx.execute(delete(OPTED_OUT).where(OPTED_OUT.c.number == number)).rowcount > 0


def has_opted_out(tx: Tx, number: str) -> bool:
    """Whether the subscriber said of any of our senders that no more bulk is wanted."""
    return tx.execute(_OPTED, {"whose": number}).first() is not None


def opted_out_since(tx: Tx, number: str, since: datetime) -> bool:
    """Whether the subscriber said so after that: of what was asked for then, too, no more is wanted."""
    later = (OPTED_OUT.c.number == number, OPTED_OUT.c.at >= since)
    return tx.execute(select(OPTED_OUT.c.number).where(*later).limit(1)).first() is not None


def secrets(tx: Tx, provider: str | None = None) -> Sequence[Secret]:
    """Every secret ever known, of one provider or of all, oldest first."""
    wanted = select(SECRET).order_by(SECRET.c.provider, SECRET.c.id)
    rows = tx.execute(wanted if provider is None else wanted.where(SECRET.c.provider == provider))
    return [
        Secret(
            provider=row.provider,
            digest=row.digest,
            origin=row.origin,
            made_at=row.made_at,
            used_at=row.used_at,
            dropped_at=row.dropped_at,
        )
        for row in rows
    ]


def add_secret(tx: Tx, provider: str, digest: str, origin: str) -> None:
    """Write a secret down, once."""
    if tx.execute(select(SECRET.c.id).filter_by(provider=provider, digest=digest)).first() is None:
        row = {"provider": provider, "digest": digest, "origin": origin, "made_at": now(tx)}
        tx.execute(insert(SECRET), row)


def drop_secrets(tx: Tx, provider: str, digests: Sequence[str]) -> None:
    """These open nothing any more, wherever they stand."""
    mine = SECRET.c.provider == provider, SECRET.c.digest.in_(digests)
    tx.execute(update(SECRET).where(*mine).values(dropped_at=now(tx)))


def mark_used(tx: Tx, provider: str, digest: str, at: datetime) -> None:
    """When a secret last opened its path."""
    tx.execute(_USED, {"whose": provider, "named": digest, "then": at})


def was_reported(tx: Tx, receipt: Receipt, since: datetime) -> bool:
    """Whether the same was reported of that letter since then."""
    asked = {"by": receipt.channel, "named": receipt.reference, "whom": receipt.to, "what": receipt.delivery.value}
    return tx.execute(_REPORTED, {**asked, "since": since}).first() is not None


def is_polled(tx: Tx, channel: str, likeness: str) -> bool:
    """Whether a letter like this one was fetched before."""
    row = {"channel": channel, "likeness": likeness}
    return tx.execute(select(POLLED.c.kept_at).filter_by(**row)).first() is not None


def keep_polled(tx: Tx, channel: str, likeness: str, at: datetime) -> None:
    """A letter like this one was fetched, and is kept."""
    if not is_polled(tx, channel, likeness):
        tx.execute(insert(POLLED), {"channel": channel, "likeness": likeness, "kept_at": at})


def forget_polled(tx: Tx, channel: str, before: datetime) -> None:
    """What was fetched before then is posted no more."""
    tx.execute(delete(POLLED).where(POLLED.c.channel == channel, POLLED.c.kept_at < before))


def read_note(tx: Tx, name: str) -> str:
    """A small note of the program's own; empty where there is none."""
    found = tx.execute(select(SETTING.c.value).where(SETTING.c.name == name)).scalar()
    return found.decode() if found is not None else ""


def keep_note(tx: Tx, name: str, value: str) -> None:
    """Write a note in the place of the one before."""
    changed = tx.execute(update(SETTING).where(SETTING.c.name == name).values(value=value.encode()))
    if not changed.rowcount:
        tx.execute(insert(SETTING), {"name": name, "value": value.encode()})


def polled_since(tx: Tx, channel: str, since: datetime) -> set[str]:
    """What was fetched since then."""
    mine = POLLED.c.channel == channel
    return set(tx.execute(select(POLLED.c.likeness).where(mine, POLLED.c.kept_at >= since)).scalars())
