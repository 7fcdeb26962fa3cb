"""What people do to an incident: accept, cancel, ask for the next station, vouch, close. The same verbs for SMS, key
press, page and command line; each works in one transaction, its caller's, with everything that follows from it.

Nothing is refused silently: a ``Verdict`` says what was done, or in one line why not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.case import Asked, Case
from dispatch.incident import Incident, State, move
from dispatch.notes import tell_notes
from dispatch.step import NewCode, four_digits, take_step_or_alarm
from dispatch.wording import letter, may_answer, name_of, said
from gateway.store import Tx, put

if TYPE_CHECKING:
    from config.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A person who acts. ``number``: the phone it was done from, E.164, or empty (page, command line).
    ``how``: sms, key, page, command."""

    name: str
    how: str
    number: str = ""

    @property
    def mark(self) -> str:
        """What stands in ``accepted_by``: the number offered, else the name."""
        return self.number or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``why``: one line for the person who asked, when it was not done."""

    done: bool
    case: Case
    why: str = ""


def officer_at(city: City, number: str, how: str) -> Who:
    """The person with that number."""
    return Who(name=name_of(city, number), how=how, number=number)


def accept(
    tx: Tx,
    city: City,
    number: int,
    who: Who,
    now: datetime,
    *,
    station: str | None = None,
    new_code: NewCode = four_digits,
) -> Verdict:
    """``who`` takes the incident; the resident and every other officer asked are told in the same transaction.
    A second acceptance is refused and says who was first; the same person again is not an error.
    ``station``: from where he comes (default: where the incident was given). Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    here = case.incident
    if here.state is State.ACCEPTED and here.accepted_by == who.mark:
        return Verdict(done=True, case=case)
    if here.state is State.PENDING:  # a person's word confirms it first
        here = move(replace(here, verified=True), State.CONFIRMED, now)
    if here.state is not State.CONFIRMED:
        return Verdict(done=False, case=case, why=_not_open(city, here))
    taken = replace(move(here, State.ACCEPTED, now, who.mark), station=station or here.station)
    verdict = _moved(tx, city, replace(case, incident=taken), who, now, "accepted", new_code)
    store.apart(tx, lambda: tell_notes(tx, city, verdict.case, who.number, now))  # never at the cost of an acceptance
    return verdict


def cancel(tx: Tx, city: City, number: int, who: Who, now: datetime, new_code: NewCode = four_digits) -> Verdict:
    """A person says that it was none: everything stops, those asked are told, and the number's record keeps it.
    Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    if not case.incident.state.open:
        return Verdict(done=False, case=case, why=_not_open(city, case.incident))
    blamed = case.asked is not Asked.DOUBT  # of what we only asked about nobody said that it was one
    blamed = blamed and not case.incident.drill
    case = replace(case, incident=move(case.incident, State.CANCELLED, now), false_alarm=blamed)
    return _moved(tx, city, case, who, now, "cancelled", new_code)


def close(
    tx: Tx, city: City, number: int, who: Who, now: datetime, *, false: bool = False, new_code: NewCode = four_digits
) -> Verdict:
    """It is over. ``false``: nothing was there. The caller is told where he can be. Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    if not case.incident.state.open:
        return Verdict(done=False, case=case, why=_not_open(city, case.incident))
    case = replace(case, incident=move(case.incident, State.CLOSED, now), false_alarm=false and not case.incident.drill)
    verdict = _moved(tx, city, case, who, now, "closed", new_code)
    if may_answer(case.incident):
        text = said(city, case, "closed", case.incident.language, now)
        put(tx, letter(city, case.incident.caller, text, f"{number}/closed", now))
    return verdict


def next_station(tx: Tx, city: City, number: int, who: Who, now: datetime, new_code: NewCode = four_digits) -> Verdict:
    """Do not wait for the one being rung: the next is called now. Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    if case.incident.state is State.PENDING:
        return confirm(tx, city, number, who, now, new_code)
    if case.incident.state is not State.CONFIRMED:
        return Verdict(done=False, case=case, why=_not_open(city, case.incident))
    case = replace(case, hurried_at=now)
    return _moved(tx, city, case, who, now, "next", new_code)


def confirm(tx: Tx, city: City, number: int, who: Who, now: datetime, new_code: NewCode = four_digits) -> Verdict:
    """A person vouches for it: a pending one is confirmed, and the siren need not wait. Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    here = case.incident
    if here.drill:
        return Verdict(done=False, case=case, why=f"incident {here.code} is a drill: nobody vouches for it")
    if here.state not in (State.PENDING, State.CONFIRMED):
        return Verdict(done=False, case=case, why=_not_open(city, here))
    here = replace(here, verified=True, siren_allowed=True)
    if here.state is State.PENDING:
        here = move(here, State.CONFIRMED, now)
    return _moved(tx, city, replace(case, incident=here, asked=Asked.NOTHING), who, now, "vouched", new_code)


def _moved(tx: Tx, city: City, case: Case, who: Who, now: datetime, what: str, new_code: NewCode) -> Verdict:
    """Write the case, its line in the timeline, and what the ladder makes of it."""
    store.save_case(tx, case)
    store.tell(tx, case.incident.id, now, what, f"by {who.how}", who.name)
    return Verdict(done=True, case=take_step_or_alarm(tx, city, case.incident.id, now, new_code))


def _not_open(city: City, here: Incident) -> str:
    if here.state is State.ACCEPTED:
        at = f" at {here.accepted_at.astimezone(city.timezone):%H:%M}" if here.accepted_at else ""
        return f"incident {here.code} was accepted by {name_of(city, here.accepted_by or '')}{at}"
    return f"incident {here.code} is {here.state}"
