"""Which siren is rung now, and whether one was heard. Pure.

A controller is rung by a call that it rejects once it has alerted; where it can, it also sends an SMS that its
relay closed, and then only that SMS is the proof. At least once, with a cap: it is rung again only while unproved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from dispatch.ledger import Ledger, after
from dispatch.plan import Effect, EffectKind, EffectRow, EffectState
from ivr.leg import CallResult, Outcome

if TYPE_CHECKING:
    from config.city import City, Siren, Station

_HOPELESS = frozenset({Outcome.ANSWERED, Outcome.RANG, Outcome.UNREACHABLE})
"""Answered: another device. Rang to its end: we are not on its whitelist. Unreachable: off or out of reach."""


TIMED = "timed"  # a ring sounds it for a while; in another mode a second ring would be wanted to silence it


class Sound(StrEnum):
    """What is known of a station's siren in this round."""

    ABSENT = "absent"  # the station has none
    RING = "ring"  # to be rung now
    WAITING = "waiting"  # being rung, or its proof is awaited, or its pause is not over
    HEARD = "heard"
    LOST = "lost"  # not to be had this round: the next station's siren instead


@dataclass(frozen=True, slots=True)
class Standing:
    """A siren's sound, and when to look again if nothing happens before (None: a row will change)."""

    sound: Sound
    until: datetime | None = None


def proved(row: EffectRow, siren: Siren) -> bool:
    """Whether the ring is known to have closed the relay."""
    if row.relayed_at is not None:
        return True
    if siren.relay:
        return False
    return row.outcome is Outcome.REJECTED and row.started_at is not None


def known_dead(row: EffectRow, siren: Siren) -> bool:
    """Whether this ring shows that the siren cannot be counted on: unreachable, wrong device, not authorised."""
    return not proved(row, siren) and _hopeless(row)


def tested(result: CallResult, siren: Siren) -> bool | None:
    """What a test's call says: True it works, False it does not, None its relay's SMS has the last word (or the
    call says nothing of the siren)."""
    if result.outcome in _HOPELESS:
        return False
    if result.outcome is Outcome.REJECTED:
        return False if result.alerted_s is None else (None if siren.relay else True)
    return None


def _hopeless(row: EffectRow) -> bool:
    released_unheard = row.outcome is Outcome.REJECTED and row.started_at is None
    return row.outcome in _HOPELESS or released_unheard


def standing(ledger: Ledger, city: City, siren: Siren, round: int, now: datetime) -> Standing:
    """What is to be done with one siren in this round."""
    rows = ledger.rows(EffectKind.SIREN, target=siren.number, round=round)
    if any(row.state.under_way for row in rows):
        return Standing(Sound.WAITING)
    if any(proved(row, siren) for row in rows):
        return Standing(Sound.HEARD)
    if not rows:
        # A siren known dead costs the line's time; later rounds are louder and try it all the same.
        if round == 1 and siren.number in ledger.view.dead_sirens:
            return Standing(Sound.LOST)
        return _in_window(ledger, city, siren, now)
    last = rows[-1]
    awaited = _proof_awaited(last, city, siren, now)
    if awaited is not None:
        return awaited
    if _hopeless(last) or len(rows) >= city.clocks.siren_tries:
        return Standing(Sound.LOST)
    if last.state is not EffectState.UNKNOWN and last.settled_at is not None:
        again = after(last.settled_at, city.clocks.siren_pause_s)
        if now < again:
            return Standing(Sound.WAITING, again)
    return _in_window(ledger, city, siren, now)


def _proof_awaited(row: EffectRow, city: City, siren: Siren, now: datetime) -> Standing | None:
    """The relay's SMS may come some seconds after the ring."""
    if not siren.relay or row.settled_at is None or row.outcome is not Outcome.REJECTED:
        return None
    until = after(row.settled_at, city.clocks.siren_wait_s)
    return Standing(Sound.WAITING, until) if now < until else None


def _in_window(ledger: Ledger, city: City, siren: Siren, now: datetime) -> Standing:
    """One ring a window: what rang a moment ago, for this incident or another, is heard already."""
    own = (row for row in ledger.rows(EffectKind.SIREN, target=siren.number) if proved(row, siren))
    heard = [row.attempted_at or row.intended_at for row in own]
    if siren.number in ledger.view.rings:
        heard.append(ledger.view.rings[siren.number])
    until = after(max(heard), city.clocks.mass_s) if heard else now
    return Standing(Sound.WAITING, until) if now < until else Standing(Sound.RING)


def ring(
    ledger: Ledger, city: City, order: Sequence[Station], rung: Iterable[str], round: int, now: datetime
) -> tuple[list[Effect], list[datetime]]:
    """The sirens to ring now, and when to look again. ``rung``: ids of the stations whose people are being rung
    in this round; where such a station's siren is lost, the next station in ``order`` sounds in its stead."""
    incident = ledger.view.incident
    if not incident.siren_allowed or incident.place.outside:
        return [], []
    wanted, instead = frozenset(rung), False
    effects: list[Effect] = []
    waits: list[datetime] = []
    for station in order:
        if station.id not in wanted and not instead:
            continue
        if station.siren is None or (incident.drill and station.siren.mode != TIMED):
            continue
        stands = standing(ledger, city, station.siren, round, now)
        why = f"instead of a lost siren, round {round}" if station.id not in wanted else f"round {round}"
        instead = stands.sound is Sound.LOST
        if stands.until is not None:
            waits.append(stands.until)
        if stands.sound is Sound.RING:
            effects.append(
                ledger.effect(
                    EffectKind.SIREN,
                    station.siren.number,
                    round=round,
                    station=station.id,
                    ring_s=city.clocks.siren_s,
                    why=why,
                )
            )
    return effects, waits
