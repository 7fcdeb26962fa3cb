"""What the page shows of letters: those that ended badly and that nobody has seen, and what today's cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from config.clock import Clock
from dispatch.console.house import Json
from dispatch.wording import name_of
from gateway.nik import masked_text
from gateway.store import Tx
from gateway.store.ended import see
from gateway.store.hiding import masked
from gateway.store.listing import ENDED_UNSEEN, Listed, letters
from gateway.store.spending import Spent, ledger
from gateway.store.waiting import Queue, queues, unread

if TYPE_CHECKING:
    from config.city import City

PART_S = 4.0  # seconds that a modem has one part on the air, from submit to the network's answer
MOST = 20  # letters on the page; 'kentongan letters list --state unseen' has all


def post_json(tx: Tx, city: City, clock: Clock, ceiling: Callable[[str], float], ways: int = 1) -> Json:
    """``{letters: [{id, to, to_name, channel, text, state, at, fault}], queues: [{lane, count, parts, oldest_at,
    airtime_s}], unread: {count, oldest_at}, costs: [{channel, lane, messages, cost, ceiling}]}``. ``airtime_s``:
    until the lane's last leaves, with all that go before it. ``ceiling``: of a channel and day, in Rupiah; 0: none.
    ``ways``: how many channels send now."""
    today = clock.now().astimezone(city.timezone).date().isoformat()
    return {
        "letters": [_letter(city, masked(one)) for one in reversed(letters(tx, state=ENDED_UNSEEN, at_most=MOST))],
        "queues": _queues(queues(tx), max(1, ways)),
        "unread": _unread(*unread(tx)),
        "costs": [_cost(one, ceiling(one.channel)) for one in ledger(tx, today)],
    }


def _queues(waiting: Sequence[Queue], ways: int) -> list[Json]:
    before = 0
    found: list[Json] = []
    for one in waiting:
        before += one.parts
        said = {"lane": one.lane, "count": one.count, "parts": one.parts, "airtime_s": round(before * PART_S / ways)}
        found.append({**said, "oldest_at": one.oldest_at.isoformat() if one.oldest_at else None})
    return found


def _unread(count: int, oldest: datetime | None) -> Json:
    return {"count": count, "oldest_at": oldest.isoformat() if oldest else None}


def seen(tx: Tx, name: str) -> bool:
    """A person knows of the letter ``out-12``. False: it did not end badly, or somebody knew."""
    direction, _, number = name.partition("-")
    return direction == "out" and number.isdecimal() and see(tx, int(number))


def _letter(city: City, one: Listed) -> Json:
    known = name_of(city, one.other)
    return {
        "id": one.id,
        "to": one.other,
        "to_name": known if known != one.other else "",
        "channel": one.channel or "",
        "text": masked_text(one.text),
        "state": one.state,
        "at": one.at.isoformat(),
        "fault": one.fault or "",
        "hides": one.hides,
    }


def _cost(one: Spent, ceiling: float) -> Json:
    cost = {"channel": one.channel, "lane": one.lane, "messages": one.parts, "cost": round(one.cost)}
    return {**cost, "ceiling": round(ceiling)}
