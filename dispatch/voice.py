"""What an officer's call does: the hands of the flow ``officer``. Each act is part of the turn's transaction: what was
done for a key stands before anybody hears of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.acceptance import accept, officer_at
from dispatch.assigned import is_assigned
from dispatch.case import Case
from dispatch.duty import as_changed
from dispatch.incident import State
from dispatch.notes import notes_of
from dispatch.plan import Answer, EffectKind, EffectRow
from dispatch.spoken import LONGEST, Known, Say, facts
from dispatch.step import NewCode, four_digits, take_step_or_alarm
from dispatch.wording import letter, name_of, said
from gateway.number import local, subscriber
from gateway.registry import find
from gateway.store import Tx, put
from ivr.events import Done
from ivr.flow_data import ActSpec

if TYPE_CHECKING:
    from config.city import City
    from ivr.session import Call

YES, NO, REPORTER = "1", "2", "4"
"""Keys as the ledger has them: he comes, he cannot, he wants the reporter."""
BY, NOTES, NUMBER, DIGITS = "by", "notes", "reporter", "digits"
TOLD = frozenset({"what", "where", "place", "siren", "caller", "others", NOTES, BY})
NOTHING_TOLD: Mapping[str, str] = dict.fromkeys(sorted(TOLD), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What is known of the telephone lines. ``free``: how many calls could start now; ``voices``: how many of them
    would be heard; ``holds``: whether that number is on a line, and waits."""

    free: Callable[[], int]
    voices: Callable[[], int]
    holds: Callable[[str], bool] = lambda number: False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A call of the ledger, its incident, and who is on the line."""

    row: EffectRow
    case: Case
    number: str

    @property
    def id(self) -> int:
        return self.case.incident.id


class NoSuchCall(LookupError):
    """The call is not in the ledger, or goes to another number."""


def ring_of(tx: Tx, call: Call, kind: EffectKind) -> Ring:
    """The effect that this call carries out: ``12/+62…/call/1``. Raises NoSuchCall, NoSuchIncident."""
    number, _, _ = call.about.partition("/")
    if not number.isdecimal():
        raise NoSuchCall(call.about)
    case = store.load_case(tx, int(number))
    for row in store.followed_ledger(tx, int(number)):
        if row.effect.key == call.about and row.effect.kind is kind and row.effect.target == call.number:
            return Ring(row=row, case=case, number=call.number)
    raise NoSuchCall(call.about)


class OfficerHands:
    """Acts of the flow ``officer``. Whoever commits rings the loop's bell after it."""

    acts: Mapping[str, ActSpec] = {
        "incident": ActSpec(results=frozenset({"open", "yours", "taken", "over"}), fields=TOLD),
        "accept": ActSpec(results=frozenset({"accepted", "taken", "over"}), fields=TOLD),
        "cannot": ActSpec(results=frozenset({"passed"})),
        "reporter": ActSpec(results=frozenset({"join", "number", "quiet", "none"}), fields=frozenset({NUMBER, DIGITS})),
    }

    def __init__(self, city: City, lines: Lines, *, new_code: NewCode = four_digits) -> None:
        self._city, self._lines, self._new_code = city, lines, new_code
        self._acts: Mapping[str, Callable[[Tx, Call, Ring], Done]] = {
            "incident": self._incident,
            "accept": self._accept,
            "cannot": self._cannot,
            "reporter": self._reporter,
        }

    def act(self, tx: Tx, call: Call, act: str, arguments: Mapping[str, str]) -> Done:
        """Raises KeyError for an act that is not ours, NoSuchCall for a call that is not in the ledger."""
        city = as_changed(tx, self._city, call.at)
        hands = self if city is self._city else OfficerHands(city, self._lines, new_code=self._new_code)
        return hands._acts[act](tx, call, ring_of(tx, call, EffectKind.CALL))

    # -- acts

    def _incident(self, tx: Tx, call: Call, ring: Ring) -> Done:
        """What he is told, as it is known now."""
        here = ring.case.incident
        store.answered(tx, ring.row.effect.key, Answer.TOLD)
        if here.state is State.ACCEPTED and here.accepted_by == ring.number:
            return Done("yours", self._told(tx, call, ring))
        sent_to = is_assigned(self._city, ring.case.assigned_to, ring.number, call.at)
        if here.state is State.ACCEPTED and not sent_to:
            return Done("taken", {**NOTHING_TOLD, BY: self._by(ring.case)})
        if not here.state.open:
            return Done("over", NOTHING_TOLD)
        told = self._told(tx, call, ring)
        _note(tx, ring, call.at, "told", f"{told['what']} {told['where']}")
        return Done("open", told)

    def _accept(self, tx: Tx, call: Call, ring: Ring) -> Done:
        """He takes it, or hears who did. Asked again by him who has it: the same answer."""
        self._pressed(tx, call, ring, YES)
        who, city = officer_at(self._city, ring.number, "key"), self._city
        station = ring.row.effect.station
        verdict = accept(tx, city, ring.id, who, call.at, station=station, new_code=self._new_code)
        if verdict.done:
            return Done("accepted", self._told(tx, call, replace(ring, case=verdict.case)))
        if verdict.case.incident.state is not State.ACCEPTED:
            return Done("over", NOTHING_TOLD)
        by = self._by(verdict.case)
        text = said(city, verdict.case, "offer_taken", city.languages[0], call.at, by=by)
        drill = verdict.case.incident.drill
        put(tx, letter(city, ring.number, text, f"{ring.row.effect.key}/taken", call.at, drill=drill))
        return Done("taken", {**NOTHING_TOLD, BY: by})

    def _cannot(self, tx: Tx, call: Call, ring: Ring) -> Done:
        """The next person now, while this call may go on."""
        self._pressed(tx, call, ring, NO)
        if ring.case.incident.state is State.CONFIRMED or ring.case.assigned_to:
            take_step_or_alarm(tx, self._city, ring.id, call.at, self._new_code)
        return Done("passed")

    def _reporter(self, tx: Tx, call: Call, ring: Ring) -> Done:
        """Connect with who reported it, where a line is free for that, else say the number."""
        self._pressed(tx, call, ring, REPORTER)
        here, unknown = ring.case.incident, {NUMBER: "", DIGITS: ""}
        if here.quiet:
            return Done("quiet", unknown)
        if not subscriber(here.caller):
            return Done("none", unknown)
        told = {NUMBER: here.caller, DIGITS: local(here.caller)}
        reachable = self._lines.holds(here.caller) or self._lines.voices() > 0
        return Done("join" if reachable else "number", told)

    # -- what is said

    def _told(self, tx: Tx, call: Call, ring: Ring) -> Mapping[str, str]:
        """The facts; and, for him who has it, what who comes must know."""
        lang = self._lang(call)
        told = facts(self._city, self._known(tx, ring, call.at), self._say(lang), lang)
        mine = ring.case.incident.accepted_by == ring.number
        return {**NOTHING_TOLD, **told, NOTES: self._notes(tx, call, ring.case) if mine else ""}

    def _known(self, tx: Tx, ring: Ring, now: datetime) -> Known:
        here, city = ring.case.incident, self._city
        caller = find(tx, here.caller) if here.caller else None
        place = city.stations.get(ring.row.effect.station or here.station or "")
        siren = place.siren if place else None
        return Known(
            case=ring.case,
            rows=store.followed_ledger(tx, here.id),
            hearer=ring.number,
            station=place.id if place else None,
            now=now,
            name=caller.name if caller is not None and caller.confirmed else "",
            siren=store.siren_states(tx).get(siren.number) if siren else None,
        )

    def _notes(self, tx: Tx, call: Call, case: Case) -> str:
        told = store.apart(tx, lambda: notes_of(tx, self._city, case))  # never at the cost of an acceptance
        if isinstance(told, Exception) or not told:
            return ""
        return self._say(self._lang(call))("fact_notes", notes=told)

    def _by(self, case: Case) -> str:
        return name_of(self._city, case.incident.accepted_by or "")[:LONGEST]

    def _lang(self, call: Call) -> str:
        return call.language or self._city.languages[0]

    def _say(self, lang: str) -> Say:
        return partial(self._city.prompt, lang)

    def _pressed(self, tx: Tx, call: Call, ring: Ring, key: str) -> None:
        store.pressed(tx, ring.row.effect.key, key)
        _note(tx, ring, call.at, "key", f"pressed {key}")


def _note(tx: Tx, ring: Ring, at: datetime, kind: str, text: str) -> None:
    """A line of the timeline: what was said to whom, what was pressed."""
    verb = text if kind == "key" else f"was told: {text}"
    store.tell(tx, ring.id, at, kind, f"{ring.number} {verb}")
