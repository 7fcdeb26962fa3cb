"""One step of one incident: ask the ladder, and write down what it says, in the caller's transaction.

The desk takes the first step in the transaction that opens the incident, an acceptance takes the last in its own, the
loop takes those between. Asked twice without news, the second step writes nothing.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch import ladder, store
from dispatch.assigned import assignees
from dispatch.case import Case, Offer
from dispatch.duty import as_changed
from dispatch.incident import State
from dispatch.plan import Effect, EffectKind, EffectState, Plan, View
from dispatch.wording import caller_words, letter, may_answer, name_of, said
from gateway.registry import find
from gateway.store import Tx, cancel, put

if TYPE_CHECKING:
    from config.city import City

log = logging.getLogger(__name__)

CLIMBING = (State.PENDING, State.CONFIRMED)  # the states in which somebody is still being looked for
WANTED = frozenset(
    {
        "kept",
        "kept_ask_place",
        "kept_repeat",
        "place_known",
        "ask_missed_call",
        "ask_emergency",
        "offer",
        "offer_unverified",
        "nobody",
        "nobody_alarm",
    }
)
"""The texts of the pack that say so."""
NewCode = Callable[[], str]
"""Makes an officer's acceptance code."""


def four_digits() -> str:
    """A code nobody can foresee, short enough to be typed in haste; three guesses out of nine thousand."""
    return str(1000 + secrets.randbelow(9000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """``calls``: rows that wait for the wire. ``hang_up``: keys of calls on the wire that are to end.
    ``wrote``: something changed that others want to see. ``wake_at``: ask again then, or when a row changes.
    ``since``: how long the incident waits for a line: since it was confirmed, or since its last officer was rung; so
    an incident that nobody accepts does not keep the only line from the others."""

    case: Case
    calls: tuple[Effect, ...]
    hang_up: tuple[str, ...]
    wake_at: datetime | None
    wrote: bool
    since: datetime


def take_step(tx: Tx, city: City, number: int, now: datetime, new_code: NewCode = four_digits) -> Step:
    """Ask the ladder about one incident and write its answer. Raises NoSuchIncident."""
    case, city = store.load_case(tx, number), as_changed(tx, city, now)
    clocks = city.clocks
    view = store.view_of(tx, case, now, mass_s=clocks.mass_s, proven_s=clocks.proven_s)
    plan = ladder.next(view, city, now)
    stopped = withdraw(tx, (*plan.withdraw, *_no_longer_so(tx, city, case, now)), now)
    wrote = [intend_effect(tx, city, case, effect, now, new_code) for effect in plan.effects]
    changed = _show(tx, case, plan, now)
    return Step(
        case=case,
        calls=tuple(store.waiting_calls(tx, number)),
        hang_up=tuple(row.effect.key for row in view.rows if _on_wire(row.state) and row.effect.key in plan.withdraw),
        wake_at=plan.wake_at,
        wrote=changed or bool(stopped) or any(wrote),
        since=_waits_since(case, view),
    )


def take_step_or_alarm(tx: Tx, city: City, number: int, now: datetime, new_code: NewCode = four_digits) -> Case:
    """The same for whoever has just written something that must stand: where the ladder itself is at fault, what was
    written stays, the incident carries an alarm, and the loop tries the ladder again."""
    taken = store.apart(tx, lambda: take_step(tx, city, number, now, new_code).case)
    if isinstance(taken, Exception):
        log.error("incident %s: the ladder gave no answer", number, exc_info=taken)
        store.show_fault(tx, number, f"{type(taken).__name__}: {taken}"[:200], now)
        return store.load_case(tx, number)
    return taken


def _waits_since(case: Case, view: View) -> datetime:
    rung = (row.attempted_at for row in view.rows if row.effect.kind is EffectKind.CALL and row.attempted_at)
    return max(rung, default=case.incident.confirmed_at or case.incident.opened_at)


def withdraw(tx: Tx, keys: tuple[str, ...], now: datetime) -> int:
    """Stop what has not reached the wire: rows of the ledger, and their letters in the outbox. Says how many."""
    return len(store.withdraw(tx, keys, now)) + cancel(tx, keys) if keys else 0


def _no_longer_so(tx: Tx, city: City, case: Case, now: datetime) -> list[str]:
    """Keys of what still waits to say that an officer is wanted, once the incident ended or an officer accepted it; but
    not to those to whom a person then sent it."""
    if case.incident.state in CLIMBING:
        return []
    sent_to = case.assigned_to if case.incident.state is State.ACCEPTED else None
    wanted = dict(assignees(city, sent_to, now))
    waiting = store.waiting_letters(tx, case.incident.id, WANTED)
    return [key for key in waiting if key.split("/")[1] not in wanted]


def _on_wire(state: EffectState) -> bool:
    return state is EffectState.DOING


def _show(tx: Tx, case: Case, plan: Plan, now: datetime) -> bool:
    alarm = plan.alarm_why if plan.alarm else ""
    if (case.wake_at, case.alarm) == (plan.wake_at, alarm):
        return False
    store.show_step(tx, case.incident.id, plan.wake_at, alarm)
    if alarm and alarm != case.alarm:
        store.tell(tx, case.incident.id, now, "alarm", alarm)
    return True


def intend_effect(tx: Tx, city: City, case: Case, effect: Effect, now: datetime, new_code: NewCode) -> bool:
    """One effect as one row; a TEXT also as a letter in the outbox, an offer also with its code."""
    if not store.intend(tx, effect, now):
        return False
    if effect.kind is not EffectKind.TEXT or effect.text is None:
        return True
    if effect.target == case.incident.caller and not may_answer(case.incident):
        store.settle(tx, effect.key, EffectState.CANCELLED, now)
        return True
    code = _offer(tx, city, effect, now, new_code) if effect.offers else ""
    text = _text(tx, city, case, effect, now, code)
    put(tx, letter(city, effect.target, text, effect.key, now, drill=case.incident.drill))
    return True


def _text(tx: Tx, city: City, case: Case, effect: Effect, now: datetime, code: str) -> str:
    incident = case.incident
    to_caller = effect.target == incident.caller and not effect.offers
    lang = incident.language if to_caller else city.languages[0]
    at = incident.accepted_at if incident.state is State.ACCEPTED and incident.accepted_at else now
    known = find(tx, incident.caller) if incident.registered else None
    caller = caller_words(city, incident, lang, known.name if known else "")
    return said(city, case, effect.text or "", lang, at, caller=caller, reply=code)


def _offer(tx: Tx, city: City, effect: Effect, now: datetime, new_code: NewCode) -> str:
    used = store.codes_in_use(tx, effect.target)
    code = new_code()
    while code in used:
        code = new_code()
    offer = Offer(
        id=0,
        incident=effect.incident,
        number=effect.target,
        officer=name_of(city, effect.target),
        station=effect.station or "",
        code=code,
        tries_left=city.clocks.offer_tries,
        offered_at=now,
        effect=effect.key,
    )
    store.make_offer(tx, offer)
    return code
