"""The board: what is open now and what ended last, and by what a page knows that one of them has changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from dispatch.case import Case
from dispatch.plan import EffectKind
from dispatch.store.events import last_lines
from dispatch.store.incidents import ENDED, OPEN, case_of
from dispatch.store.tables import EFFECT, INCIDENT
from gateway.store import Tx
from gateway.store.outbound import OUTBOUND

_WAITING_FIRST = (INCIDENT.c.accepted_at.is_not(None), INCIDENT.c.opened_at, INCIDENT.c.id)
_BECOME = ("id", "attempted_at", "started_at", "settled_at", "pressed", "relayed_at", "answer")


def board(tx: Tx, *, most: int, latest: int) -> tuple[list[Case], int]:
    """The ``most`` open incidents that wait longest, unaccepted first, then the ``latest`` ended ones, newest first;
    and how many more are open."""
    now_open = [case_of(row) for row in tx.execute(select(INCIDENT).where(OPEN).order_by(*_WAITING_FIRST).limit(most))]
    more = 0
    if len(now_open) == most:
        more = int(tx.execute(select(func.count()).select_from(INCIDENT).where(OPEN)).scalar_one()) - most
    ended = select(INCIDENT).where(INCIDENT.c.state.in_(ENDED)).order_by(INCIDENT.c.id.desc()).limit(latest)
    return [*now_open, *(case_of(row) for row in tx.execute(ended))], more


def stamps(tx: Tx, numbers: Collection[int]) -> Mapping[int, str]:
    """By incident a mark that changes with every line of its timeline, every step of its calls and of its letters."""
    said: dict[int, list[Any]] = {number: [line] for number, line in last_lines(tx, numbers).items()}
    mine = EFFECT.c.incident.in_(numbers)
    steps = select(EFFECT.c.incident, *(func.count(EFFECT.c[name]) for name in _BECOME)).where(mine)
    letters = (
        select(EFFECT.c.incident, func.count(OUTBOUND.c.channel), func.count(OUTBOUND.c.settled_at))
        .join(OUTBOUND, OUTBOUND.c.key == EFFECT.c.key)
        .where(mine, EFFECT.c.kind == EffectKind.TEXT.value)
    )
    for query in (steps, letters):
        for row in tx.execute(query.group_by(EFFECT.c.incident)):
            said.setdefault(row[0], []).append(sum(row[1:]))
    return {number: ".".join(map(str, parts)) for number, parts in said.items()}


def related(tx: Tx, case: Case, at_most: int) -> list[Case]:
    """Other incidents of the same caller, the newest first."""
    if not case.incident.caller:
        return []
    mine = (INCIDENT.c.caller == case.incident.caller) & (INCIDENT.c.id != case.incident.id)
    found = select(INCIDENT).where(mine).order_by(INCIDENT.c.id.desc()).limit(at_most)
    return [case_of(row) for row in tx.execute(found)]


def near_in_time(tx: Tx, case: Case, span_s: float, at_most: int) -> list[Case]:
    """Other incidents opened within ``span_s`` before or after it, in the same kelurahan, the newest first."""
    here, span = case.incident, timedelta(seconds=span_s)
    if here.place.kelurahan is None:
        return []
    about = INCIDENT.c.opened_at.between(here.opened_at - span, here.opened_at + span)
    found = select(INCIDENT).where(about, INCIDENT.c.id != here.id).order_by(INCIDENT.c.id.desc()).limit(10 * at_most)
    cases = (case_of(row) for row in tx.execute(found))
    return [one for one in cases if one.incident.place.kelurahan == here.place.kelurahan][:at_most]
