"""A case in words for the ear: sentences that fill the fields of a spoken flow. Pure; nothing is said that is not so.

Each fact is a whole sentence, or empty where there is nothing to say; the words themselves are prompts of the pack.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from dispatch.case import Case, SirenState
from dispatch.incident import Certainty, Incident, Place, Source, State
from dispatch.plan import EffectKind, EffectRow, EffectState
from dispatch.sirens import proved
from dispatch.wording import name_of, place_words

if TYPE_CHECKING:
    from config.city import City, Siren

OLD_S = 600.0  # seconds: what was said of the place longer ago is said with its age
LONGEST = 60  # characters of a name that are spoken; a registry may hold any
LONGEST_PLACE = 80  # of a street, a lane, a landmark: he has to hear the keys before the ladder goes on without him
_AGES = (("years", 365 * 86400.0), ("months", 30 * 86400.0), ("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0))


class Say(Protocol):
    """The prompt of that id with these fields, in the hearer's language."""

    def __call__(self, id: str, /, **fields: object) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known as the words are said. ``hearer``: the officer's number; ``station``: the id of his; ``name``: of
    the caller, as a city or a kepling vouched for it; ``siren``: of the station's path, None: nothing is known."""

    case: Case
    rows: Sequence[EffectRow]
    hearer: str
    station: str | None
    now: datetime
    name: str = ""
    siren: SirenState | None = None


def facts(city: City, known: Known, say: Say, lang: str) -> Mapping[str, str]:
    """What an officer hears of the case now: by field, whole sentences. ``place``: where, without how sure it is."""
    return {
        "what": _what(city, known.case.incident, say, lang),
        "where": where(city, known.case.incident, known.now, say, lang),
        "place": _named(city, known.case.incident.place, say, lang),
        "caller": _caller(known, say),
        "siren": _siren(city, known, say),
        "others": others(city, known, say),
    }


def _what(city: City, here: Incident, say: Say, lang: str) -> str:
    doubtful = not (here.siren_allowed or here.verified)
    return say("fact_what_doubtful" if doubtful else "fact_what", kind=city.label(here.kind, lang))


# -- the place


def where(city: City, here: Incident, now: datetime, say: Say, lang: str) -> str:
    """The place, how sure it is, and how old the knowledge is where it is not fresh."""
    named = _named(city, here.place, say, lang)
    return f"{named} {_belief(here.place, here, now, say)}" if here.place.known else named


def _named(city: City, place: Place, say: Say, lang: str) -> str:
    if place.outside:
        return say("fact_place_outside", place=place_words(city, place, lang))
    if not place.known:
        may_be = [city.areas[code].name for code in place.candidates if code in city.areas]
        if not may_be:
            return say("fact_place_unknown")
        return say("fact_place_which", places=f" {say('word_or')} ".join(may_be))
    return say("fact_place", place=place_said(city, place, say, lang))


def place_said(city: City, place: Place, say: Say, lang: str) -> str:
    """Street, lane and landmark, lingkungan and kelurahan: all that is known, to be found by ear alone."""
    area = city.areas.get(place.kelurahan or "")
    near = [part[:LONGEST_PLACE] for part in (place.landmark, place.lane, place.street) if part]
    if place.lingkungan is not None:
        near.append(say("fact_lingkungan", number=place.lingkungan))
    if area is not None:
        near.append(say("fact_area", area=area.name))
    return ", ".join(dict.fromkeys(near)) or place_words(city, place, lang)


def _belief(place: Place, here: Incident, now: datetime, say: Say) -> str:
    """A registered address is where somebody lives, not where he is; what the caller named is his word."""
    since_s = max(0.0, (now - here.opened_at).total_seconds())
    age_s = None if place.age_s is None else place.age_s + since_s
    if place.source is Source.REGISTERED:
        return say("fact_registered", age=age_words(age_s or 0.0, say))
    if place.source is Source.OPERATOR:
        return say("fact_checked")
    if place.source is Source.VEHICLE:
        return say("fact_vehicle", age=age_words(age_s or 0.0, say))
    sure = "fact_said" if place.certainty is Certainty.SURE else "fact_unsure"
    if age_s is None or age_s < OLD_S:
        return say(sure)
    return f"{say(sure)} {say('fact_old', age=age_words(age_s, say))}"


def age_words(seconds: float, say: Say) -> str:
    """``3 bulan yang lalu``: the largest unit of which at least one whole has passed."""
    for name, unit_s in _AGES:
        if seconds >= unit_s:
            return say(f"age_{name}", count=int(seconds // unit_s))
    return say("age_now")


# -- people


def _caller(known: Known, say: Say) -> str:
    here = known.case.incident
    if here.drill:
        return ""
    if not here.caller:
        who = say("fact_caller_withheld")
    elif known.name:
        who = say("fact_caller", name=known.name[:LONGEST])
    else:
        who = say("fact_caller_registered" if here.registered else "fact_caller_unknown")
    return f"{who} {say('fact_quiet')}" if here.quiet else who


def others(city: City, known: Known, say: Say) -> str:
    """Who else has it, or is on the line now: two officers are told of each other."""
    here = known.case.incident
    if here.state is State.ACCEPTED and here.accepted_by != known.hearer:
        return say("fact_accepted", name=name_of(city, here.accepted_by or "")[:LONGEST])
    names = [name_of(city, number)[:LONGEST] for number in on_the_line(known.rows) if number != known.hearer]
    return say("fact_others", names=f" {say('word_and')} ".join(names)) if names else ""


def on_the_line(rows: Sequence[EffectRow]) -> list[str]:
    """The officers whose phones ring or are answered now, in the order in which they were dialled."""
    calls = [row for row in rows if row.effect.kind is EffectKind.CALL and row.state is EffectState.DOING]
    return list(dict.fromkeys(row.effect.target for row in calls))


# -- the siren


def _siren(city: City, known: Known, say: Say) -> str:
    """Of his station: whether it was rung for this incident, and when it was last proven."""
    station = city.stations.get(known.station or known.case.incident.station or "")
    if station is None:
        return ""
    if station.siren is None:
        return say("fact_siren_none")
    sounded_at = sounded(known.rows, station.siren)
    if sounded_at is not None:
        return say("fact_siren_sounded", time=f"{sounded_at.astimezone(city.timezone):%H.%M}")
    rung = say("fact_siren_ringing") if _rings(known, station.siren) else ""
    here = known.case.incident
    waits = "" if here.siren_allowed or here.drill else say("fact_siren_waits")
    return " ".join(filter(None, (rung or waits, _path(known, say))))


def sounded(rows: Sequence[EffectRow], siren: Siren) -> datetime | None:
    """When a ring of it for this incident is known to have closed the relay; None: not known to have."""
    rings = [row for row in rows if row.effect.kind is EffectKind.SIREN and row.effect.target == siren.number]
    return next((row.settled_at or row.intended_at for row in reversed(rings) if proved(row, siren)), None)


def _rings(known: Known, siren: Siren) -> bool:
    rings = (row for row in known.rows if row.effect.kind is EffectKind.SIREN and row.effect.target == siren.number)
    return any(row.state.under_way for row in rings)


def _path(known: Known, say: Say) -> str:
    state = known.siren
    if state is not None and state.failures:
        return say("fact_siren_dead")
    if state is None or state.proven_at is None:
        return say("fact_siren_unknown")
    ago = max(timedelta(0), known.now - state.proven_at).total_seconds()
    return say("fact_siren_proven", age=age_words(ago, say))
