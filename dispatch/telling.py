"""Who is told what when the ladder ends, and when nobody came. Pure. Nobody is told what is not so."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dispatch.assigned import NO_ANSWER, ask, assignees, waits
from dispatch.calling_back import asked_for, keeps
from dispatch.incident import Incident, State
from dispatch.ledger import Ledger, may_text, talking, too_soon, unfinished
from dispatch.plan import Effect, EffectKind, EffectRow, Plan, View

if TYPE_CHECKING:
    from config.city import City

_LAST_WORDS = frozenset({"accepted", "offer_accepted", "offer_taken", "offer_cancelled"})


def ended(view: View, city: City, now: datetime) -> Plan:
    """What remains for an incident that was accepted, cancelled or closed: stop, and tell. Asked again until it
    answers nothing: a call that could not be withdrawn in time shows up then, and its officer is told."""
    if view.incident.state is not State.ACCEPTED:
        return Plan(effects=tuple(_tell(view)), withdraw=tuple(_withdrawn(view)))
    wanted = frozenset(number for number, _ in assignees(city, view.assigned_to, now))
    wanted -= {view.incident.accepted_by or ""}
    asked, again, nobody = ask(view, city, now) if view.assigned_to else ([], None, False)
    return Plan(
        effects=(*_tell(view, wanted), *asked, *asked_for(view, city)),
        withdraw=tuple(key for key in _withdrawn(view, wanted)),
        wake_at=again,
        alarm=nobody,
        alarm_why=NO_ANSWER if nobody else "",
    )


def _withdrawn(view: View, wanted: frozenset[str] = frozenset()) -> list[str]:
    """Everything under way but the last words; and, once accepted, but the siren that is sounding already and the
    calls on which somebody listens: they say who has it, and end by themselves, as does the caller's own call, on which
    he may just have said that it is none. Whose phone only rings is not rung on."""
    incident = view.incident
    keys = []
    for row in unfinished(view.rows):
        if row.effect.text in _LAST_WORDS and incident.state is not State.CANCELLED:
            continue
        if row.effect.text == "offer_cancelled":
            continue
        if row.effect.kind is EffectKind.CALL_BACK and (talking(row) or (incident.state.open and keeps(view, row))):
            continue
        if waits(view, row, wanted):
            continue
        if incident.state is State.ACCEPTED and row.attempted_at is not None:
            if row.effect.kind is EffectKind.SIREN:
                continue
            if row.effect.kind is EffectKind.CALL and talking(row) and not _by_another_way(row, incident):
                continue
        keys.append(row.effect.key)
    return keys


def _by_another_way(row: EffectRow, incident: Incident) -> bool:
    """He who accepted did not do it on this call: he need not listen on."""
    return row.effect.target == incident.accepted_by and row.pressed is None


def _tell(view: View, wanted: frozenset[str] = frozenset()) -> list[Effect]:
    ledger, incident = Ledger(view), view.incident
    words: list[tuple[str, str]] = []
    if incident.state is State.ACCEPTED and may_text(incident):
        words.append((incident.caller, "accepted"))
    if incident.state is State.CANCELLED and incident.accepted_at is not None:
        words += [(number, "offer_cancelled") for number in ledger.offered() if number == incident.accepted_by]
    elif incident.state is State.CANCELLED:
        words += [(number, "offer_cancelled") for number in ledger.offered()]
    elif incident.state is State.ACCEPTED or incident.accepted_at is None:
        for number in (one for one in ledger.offered() if one not in wanted):
            words.append((number, "offer_accepted" if number == incident.accepted_by else "offer_taken"))
    return [
        ledger.effect(EffectKind.TEXT, number, round=0, text=text, why=f"the incident is {incident.state}")
        for number, text in words
        if not ledger.rows(EffectKind.TEXT, target=number, text=text)
    ]


def nobody_came(view: View, city: City, round: int, now: datetime, loud: bool, over: bool) -> list[Effect]:
    """What is said while nobody accepts. ``over``: nobody_s has passed: the resident is told so, once.
    ``loud``: the headquarters and the command centre are told, once a round, at most every ``nobody_s``."""
    ledger, incident = Ledger(view), view.incident
    effects: list[Effect] = []
    if over and may_text(incident) and not ledger.rows(EffectKind.TEXT, target=incident.caller, text="nobody"):
        why = "nobody accepted in nobody_s"
        effects.append(ledger.effect(EffectKind.TEXT, incident.caller, round=round, text="nobody", why=why))
    if not loud:
        return effects
    for number in headquarters(city, now):
        rows = ledger.rows(EffectKind.TEXT, target=number, text="nobody_alarm")
        if not any(row.effect.round == round for row in rows) and not too_soon(rows, city.clocks.nobody_s, now):
            why = f"nobody accepted, round {round}"
            effects.append(ledger.effect(EffectKind.TEXT, number, round=round, text="nobody_alarm", why=why))
    return effects


def headquarters(city: City, now: datetime) -> tuple[str, ...]:
    """The phones that hear of every alarm: whoever is on duty at a headquarters, and the command centre."""
    chiefs = [
        officer.number
        for station in city.stations.values()
        if station.headquarters
        for officer in city.on_duty(station.id, now)
    ]
    return tuple(dict.fromkeys([*chiefs, *(post.number for post in city.operators)]))
