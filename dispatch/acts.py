"""Every act of a person on an incident, by its name and with plain fields: what the page and the command line call."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from config.city_findings import DRILL, FALSE
from dispatch import store
from dispatch.acceptance import Verdict, Who, accept, cancel, confirm, next_station, refused
from dispatch.assigning import assign
from dispatch.correcting import correct, place_at, place_of
from dispatch.finding import found, mark, remark
from dispatch.reaching import REPORTER, call_reporter, write
from dispatch.seen import undone
from dispatch.step import NewCode, four_digits
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """One act under way. ``fields``: what the person said with it."""

    tx: Tx
    city: City
    number: int
    who: Who
    now: datetime
    fields: Fields
    new_code: NewCode

    def of(self, name: str) -> str:
        """A field; "" where it was not said."""
        return self.fields.get(name, "").strip()


def _place(act: Doing) -> Verdict:
    if not (act.of("lat") or act.of("lon")):
        place = place_of(act.city, act.of("text"), act.now)
    else:
        lat, lon = _degrees(act.of("lat"), 90.0), _degrees(act.of("lon"), 180.0)
        if lat is None or lon is None:
            return refused(store.load_case(act.tx, act.number), "no_point", "that is no point: degrees, as 3.6, 98.48")
        place = place_at(act.city, lat, lon, act.of("text"))
    return correct(act.tx, act.city, act.number, act.who, act.now, place, act.new_code)


def _degrees(text: str, most: float) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and -most <= value <= most else None


ACTS: Mapping[str, Callable[[Doing], Verdict]] = {
    "accept": lambda a: accept(a.tx, a.city, a.number, a.who, a.now, new_code=a.new_code),
    "next": lambda a: next_station(a.tx, a.city, a.number, a.who, a.now, a.new_code),
    "confirm": lambda a: confirm(a.tx, a.city, a.number, a.who, a.now, a.new_code),
    "cancel": lambda a: cancel(a.tx, a.city, a.number, a.who, a.now, a.new_code, words=a.of("words")),
    "close": lambda a: found(a.tx, a.city, a.number, a.who, a.now, a.of("finding"), a.of("words"), a.new_code),
    "assign": lambda a: assign(a.tx, a.city, a.number, a.who, a.now, a.of("to"), a.new_code),
    "place": _place,
    "call": lambda a: call_reporter(a.tx, a.city, a.number, a.who, a.now, a.new_code),
    "text": lambda a: write(a.tx, a.city, a.number, a.who, a.now, a.of("to") or REPORTER, a.of("words")),
    "mark": lambda a: mark(a.tx, a.city, a.number, a.who, a.now, a.of("as"), a.of("words"), a.new_code),
    "note": lambda a: remark(a.tx, a.city, a.number, a.who, a.now, a.of("words")),
}
"""``place``: ``lat`` and ``lon`` in degrees, or ``text``. ``close``: ``finding``, ``words``. ``assign``: ``to``, a
number or a station's id. ``text``: ``to`` reporter or officer, ``words``. ``mark``: ``as`` real, false or drill."""


ENDS_HELP: Mapping[str, str] = {"cancel": "", "close": "finding", "mark": "as"}
"""Acts that may say of an emergency that it is none, with the field by which they do ("": always)."""


def dangerous(act: str, fields: Fields) -> bool:
    """Whether it says of an emergency that it is none: help stops, or its record blames a number, and no later word
    calls anybody back. Who accepts, calls, sends or goes on is never held up."""
    said = ENDS_HELP.get(act)
    return said is not None and (not said or fields.get(said, "").strip() in (FALSE, DRILL))


def carry_out(
    tx: Tx,
    city: City,
    number: int,
    act: str,
    who: Who,
    now: datetime,
    fields: Fields,
    *,
    seen: int | None = None,
    new_code: NewCode = four_digits,
) -> Verdict:
    """Do it in the caller's transaction. ``seen``: the revision that the person saw; where the act would undo a newer
    one of another it is refused, with that one. Raises NoSuchIncident, KeyError for an act that there is not."""
    newer = undone(tx, number, act, who.name, seen)
    if newer:
        last = newer[-1]
        at = f"{last.at.astimezone(city.timezone):%H:%M:%S}"
        why = f"since you looked, at {at}: {last.kind} {last.who}".rstrip()
        return Verdict(done=False, case=store.load_case(tx, number), why=why, key="undoes", undone=tuple(newer))
    doing = Doing(tx=tx, city=city, number=number, who=who, now=now, fields=fields, new_code=new_code)
    return ACTS[act](doing)
