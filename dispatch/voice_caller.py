"""What a caller's own call does: the hands of the flow ``call_back``, and of whoever holds the line in the menu.

Key 1 is a person's word that it is an emergency. Silence is none: officers are called, and the siren waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.answers import confirmed, dropped, kept_words, said_nothing, spoke_up, taken_back_in_time
from dispatch.case import Asked, Case
from dispatch.comm_testing import TestHands
from dispatch.duty import as_changed
from dispatch.holding import Holding
from dispatch.incident import State, move
from dispatch.plan import Answer, EffectKind
from dispatch.step import NewCode, four_digits, take_step_or_alarm
from dispatch.voice import Lines, OfficerHands, Ring, ring_of
from dispatch.wording import letter, may_answer, said
from gateway.store import Tx, put
from ivr.events import Done
from ivr.flow_data import ActSpec

if TYPE_CHECKING:
    from config.city import City
    from ivr.session import Call, Hands

EMERGENCY, MISTAKE, SERVICES = "1", "2", "3"
"""Keys of the call-back, as the ledger has them."""


class CallBackHands:
    """Acts of the flow ``call_back``. Whoever commits rings the loop's bell after it."""

    acts: Mapping[str, ActSpec] = {
        "emergency": ActSpec(results=frozenset({"confirmed", "brief", "over"})),
        "mistake": ActSpec(results=frozenset({"cancelled", "over"})),
        "services": ActSpec(results=frozenset({"noted"})),
        "silent": ActSpec(results=frozenset({"passed_on", "noted"})),
    }

    def __init__(self, city: City, lines: Lines, *, new_code: NewCode = four_digits) -> None:
        self._city, self._lines, self._new_code = city, lines, new_code
        self._acts: Mapping[str, Callable[[Tx, Call, Ring], Done]] = {
            "emergency": self._emergency,
            "mistake": self._mistake,
            "services": self._services,
            "silent": self._silent,
        }

    def act(self, tx: Tx, call: Call, act: str, arguments: Mapping[str, str]) -> Done:
        """Raises KeyError for an act that is not ours, NoSuchCall for a call that is not in the ledger."""
        return self._acts[act](tx, call, ring_of(tx, call, EffectKind.CALL_BACK))

    def _emergency(self, tx: Tx, call: Call, ring: Ring) -> Done:
        """It is one. ``brief``: this call keeps the only line, and must end before anybody can be rung."""
        self._pressed(tx, call, ring, EMERGENCY)
        case = ring.case
        if not case.incident.state.open:
            return Done("over")
        if case.incident.state is State.PENDING:
            self._save(tx, call, confirmed(case, call.at), tell=True)
        elif case.asked is Asked.MISSED_CALL:
            self._save(tx, call, spoke_up(tx, self._city, case, call.at))
        return Done("confirmed" if self._lines.free() > 0 else "brief")

    def _mistake(self, tx: Tx, call: Call, ring: Ring) -> Done:
        """It is none: as BATAL, which stops an alarm only in its first minute."""
        self._pressed(tx, call, ring, MISTAKE)
        here = ring.case.incident
        if here.state is State.PENDING:
            self._save(tx, call, dropped(ring.case, call.at))
            return Done("cancelled")
        if here.state is State.CONFIRMED and taken_back_in_time(self._city, here, call.at):
            self._save(tx, call, dropped(ring.case, call.at))
            return Done("cancelled")
        if here.state in (State.CONFIRMED, State.ACCEPTED):
            self._officers(tx, call, ring.case, "offer_cancel_late")
            return Done("over")
        return Done("cancelled")

    def _services(self, tx: Tx, call: Call, ring: Ring) -> Done:
        """No emergency; he wants something of the city, in the same call."""
        self._pressed(tx, call, ring, SERVICES)
        if ring.case.incident.state is State.PENDING:
            store.tell(tx, ring.id, call.at, "service", "a call for the services of the city")
            closed = replace(ring.case, incident=move(ring.case.incident, State.CLOSED, call.at))
            self._save(tx, call, replace(closed, asked=Asked.NOTHING, asked_at=None))
        return Done("noted")

    def _silent(self, tx: Tx, call: Call, ring: Ring) -> Done:
        """Asked twice, and nothing came back. A machine is nobody: as a call that rang out. Of a number that no city
        vouches for, an operator decides."""
        machine = call.fields.get("machine") == "yes"
        store.answered(tx, ring.row.effect.key, Answer.MACHINE if machine else Answer.SILENT)
        what = "a machine answered" if machine else "answered, and was silent while asked twice"
        store.tell(tx, ring.id, call.at, "silent", what, machine="yes" if machine else "no")
        here = ring.case.incident
        if machine or not here.registered or here.state is not State.PENDING:
            return Done("noted")
        self._save(tx, call, said_nothing(ring.case, call.at))
        return Done("passed_on")

    # -- what they share

    def _pressed(self, tx: Tx, call: Call, ring: Ring, key: str) -> None:
        store.pressed(tx, ring.row.effect.key, key)
        store.tell(tx, ring.id, call.at, "key", f"{ring.number} pressed {key}", key=key, reporter="yes")

    def _save(self, tx: Tx, call: Call, case: Case, *, tell: bool = False) -> None:
        """``tell``: the caller gets it in writing too, with the question where it is, should the line break."""
        here = case.incident
        if tell and may_answer(here):
            key, asked = kept_words(here.place)
            text = said(self._city, case, key, here.language, call.at)
            put(tx, letter(self._city, here.caller, text, f"{here.id}/{key}/{call.id}", call.at))
            case = replace(case, asked=asked, asked_at=call.at if asked else None)
        store.save_case(tx, case)
        take_step_or_alarm(tx, self._city, here.id, call.at, self._new_code)

    def _officers(self, tx: Tx, call: Call, case: Case, key: str) -> None:
        """Those who were asked, or the one who has it, decide."""
        here, city = case.incident, self._city
        asked = {offer.number for offer in store.offers_of(tx, here.id)}
        store.tell(tx, here.id, call.at, "cancel_late", "by key: nothing was stopped", by="key")
        for number in sorted(asked & {here.accepted_by or ""} if here.state is State.ACCEPTED else asked):
            text = said(city, case, key, city.languages[0], call.at)
            put(tx, letter(city, number, text, f"{here.id}/{key}/{call.id}/{number}", call.at))


class HolderHands:
    """What somebody hears who holds the line: in ``call_back`` of that incident, in the menu of his newest."""

    acts: Mapping[str, ActSpec] = {
        "confirm": ActSpec(results=frozenset({"confirmed", "none"})),
        "status": ActSpec(
            results=frozenset({"wait", "over", "enough", "nothing"}),
            fields=frozenset({"station", "officer", "incident", "steps"}),
            says=Holding.SAYS,
        ),
    }

    def __init__(self, city: City, lines: Lines, *, new_code: NewCode = four_digits) -> None:
        self._city, self._lines, self._new_code = city, lines, new_code

    def act(self, tx: Tx, call: Call, act: str, arguments: Mapping[str, str]) -> Done:
        """Raises KeyError for an act that is not ours."""
        return {"confirm": self._confirm, "status": self._status}[act](tx, call)

    def _confirm(self, tx: Tx, call: Call) -> Done:
        """His alarm was said as a letter, which is read in a moment; a voice makes of a doubtful one an alarm."""
        case = self._case(tx, call)
        if case is None:
            return Done("confirmed" if store.unread_alarm_of(tx, call.number) else "none")
        if case.incident.state is State.PENDING:
            store.save_case(tx, confirmed(case, call.at))
            take_step_or_alarm(tx, self._city, case.incident.id, call.at, self._new_code)
        return Done("confirmed")

    def _status(self, tx: Tx, call: Call) -> Done:
        case = self._case(tx, call)
        if case is None and store.unread_alarm_of(tx, call.number):
            return Done("wait", Holding.NOBODY, say="hold_waiting")
        if case is None:
            return Done("nothing", Holding.NOBODY)
        waits = timedelta(seconds=self._city.clocks.line_s)
        kinds = (EffectKind.SIREN, EffectKind.CALL) if self._lines.free() == 0 else (EffectKind.SIREN,)
        wanted = store.somebody_waits_for_a_line(tx, call.at - waits, kinds)  # a siren obeys some lines only
        rows = store.followed_ledger(tx, case.incident.id)
        city = as_changed(tx, self._city, call.at)
        return Holding(city, case, rows, call.at).step(call.fields.get("steps", ""), wanted=wanted)

    def _case(self, tx: Tx, call: Call) -> Case | None:
        """The incident of this call, once known for good; else the newest of the number that is open."""
        known = call.about.partition("/")[0] or call.fields.get("incident", "")
        if known.isdecimal():
            return store.load_case(tx, int(known))
        lane = call.at - timedelta(seconds=self._city.clocks.lane_s)
        mine = store.open_cases_of(tx, call.number)
        return next((case for case in mine if call.number or case.heard_at >= lane), None)


def hands(city: City, lines: Lines, *, new_code: NewCode = four_digits) -> tuple[Hands, ...]:
    """All that this room does on calls."""
    return (
        OfficerHands(city, lines, new_code=new_code),
        CallBackHands(city, lines, new_code=new_code),
        HolderHands(city, lines, new_code=new_code),
        TestHands(),
    )
