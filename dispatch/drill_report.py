"""What a drill showed: who was rung when, and whether the clocks of an emergency were kept. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dispatch.case import Case
from dispatch.incident import Incident
from dispatch.plan import EffectKind, EffectRow
from dispatch.wording import name_of
from ivr.leg import Outcome

if TYPE_CHECKING:
    from config.city import City

Json = dict[str, Any]
FIRST_S, FIRST_ONE_LINE_S = 5.0, 20.0  # the first officer's phone rings within: with a second modem, with one
NEXT_S, NEXT_ONE_LINE_S = 30.0, 75.0  # the next one's, after the first ring of the one before: the same
FIVE_S = 180.0  # five tiers are rung within
FIFTH = 5
ACCEPTED_S = 120.0  # somebody accepted within; longer, and a resident would be told that nobody did


def tiers(city: City, case: Case, rows: Sequence[EffectRow]) -> list[Json]:
    """Every call of the drill, in the order in which they were made; seconds count from its beginning."""
    here = case.incident
    calls = [row for row in rows if row.effect.kind is EffectKind.CALL]
    return [
        {
            "round": row.effect.round,
            "tier": row.effect.tier + 1,
            "number": row.effect.target,
            "name": name_of(city, row.effect.target),
            "station": row.effect.station,
            "state": row.state.value,
            "asked_s": _after(here, row.intended_at),
            "rang_s": _after(here, row.started_at),
            "answered": row.answer is not None or row.outcome is Outcome.ANSWERED,
            "pressed": row.pressed,
            "outcome": row.outcome.value if row.outcome is not None else None,
            "accepted_s": _after(here, here.accepted_at) if here.accepted_by == row.effect.target else None,
        }
        for row in calls
    ]


def goals(city: City, case: Case, rows: Sequence[EffectRow]) -> list[Json]:
    """Each goal with what it took; ``kept`` None: the drill did not come to it."""
    here, lines = case.incident, sum(modem.use != "letters" for modem in city.modems)
    calls = [
        row for row in rows if row.effect.kind is EffectKind.CALL and row.effect.tier >= 0 and row.effect.round == 1
    ]
    rang = [at for row in calls if (at := _after(here, row.started_at)) is not None]
    gaps = [later - earlier for earlier, later in pairwise(rang)]
    fifth = rang[FIFTH - 1] if len(rang) >= FIFTH else None
    return [
        _goal("first officer ringing", FIRST_S if lines > 1 else FIRST_ONE_LINE_S, rang[0] if rang else None),
        _goal(
            "next person ringing after the last ring", NEXT_S if lines > 1 else NEXT_ONE_LINE_S, max(gaps, default=None)
        ),
        _goal("five tiers rung", FIVE_S, fifth),
        _goal("somebody accepted", ACCEPTED_S, _after(here, here.accepted_at)),
    ]


def _goal(goal: str, limit_s: float, took_s: float | None) -> Json:
    return {"goal": goal, "limit_s": limit_s, "took_s": took_s, "kept": None if took_s is None else took_s <= limit_s}


def _after(here: Incident, at: datetime | None) -> float | None:
    return None if at is None else (at - (here.confirmed_at or here.opened_at)).total_seconds()
