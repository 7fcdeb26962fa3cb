"""Who is rung next. Pure: one question, one answer, no memory. Every wait is a clock of the city pack.

One person after another: the duty officers of the nearest station that serves the kind, one of the next, one of the
headquarters, the command centre, then everybody else who serves it. A person who does not take it is followed by the
next at once; one who only rings is followed ``next_s`` after the first ring. After the last: a pause, and round again,
louder, for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch.assigned import assignees, since
from dispatch.calling_back import asked_for, call_back, keeps
from dispatch.incident import State
from dispatch.ledger import OFFERS, Ledger, after, talking, too_soon
from dispatch.people import Person, people, stations_of
from dispatch.plan import Answer, Effect, EffectKind, EffectRow, EffectState, Plan, View
from dispatch.sirens import ring
from dispatch.telling import ended, nobody_came

if TYPE_CHECKING:
    from config.city import City

__all__ = ["Effect", "EffectKind", "EffectRow", "EffectState", "Person", "Plan", "View", "next", "people"]

CANNOT = "2"  # the key by which an officer says so
QUICK_ROUNDS = 3  # rounds in which no phone rang that follow at the usual pace; then they come every nobody_s
MOST_REPEATS = 1  # a call of which a crash left no account is made once more, then the next person is tried


def next(view: View, city: City, now: datetime) -> Plan:
    """What to do now for one incident, and when to ask again. For a confirmed incident ``wake_at`` is always set."""
    if view.incident.state is State.CONFIRMED:
        return _climb(view, city, now)
    if view.incident.state is State.PENDING:
        return call_back(view, city, now)
    return ended(view, city, now)


def _climb(view: View, city: City, now: datetime) -> Plan:
    ledger = Ledger(view)
    stride = _stride(ledger, city, now)
    told_at = after(view.incident.confirmed_at or view.incident.opened_at, city.clocks.nobody_s)
    over, loud = now >= told_at, now >= told_at or stride.round > 1
    longest, let_go = _outstaying(ledger, city, now)
    rung = {row.effect.station for row in ledger.steps(stride.round)} | {stride.station}
    sirens, waits = ring(ledger, city, stations_of(view, city), {id for id in rung if id}, stride.round, now)
    effects = [*sirens, *stride.effects, *_recalled(ledger, city, stride, now)]
    effects += [*_assigned(ledger, city, effects, stride.round, now), *asked_for(view, city)]
    effects += nobody_came(view, city, stride.round, now, loud, over)
    wakes = [at for at in (*waits, *stride.wakes, *longest, told_at) if at > now]
    return Plan(
        effects=tuple(effects),
        withdraw=(*stride.withdraw, *let_go, *_needless(view)),
        wake_at=min(wakes, default=after(now, city.clocks.again_s)),
        alarm=loud,
        alarm_why=_alarm_why(stride, over) if loud else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stride:
    """How far the ladder has come: the round, and what its next step asks for."""

    round: int
    effects: tuple[Effect, ...] = ()
    withdraw: tuple[str, ...] = ()
    wakes: tuple[datetime, ...] = ()
    station: str | None = None
    nobody_there: bool = False


def _stride(ledger: Ledger, city: City, now: datetime) -> _Stride:
    """The next step of the walk, if it is due."""
    folk = people(ledger.view, city, now)
    round = max((row.effect.round for row in ledger.rows(EffectKind.CALL)), default=1)
    if not folk:
        return _Stride(round=round, wakes=(after(now, city.clocks.again_s),), nobody_there=True)
    steps = ledger.steps(round)
    if not steps:
        return _step(ledger, city, folk, round, 0, now)
    last = steps[-1]
    due = _passed_at(last, city, ledger.view.hurried_at)
    if now < due:
        return _Stride(round=round, wakes=(due,))
    stuck = (last.effect.key,) if last.state is EffectState.INTENDED else ()
    if _unaccounted(ledger, last, round):
        return _step(ledger, city, folk, round, last.effect.tier, now, again=last.effect.target)
    if _free(ledger, folk, round):
        return _step(ledger, city, folk, round, last.effect.tier + 1, now, withdraw=stuck)
    return _round_again(ledger, city, folk, steps, now, stuck)


def _round_again(
    ledger: Ledger,
    city: City,
    folk: Sequence[Person],
    steps: Sequence[EffectRow],
    now: datetime,
    stuck: tuple[str, ...],
) -> _Stride:
    """Everybody was tried: after a pause the next round begins, unless somebody asks for it now."""
    round, last, hurried = steps[-1].effect.round, steps[-1], ledger.view.hurried_at
    resume = after(max(_passed_at(row, city, None) for row in steps), _pause_s(city, steps))
    if hurried is not None and hurried > last.intended_at:
        resume = min(resume, hurried)
    if now < resume:
        return _Stride(round=round, wakes=(resume,), withdraw=stuck)
    if not _free(ledger, folk, round + 1):  # every phone is still held by a call that gives no account of itself
        return _Stride(round=round, wakes=(after(now, city.clocks.again_s),), withdraw=stuck)
    return _step(ledger, city, folk, round + 1, 0, now, withdraw=stuck)


def _pause_s(city: City, steps: Sequence[EffectRow]) -> float:
    """Seconds between two rounds. Where no phone can be rung at all (every modem gone), trying every few seconds for
    hours would only fill the ledger."""
    rang = any(row.started_at is not None for row in steps)
    return city.clocks.again_s if rang or steps[-1].effect.round <= QUICK_ROUNDS else city.clocks.nobody_s


def _passed_at(row: EffectRow, city: City, hurried_at: datetime | None) -> datetime:
    """When this call no longer keeps the next person waiting.

    It ended without acceptance, or the officer said that he cannot: at once. It rings, or was answered (also where
    nothing could be said to him): ``next_s`` after its first ring. It does not ring: ``one_line_s`` after it was
    claimed, or, while it only waits for a line, after it was intended."""
    clocks = city.clocks
    if row.pressed == CANNOT:
        return row.started_at or row.attempted_at or row.intended_at
    if row.started_at is not None:
        passed = after(row.started_at, clocks.next_s)
    else:
        passed = after(row.attempted_at or row.intended_at, clocks.one_line_s)
    unheard = row.answer is Answer.UNHEARD and row.started_at is not None
    if row.settled_at is not None and not unheard:
        passed = min(passed, row.settled_at)
    if hurried_at is not None and hurried_at > row.intended_at:
        passed = min(passed, hurried_at)
    return passed


def _outstaying(ledger: Ledger, city: City, now: datetime) -> tuple[list[datetime], list[str]]:
    """A call that rang goes on while others are rung; where somebody else waits for a line it may last ``one_line_s``
    in all. When to look at such calls, and the keys of those that are to end now."""
    calls = ledger.rows(EffectKind.CALL)
    if not any(row.state is EffectState.INTENDED for row in calls):
        return [], []
    until = {
        row.effect.key: after(row.attempted_at, city.clocks.one_line_s)
        for row in calls
        if row.state is EffectState.DOING and row.attempted_at is not None and row.started_at is not None
    }
    return list(until.values()), [key for key, at in until.items() if at <= now]


def _unaccounted(ledger: Ledger, last: EffectRow, round: int) -> bool:
    """A crash left no account of the call: it is made again, once."""
    if last.state is not EffectState.UNKNOWN:
        return False
    lost = ledger.rows(EffectKind.CALL, target=last.effect.target, round=round)
    return sum(row.state is EffectState.UNKNOWN for row in lost) <= MOST_REPEATS


def _free(ledger: Ledger, folk: Sequence[Person], round: int) -> list[Person]:
    """Who was not called in this round and is not on the line now."""
    called = {row.effect.target for row in ledger.rows(EffectKind.CALL, round=round)}
    return [p for p in folk if p.number not in called and not ledger.under_way(EffectKind.CALL, p.number)]


def _step(
    ledger: Ledger,
    city: City,
    folk: Sequence[Person],
    round: int,
    tier: int,
    now: datetime,
    *,
    withdraw: tuple[str, ...] = (),
    again: str | None = None,
) -> _Stride:
    """Offer it to the next person, by text and by call; a later round begins with a text to everybody."""
    free = _free(ledger, folk, round)
    person = _person(again, folk) if again is not None else (free[0] if free else folk[0])
    told = folk if round > 1 and tier == 0 else (person,)
    effects = [text for p in told for text in _offer(ledger, city, p, round, now)]
    effects.append(_call(ledger, city, person, round, tier, f"tier {tier + 1}, round {round}"))
    return _Stride(
        round=round,
        effects=tuple(effects),
        withdraw=withdraw,
        wakes=(after(now, city.clocks.one_line_s),),
        station=None if person.station is None else person.station.id,
    )


def _person(number: str, folk: Sequence[Person]) -> Person:
    return {person.number: person for person in folk}.get(number) or Person(number, None)


def _call(ledger: Ledger, city: City, person: Person, round: int, tier: int, why: str) -> Effect:
    station = None if person.station is None else person.station.id
    return ledger.effect(
        EffectKind.CALL,
        person.number,
        round=round,
        tier=tier,
        station=station,
        ring_s=city.clocks.ring_s,
        talk_s=city.clocks.key_s,
        why=why,
    )


def _offer(ledger: Ledger, city: City, person: Person, round: int, now: datetime) -> list[Effect]:
    """The offer in writing: once a round, and not while the last one still waits to leave. After a round in which no
    phone rang it is not written sooner than ``nobody_s`` after the last (its code holds on)."""
    rang = any(row.started_at is not None for row in ledger.rows(EffectKind.CALL, round=round - 1))
    apart_s = 0.0 if rang else city.clocks.nobody_s
    rows = [row for text in OFFERS for row in ledger.rows(EffectKind.TEXT, target=person.number, text=text)]
    if any(row.effect.round == round for row in rows) or too_soon(rows, apart_s, now):
        return []
    here = ledger.view.incident
    text = "offer" if here.siren_allowed or here.drill else "offer_unverified"
    station = None if person.station is None else person.station.id
    why = f"round {round}"
    return [ledger.effect(EffectKind.TEXT, person.number, round=round, station=station, text=text, why=why)]


def _recalled(ledger: Ledger, city: City, stride: _Stride, now: datetime) -> list[Effect]:
    """Officers who rang back: "call me again now". Outside the order, which goes on."""
    offered = ledger.offered()
    folk = people(ledger.view, city, now)
    calls = []
    for number, at in sorted(ledger.view.recalls.items()):
        rows = ledger.rows(EffectKind.CALL, target=number)
        due = all(row.intended_at < at and not row.state.under_way for row in rows)
        planned = any(e.kind is EffectKind.CALL and e.target == number for e in stride.effects)
        if due and not planned and number in offered:
            calls.append(_call(ledger, city, _person(number, folk), stride.round, -1, "rang back"))
    return calls


def _assigned(ledger: Ledger, city: City, planned: Sequence[Effect], round: int, now: datetime) -> list[Effect]:
    """Whom a person sent it to: asked now, outside the order, which goes on. Of a station the first on duty; the others
    follow in the order, which begins with that station."""
    for number, station in assignees(city, ledger.view.assigned_to, now)[:1]:
        calls = ledger.rows(EffectKind.CALL, target=number)
        if any(row.state.under_way or since(ledger.view, row) for row in calls):
            return []
        if any(one.kind is EffectKind.CALL and one.target == number for one in planned):
            return []
        person = Person(number, city.stations.get(station or ""))
        offer = _offer(ledger, city, person, round, now)
        offer = [] if any(one.key == each.key for one in planned for each in offer) else offer
        return [*offer, _call(ledger, city, person, round, -1, "a person sent it to him")]
    return []


def _needless(view: View) -> list[str]:
    """A call-back to the resident has no purpose once the alarm is confirmed, unless he is talking on it, or a person
    asked for it."""
    rows = Ledger(view).rows(EffectKind.CALL_BACK)
    return [row.effect.key for row in rows if row.state.under_way and not talking(row) and not keeps(view, row)]


def _alarm_why(stride: _Stride, over: bool) -> str:
    if stride.nobody_there:
        return "nobody is on duty and no command centre is known"
    return "nobody accepted in nobody_s" if over else f"everybody was rung: round {stride.round}"
