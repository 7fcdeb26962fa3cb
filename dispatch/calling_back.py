"""A missed call: rung back and asked, before anybody else is disturbed. Words that leave it open: shown. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dispatch.ledger import Ledger, after, may_text
from dispatch.plan import Effect, EffectKind, EffectState, Plan, View

if TYPE_CHECKING:
    from config.city import City


def call_back(view: View, city: City, now: datetime) -> Plan:
    """Ring back at once and ask by SMS. What the answer means is the desk's. A number that cannot or must not be
    rung, and a registered one that gave no answer in ``nobody_s``, is a person's to judge."""
    incident, ledger = view.incident, Ledger(view)
    if view.in_words:  # asked by SMS when it was opened: ringing back would ask the same aloud
        return Plan(alarm=True, alarm_why="words that may be an emergency: a person must read them")
    if not may_text(incident):
        return Plan(alarm=True, alarm_why="a missed call that must not, or cannot, be rung back")
    calls = ledger.rows(EffectKind.CALL_BACK)
    effects: list[Effect] = []
    if not calls or calls[-1].state is EffectState.UNKNOWN:
        effects.append(
            ledger.effect(
                EffectKind.CALL_BACK,
                incident.caller,
                round=1,
                ring_s=city.clocks.ring_s,
                talk_s=city.clocks.one_line_s,  # it asks twice, and what silence means comes after that
                why="a missed call",
            )
        )
    if not ledger.rows(EffectKind.TEXT, text="ask_missed_call"):
        why = "a missed call"
        effects.append(ledger.effect(EffectKind.TEXT, incident.caller, round=1, text="ask_missed_call", why=why))
    late = after(incident.opened_at, city.clocks.nobody_s)
    stale = [row.effect.key for row in calls if row.state is EffectState.INTENDED and now >= late]
    alarm = incident.registered and now >= late
    return Plan(
        effects=tuple(effects),
        withdraw=tuple(stale),
        wake_at=late if now < late else None,
        alarm=alarm,
        alarm_why="a registered resident's missed call without an answer" if alarm else "",
    )
