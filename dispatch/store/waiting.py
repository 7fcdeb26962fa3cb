"""Letters of an incident that have not surely left yet."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, text

from gateway.store import Tx, now
from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND, REPEAT

URGENT = 0  # of a letter that is read first


def waiting_letters(tx: Tx, number: int, texts: Collection[str]) -> list[str]:
    """The keys of the incident's letters made of one of these texts of the pack that wait, are on their way, or
    perhaps came and would be repeated."""
    key, state = OUTBOUND.c.key, OUTBOUND.c.state
    mine = (key >= f"{number}/") & (key < f"{number}0")  # '0' follows '/': a range, which the index on the key answers
    unsure = state.in_(("doing", "unknown")) & (OUTBOUND.c.expires_at > now(tx))
    found = tx.execute(select(key).where(mine, (state == text("'queued'")) | unsure)).scalars()
    return [one for one in found if _text_of(one) in texts]


def unread_alarm_of(tx: Tx, caller: str) -> bool:
    """Whether an urgent letter of that number is kept and not yet read by a desk."""
    mine = (INBOUND.c.sender == caller) & (INBOUND.c.state == text("'new'")) & (INBOUND.c.urgency == URGENT)
    return tx.execute(select(INBOUND.c.id).where(mine).limit(1)).first() is not None


def _text_of(key: str) -> str:
    """``7/kept/…`` answers a letter, ``7/+62…/text.offer/1`` is an effect."""
    steps = key.partition(REPEAT)[0].split("/")
    return steps[2].removeprefix("text.") if len(steps) > 2 and steps[2].startswith("text.") else steps[1]
