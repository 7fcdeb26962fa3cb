"""A missed call: rung back and asked, before anybody else is disturbed. Words that leave it open: shown. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dispatch.ledger import Ledger, after, may_text
from dispatch.plan import Effect, EffectKind, EffectRow, EffectState, Plan, View

if TYPE_CHECKING:
    from config.city import City


def call_back(view: View, city: City, now: datetime) -> Plan:
    """Ring back at once and ask by SMS. What the answer means is the desk's. A number that cannot or must not be
    rung, and a registered one that gave no answer in ``nobody_s``, is a person's to judge."""
    incident, ledger = view.incident, Ledger(view)
    if view.in_words:  # asked by SMS when it was opened: ringing back would ask the same aloud
        why = "words that may be an emergency: a person must read them"
        return Plan(effects=tuple(asked_for(view, city)), alarm=True, alarm_why=why)
    if not may_text(incident):
        return Plan(alarm=True, alarm_why="a missed call that must not, or cannot, be rung back")
    calls = ledger.rows(EffectKind.CALL_BACK)
    effects: list[Effect] = []
    if not calls or calls[-1].state is EffectState.UNKNOWN:
        effects.append(_ring_back(ledger, city, "a missed call"))
    else:
        effects += asked_for(view, city)
    if not ledger.rows(EffectKind.TEXT, text="ask_missed_call"):
        why = "a missed call"
        effects.append(ledger.effect(EffectKind.TEXT, incident.caller, round=1, text="ask_missed_call", why=why))
    late = after(incident.opened_at, city.clocks.nobody_s)
    waiting = (row for row in calls if row.state is EffectState.INTENDED and not keeps(view, row))
    stale = [row.effect.key for row in waiting if now >= late]
    alarm = incident.registered and now >= late
    return Plan(
        effects=tuple(effects),
        withdraw=tuple(stale),
        wake_at=late if now < late else None,
        alarm=alarm,
        alarm_why="a registered resident's missed call without an answer" if alarm else "",
    )


def asked_for(view: View, city: City) -> list[Effect]:
    """The call to the reporter that a person asked for, once an asking; never to a phone that must be quiet."""
    if view.called_at is None or not may_text(view.incident):
        return []
    ledger = Ledger(view)
    calls = ledger.rows(EffectKind.CALL_BACK)
    if any(keeps(view, row) or row.state.under_way for row in calls):
        return []
    return [_ring_back(ledger, city, "a person asked for it")]


def keeps(view: View, row: EffectRow) -> bool:
    """Whether this is the call that a person asked for, which no step of the ladder takes back."""
    return view.called_at is not None and row.intended_at >= view.called_at


def _ring_back(ledger: Ledger, city: City, why: str) -> Effect:
    return ledger.effect(
        EffectKind.CALL_BACK,
        ledger.view.incident.caller,
        round=1,
        ring_s=city.clocks.ring_s,
        talk_s=city.clocks.one_line_s,  # it asks twice, and what silence means comes after that
        why=why,
    )
