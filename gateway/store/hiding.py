"""Letters of who hides: what somebody said in secret is shown to nobody who does not ask for it by that letter's name.

A letter that hides keeps its place among the letters with its time, its way and how it ended; its number and its words
are left out, and no search by words or by a number finds it. An answer to such a letter hides as well (``put``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import or_, update

from gateway.store.inbound import INBOUND
from gateway.store.listing import Listed
from gateway.store.outbound import OUTBOUND
from gateway.store.schema import Tx

BEFORE = timedelta(hours=1)  # letters of that number before it: the talk that led to it


def hide_letters(tx: Tx, number: str, since: datetime, turn: str = "") -> None:
    """That number's letters hide from then on until now, alarms apart; the letter ``turn`` (its ``external_id``)
    always."""
    lately = (INBOUND.c.received_at >= since) & (INBOUND.c.urgency > 0)
    mine = (INBOUND.c.sender == number, or_(INBOUND.c.external_id == turn, lately))
    tx.execute(update(INBOUND).where(*mine).values(hides=True))
    told = (OUTBOUND.c.recipient == number, OUTBOUND.c.created_at >= since, OUTBOUND.c.urgency > 0)
    tx.execute(update(OUTBOUND).where(*told).values(hides=True))


def masked(one: Listed) -> Listed:
    """The letter as everybody may see it."""
    return replace(one, other="", text="", fault=None, doubt="") if one.hides else one
