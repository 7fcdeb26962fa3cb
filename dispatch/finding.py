"""What a person finds of an incident: real, false, a drill; a finding at its end; a note at any time.

An end is an end: nothing here opens one again. A mark on an ended one corrects its record, and nobody is called for it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from config.city_findings import DRILL, FALSE
from dispatch import store
from dispatch.acceptance import Verdict, Who, cancel, carried_out, close, confirm, refused
from dispatch.case import Case
from dispatch.incident import State
from dispatch.step import NewCode, four_digits
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

REAL = "real"
MARKS = (REAL, FALSE, DRILL)
MOST = 500  # characters of a note or a finding


def mark(
    tx: Tx, city: City, number: int, who: Who, now: datetime, how: str, words: str = "", new_code: NewCode = four_digits
) -> Verdict:
    """``how``: REAL: a person vouches for it (the siren need not wait). FALSE: everything stops, and the record of the
    number keeps it. DRILL: it was part of an exercise: everything stops, and nobody's record keeps it; a real one never
    goes on as a drill, for then it would wait behind all others. Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    if how not in MARKS:
        return refused(case, "no_mark", f"{how!r} is none of: {', '.join(MARKS)}")
    if case.incident.drill:
        return refused(case, "drill", f"incident {case.incident.code} is a drill: it stays one")
    if not case.incident.state.open:
        return _recorded(tx, city, case, who, now, how, words)
    if how != REAL:
        return cancel(tx, city, number, who, now, new_code, finding=how, words=_short(words))
    if case.incident.state is State.ACCEPTED:
        case = replace(case, incident=replace(case.incident, verified=True))
        return carried_out(tx, city, case, who, now, "marked", new_code, act="real", step=False, data={"mark": REAL})
    return confirm(tx, city, number, who, now, new_code)


def found(
    tx: Tx,
    city: City,
    number: int,
    who: Who,
    now: datetime,
    finding: str,
    words: str = "",
    new_code: NewCode = four_digits,
) -> Verdict:
    """It is over, and this is what it was. Raises NoSuchIncident."""
    if finding and finding not in city.findings:
        case = store.load_case(tx, number)
        return refused(case, "no_finding", f"{finding!r} is none of: {', '.join(city.findings)}")
    return close(tx, city, number, who, now, finding=finding, words=_short(words), new_code=new_code)


def remark(tx: Tx, city: City, number: int, who: Who, now: datetime, words: str) -> Verdict:
    """A note in the timeline, of an ended incident too. Raises NoSuchIncident."""
    case, text = store.load_case(tx, number), words.strip()
    if not text:
        return refused(case, "no_words", "nothing was written")
    if len(text) > MOST:
        return refused(case, "too_long", f"more than {MOST} characters", most=str(MOST))
    return carried_out(tx, city, case, who, now, "noted", act="note", step=False, data={"words": text})


def _recorded(tx: Tx, city: City, case: Case, who: Who, now: datetime, how: str, words: str) -> Verdict:
    """Its record is put right; it stays ended."""
    finding = case.finding if how == REAL and case.finding not in (FALSE, DRILL) else None if how == REAL else how
    case = replace(case, false_alarm=how == FALSE, finding=finding, finding_text=_short(words) or case.finding_text)
    return carried_out(
        tx, city, case, who, now, "marked", act=how, step=False, data={"mark": how, "words": _short(words)}
    )


def _short(words: str) -> str:
    return words.strip()[:MOST]
