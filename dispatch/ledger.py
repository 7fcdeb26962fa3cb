"""Reading an incident's ledger: what was done to whom, and what the next row of its kind would be. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.incident import Incident
from dispatch.plan import Effect, EffectKind, EffectRow, EffectState, View

_SUBSCRIBER = re.compile(r"\+[0-9]{8,15}")  # E.164: at most 15 digits; shorter than 8 is no subscriber
OFFERS = frozenset({"offer", "offer_unverified"})
"""The texts that ask an officer to come."""


def after(instant: datetime, seconds: float) -> datetime:
    """``instant`` and so many seconds."""
    return instant + timedelta(seconds=seconds)


def may_text(incident: Incident) -> bool:
    """The caller has a number that can be answered, and did not ask for silence."""
    return not incident.quiet and _SUBSCRIBER.fullmatch(incident.caller) is not None


def too_soon(rows: Iterable[EffectRow], seconds: float, now: datetime) -> bool:
    """One of these texts still waits to leave, or was written less than so long ago: another would only be noise."""
    return any(row.state.under_way or now < after(row.intended_at, seconds) for row in rows)


def reached(row: EffectRow) -> bool:
    """It came as far as the wire: the person at the other end may know of it."""
    return row.attempted_at is not None or row.state in (
        EffectState.DOING,
        EffectState.DONE,
        EffectState.UNKNOWN,
    )


def talking(row: EffectRow) -> bool:
    """Whether somebody is on that call, and hears what it says: it ends by itself."""
    on_it = row.pressed is not None or row.answer is not None
    return row.state is EffectState.DOING and on_it


@dataclass(frozen=True, slots=True)
class Ledger:
    """The rows of one view, asked by kind, target and round."""

    view: View

    def rows(
        self, kind: EffectKind, *, target: str | None = None, text: str | None = None, round: int | None = None
    ) -> list[EffectRow]:
        """The rows that match, oldest wave first."""
        found = [
            row
            for row in self.view.rows
            if row.effect.kind is kind
            and target in (None, row.effect.target)
            and text in (None, row.effect.text)
            and round in (None, row.effect.round)
        ]
        return sorted(found, key=lambda row: row.effect.wave)

    def steps(self, round: int) -> list[EffectRow]:
        """The officer calls of a round that follow the ladder's order, first to last."""
        ordered = (row for row in self.rows(EffectKind.CALL, round=round) if row.effect.tier >= 0)
        return sorted(ordered, key=lambda row: (row.effect.tier, row.effect.wave))

    def offered(self) -> list[str]:
        """The officers who may know of the incident, in the order they were rung."""
        rows = (row for row in self.view.rows if reached(row) and _asks(row))
        return list(dict.fromkeys(row.effect.target for row in rows))

    def under_way(self, kind: EffectKind, target: str) -> bool:
        """Whether something of this kind may still come to the target by itself."""
        return any(row.state.under_way for row in self.rows(kind, target=target))

    def wave(self, kind: EffectKind, target: str, text: str | None) -> int:
        """The wave of the next such effect."""
        alike = (row.effect for row in self.view.rows if row.effect.kind is kind and row.effect.target == target)
        return 1 + max((effect.wave for effect in alike if effect.text == text), default=0)

    def effect(
        self,
        kind: EffectKind,
        target: str,
        *,
        round: int,
        tier: int = -1,
        station: str | None = None,
        text: str | None = None,
        ring_s: float = 0.0,
        talk_s: float = 0.0,
        why: str,
    ) -> Effect:
        """The next effect of its kind to the target, with the wave that makes its key unique."""
        return Effect(
            incident=self.view.incident.id,
            kind=kind,
            target=target,
            wave=self.wave(kind, target, text),
            round=round,
            tier=tier,
            station=station,
            text=text,
            offers=text in OFFERS,
            ring_s=ring_s,
            talk_s=talk_s,
            why=why,
        )


def _asks(row: EffectRow) -> bool:
    return row.effect.kind is EffectKind.CALL or row.effect.text in OFFERS


def unfinished(rows: Iterable[EffectRow]) -> list[EffectRow]:
    """The rows from which something may still come by itself."""
    return [row for row in rows if row.state.under_way]
