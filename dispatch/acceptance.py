"""What people do to an incident: accept, cancel, ask for the next station, vouch, close. The same verbs for SMS, key
press, page and command line; each works in one transaction, its caller's, with everything that follows from it. Their
siblings: ``assigning.py``, ``correcting.py``, ``reaching.py``, ``finding.py``; by name, with what each person saw:
``acts.py``.

Nothing is refused silently: a ``Verdict`` says what was done, or in one line why not.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from config.city_findings import FALSE
from dispatch import store
from dispatch.assigned import is_assigned
from dispatch.case import Asked, Case, Event
from dispatch.incident import State, move
from dispatch.notes import tell_notes
from dispatch.step import NewCode, four_digits, take_step_or_alarm
from dispatch.wording import letter, may_answer, name_of, said
from gateway.audit import Deed, note
from gateway.store import Tx, put

if TYPE_CHECKING:
    from config.city import City

log = logging.getLogger(__name__)

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A person who acts. ``number``: the phone it was done from, E.164, or empty (page, command line).
    ``how``: sms, key, page, command. ``login``: on the page."""

    name: str
    how: str
    number: str = ""
    login: str = ""

    @property
    def mark(self) -> str:
        """What stands in ``accepted_by``: the number offered, else the name."""
        return self.number or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``why``: one line for the person who asked, when it was not done; ``key`` and ``fields``: the same for pages, in
    their visitor's language. ``undone``: the newer lines of others that it would have undone."""

    done: bool
    case: Case
    why: str = ""
    key: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    undone: tuple[Event, ...] = ()


def officer_at(city: City, number: str, how: str) -> Who:
    """The person with that number."""
    return Who(name=name_of(city, number), how=how, number=number)


def refused(case: Case, key: str, why: str, **fields: str) -> Verdict:
    """Not done."""
    return Verdict(done=False, case=case, why=why, key=key, fields=fields)


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
    A second acceptance is refused and says who was first, but for one to whom a person sent it, and for the first
    officer after the command centre, which sends somebody and goes nowhere; the same person again is
    not an error. ``station``: from where he comes (default: where the incident was given). Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    here = case.incident
    if here.state is State.ACCEPTED and here.accepted_by == who.mark:
        return Verdict(done=True, case=case)
    sent = is_assigned(city, case.assigned_to, who.number, now)
    if here.state is State.ACCEPTED and (sent or _goes(city, case, who)):
        return _handed(tx, city, case, who, now, station, new_code)
    if here.state is State.PENDING:  # a person's word confirms it first
        here = move(replace(here, verified=True), State.CONFIRMED, now)
    if here.state is not State.CONFIRMED:
        return not_open(city, case)
    taken = replace(move(here, State.ACCEPTED, now, who.mark), station=station or here.station)
    case = replace(case, incident=taken, assigned_to=None, asked=Asked.NOTHING)
    verdict = carried_out(tx, city, case, who, now, "accepted", new_code, act="accept")
    store.apart(tx, lambda: tell_notes(tx, city, verdict.case, who.number, now))  # never at the cost of an acceptance
    return verdict


def _goes(city: City, case: Case, who: Who) -> bool:
    """Whether he is the first officer who goes where only the command centre has it, and it sent nobody else."""
    has, comes = case.incident.accepted_by or "", city.officer(who.number)
    return comes is not None and city.officer(has) is None and case.assigned_to is None


def _handed(tx: Tx, city: City, case: Case, who: Who, now: datetime, station: str | None, new_code: NewCode) -> Verdict:
    """He who goes has it now; its line tells those who had it before."""
    here = replace(case.incident, accepted_by=who.mark, station=station or case.incident.station)
    before = name_of(city, case.incident.accepted_by or "")
    case = replace(case, incident=here, assigned_to=None, handed_at=now)
    verdict = carried_out(tx, city, case, who, now, "handed", new_code, act="accept", data={"before": before})
    store.apart(tx, lambda: tell_notes(tx, city, verdict.case, who.number, now))
    return verdict


def cancel(
    tx: Tx,
    city: City,
    number: int,
    who: Who,
    now: datetime,
    new_code: NewCode = four_digits,
    *,
    finding: str = "",
    words: str = "",
) -> Verdict:
    """A person says that it was none: everything stops, those asked are told, and the number's record keeps it, but
    where the ``finding`` is another than a false report. Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    if not case.incident.state.open:
        return not_open(city, case)
    blamed = case.asked is not Asked.DOUBT  # of what we only asked about nobody said that it was one
    blamed = blamed and not case.incident.drill and finding in ("", FALSE)
    case = replace(case, incident=move(case.incident, State.CANCELLED, now), false_alarm=blamed, assigned_to=None)
    case = replace(case, finding=finding or None, finding_text=words or None)
    return carried_out(tx, city, case, who, now, "cancelled", new_code, act="cancel", data=_parts(finding, words))


def close(
    tx: Tx,
    city: City,
    number: int,
    who: Who,
    now: datetime,
    *,
    false: bool = False,
    finding: str = "",
    words: str = "",
    new_code: NewCode = four_digits,
) -> Verdict:
    """It is over. ``finding``: what it was, a word of ``city.findings``; ``words``: more of it. ``false``: the same as
    the finding of a false report. The caller is told where he can be. Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    if not case.incident.state.open:
        return not_open(city, case)
    finding = finding or (FALSE if false else "")
    blamed = finding == FALSE and not case.incident.drill
    ended = move(case.incident, State.CLOSED, now)
    case = replace(case, incident=ended, false_alarm=blamed, assigned_to=None)
    case = replace(case, finding=finding or None, finding_text=words or None)
    verdict = carried_out(tx, city, case, who, now, "closed", new_code, act="close", data=_parts(finding, words))
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
        return not_open(city, case)
    case = replace(case, hurried_at=now)
    return carried_out(tx, city, case, who, now, "next", new_code, act="next")


def confirm(tx: Tx, city: City, number: int, who: Who, now: datetime, new_code: NewCode = four_digits) -> Verdict:
    """A person vouches for it: a pending one is confirmed, and the siren need not wait. Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    here = case.incident
    if here.drill:
        return refused(case, "drill", f"incident {here.code} is a drill: nobody vouches for it")
    if here.state not in (State.PENDING, State.CONFIRMED):
        return not_open(city, case)
    here = replace(here, verified=True, siren_allowed=True)
    if here.state is State.PENDING:
        here = move(here, State.CONFIRMED, now)
    case = replace(case, incident=here, asked=Asked.NOTHING)
    return carried_out(tx, city, case, who, now, "vouched", new_code, act="real")


def carried_out(
    tx: Tx,
    city: City,
    case: Case,
    who: Who,
    now: datetime,
    what: str,
    new_code: NewCode = four_digits,
    *,
    act: str,
    step: bool = True,
    data: Mapping[str, str] = NOTHING,
) -> Verdict:
    """Write the case, its line in the timeline and in the audit, and (``step``) what the ladder makes of it. ``data``:
    what was done, in parts."""
    number = case.incident.id
    store.save_case(tx, case)
    store.tell(tx, number, now, what, _line(who, data), who.name, **{"how": who.how, **data})
    written = store.apart(tx, lambda: note(tx, _deed(case, who, act)))
    if isinstance(written, Exception):  # never at the cost of an acceptance
        log.error("incident %s: the audit did not take %s", number, act, exc_info=written)
    if not step:
        return Verdict(done=True, case=case)
    return Verdict(done=True, case=take_step_or_alarm(tx, city, number, now, new_code))


def _parts(finding: str, words: str) -> Mapping[str, str]:
    return {name: one for name, one in (("finding", finding), ("words", words)) if one}


def _line(who: Who, data: Mapping[str, str]) -> str:
    said_more = ", ".join(f"{name}: {value}" for name, value in data.items() if value)
    return f"by {who.how}; {said_more}" if said_more else f"by {who.how}"


def _deed(case: Case, who: Who, act: str) -> Deed:
    """Officers are pseudonyms there, as residents are; users of the page are known by their login."""
    by = "officer" if who.number else who.login or who.name
    thing = f"incident/{case.incident.id}"
    return Deed(by=by, how=who.how, what=f"incident.{act}", object=thing, about=[case.incident.caller, who.number])


def not_open(city: City, case: Case) -> Verdict:
    """Somebody has it, or it is over."""
    here = case.incident
    if here.state is State.ACCEPTED:
        at = f"{here.accepted_at.astimezone(city.timezone):%H:%M}" if here.accepted_at else ""
        name = name_of(city, here.accepted_by or "")
        why = f"incident {here.code} was accepted by {name}{f' at {at}' if at else ''}"
        return refused(case, "accepted", why, code=here.code, name=name, time=at.replace(":", "."))
    return refused(case, here.state.value, f"incident {here.code} is {here.state}", code=here.code)
