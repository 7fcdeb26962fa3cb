"""A missed call: turned away at once, so that it costs nothing; rung back; asked by SMS."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dispatch import store
from dispatch.answers import confirmed, spoke_up, tell_kept
from dispatch.case import Asked, Case, Role
from dispatch.incident import State, move
from dispatch.plan import Answer, EffectKind, EffectRow
from dispatch.report import opened
from dispatch.turn import Turn
from gateway.number import subscriber
from ivr.leg import Outcome


def rang(turn: Turn) -> None:
    """Somebody rang and was turned away."""
    if _officer_rang_back(turn) or turn.city.siren_of(turn.caller) is not None:
        return
    lane = timedelta(seconds=turn.city.clocks.lane_s)
    for case in store.open_cases_of(turn.tx, turn.caller):
        recent = turn.now - case.heard_at <= lane
        if case.incident.state is State.PENDING and _in_time(turn, case):
            _second(turn, case)
            return
        if case.incident.state is State.CONFIRMED and case.asked is Asked.MISSED_CALL and _in_time(turn, case):
            case = turn.join(case, Role.REPEAT, "rang a second time, after a silence", rang="silence")
            tell_kept(turn, turn.save(spoke_up(turn.tx, turn.city, case, turn.now)))
            return
        if case.incident.state is State.CONFIRMED or (case.incident.state is State.ACCEPTED and recent):
            turn.save(turn.join(case, Role.REPEAT, "rang again", rang="again"))
            return
    _first(turn)


def _first(turn: Turn) -> None:
    resident = turn.resident()
    panic = resident is not None and resident.panic_button
    lapsed = [case for case in store.open_cases_of(turn.tx, turn.caller) if case.incident.state is State.PENDING]
    new = opened(turn, turn.cry, State.CONFIRMED if panic else State.PENDING)
    for case in lapsed:
        why, code = f"the caller rang anew: incident {new.incident.code}", new.incident.code
        store.tell(turn.tx, case.incident.id, turn.now, "lapsed", why, incident=code)
        turn.save(replace(case, incident=move(case.incident, State.CLOSED, turn.now)))


def _second(turn: Turn, case: Case) -> None:
    """A second missed call after a call-back that nobody answered is a yes. After one that was answered it is
    somebody who cannot speak, or who wonders who rang: an officer is called, the siren waits for a person.
    Of a number that no city vouches for, an operator decides."""
    backs = [row for row in store.followed_ledger(turn.tx, case.incident.id) if row.effect.kind is EffectKind.CALL_BACK]
    tried = [row for row in backs if row.attempted_at is not None and row.settled_at is not None]
    barred = not backs and (case.incident.quiet or not subscriber(turn.caller))
    if case.asked is Asked.DOUBT:  # words that left it open, and now a call: a person is rung
        case = turn.save(
            confirmed(turn.join(case, Role.REPEAT, "rang after writing", rang="again"), turn.now, sirens=False)
        )
        tell_kept(turn, case)
        return
    case = turn.join(case, Role.REPEAT, "rang a second time", rang="again")
    if not case.incident.registered or not (tried or barred):
        turn.save(case)
        return
    answered = any(_was_answered(row) for row in tried)
    case = turn.save(confirmed(case, turn.now, sirens=not answered))
    tell_kept(turn, case)


def _was_answered(row: EffectRow) -> bool:
    """By a person: a machine is nobody."""
    return row.outcome is Outcome.ANSWERED and row.answer is not Answer.MACHINE


def _in_time(turn: Turn, case: Case) -> bool:
    if not turn.caller:  # withheld: the calls of one lane are taken for one caller's
        return turn.now - case.heard_at <= timedelta(seconds=turn.city.clocks.lane_s)
    return turn.now - case.incident.opened_at <= timedelta(seconds=turn.city.clocks.missed_s)


def _officer_rang_back(turn: Turn) -> bool:
    """An officer who was asked rings back: that accepts nothing, it means "call me again now"."""
    asked = store.offers_to(turn.tx, turn.caller)
    if not asked:
        return False
    case = store.load_case(turn.tx, asked[0].incident)
    store.recall(turn.tx, case.incident.id, turn.caller, turn.now)
    turn.save(replace(turn.join(case, Role.RECALL, "rang back", rang="back"), heard_at=case.heard_at))
    return True
