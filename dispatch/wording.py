"""The words for a phone: which field of the pack's texts is filled with what. Pure; nothing is said that is not so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.gsm7 import clip, septets
from config.texts import TEXTS, WIDTHS
from dispatch.case import Case
from dispatch.incident import Certainty, Incident, Place, Source
from gateway.messages import Lane, Outbound
from gateway.number import subscriber

if TYPE_CHECKING:
    from config.city import City


ACCEPTED = "accepted"
ONE_SMS = 160  # septets
CUT = ("caller", "text", "choices", "place", "certainty", "station", "by", "kind")
"""Fields that a drill's SMS shortens, this one first."""
LEAST = 6  # septets that stay of each


def said(city: City, case: Case, key: str, lang: str, at: datetime, **more: object) -> str:
    """The text ``key`` about this case, one SMS. ``at``: the instant that {time} shows (on the city's wall clock).
    ``more`` adds what the case does not know, or says it otherwise. Raises KeyError for a field nobody filled."""
    key = acceptance_words(city, case.incident) if key == ACCEPTED else key
    known = dict(_fields(city, case.incident, lang, at)) | more
    fields = {name: known[name] for name in TEXTS[key]}
    return drill_text(city, lang, key, fields) if case.incident.drill else city.text(lang, key, **fields)


def drill_text(city: City, lang: str, key: str, fields: Mapping[str, object]) -> str:
    """The same text in a drill: it begins with the word, and is one SMS still. What is long is cut for it, never the
    code by which somebody accepts."""
    word = city.prompt(lang, "drill_word").upper()
    text = f"{word} {city.text(lang, key, **fields)}"
    for name in CUT:
        over = (septets(text) or 0) - ONE_SMS
        if over <= 0:
            break
        if name in fields:
            shown = clip(str(fields[name]), WIDTHS[name])
            fields = {**fields, name: clip(shown, max(LEAST, (septets(shown) or 0) - over))}
            text = f"{word} {city.text(lang, key, **fields)}"
    return clip(text, ONE_SMS)


def acceptance_words(city: City, incident: Incident) -> str:
    """The text that says of an acceptance what is so: officers come to a place that is known; a person at the command
    centre, or on its page, sends somebody."""
    if city.officer(incident.accepted_by or "") is None:
        return "accepted_centre"
    return ACCEPTED if incident.place.known else "accepted_ask"


def place_words(city: City, place: Place, lang: str) -> str:
    """The place as people say it: street, lane or landmark, and kelurahan; or that it is not known."""
    if place.outside:
        return place.outside_name or city.text(lang, "place_outside")
    here = city.areas.get(place.kelurahan or "")  # of an older version of the pack: none
    area = here.name if here is not None else None
    near = place.street if place.street and not place.landmark else place.landmark or place.lane
    named = ", ".join(part for part in (near, area) if part)
    return named or city.text(lang, "place_unknown")


def caller_words(city: City, incident: Incident, lang: str, name: str = "") -> str:
    """Who called: the number first, then the registered name, or that there is none."""
    if incident.drill:
        return city.prompt(lang, "drill_word")
    if not incident.caller:
        return city.text(lang, "caller_withheld")
    if incident.registered:
        return f"{incident.caller} {name}".rstrip()
    return f"{incident.caller} {city.text(lang, 'caller_unregistered')}"


def name_of(city: City, number_or_name: str) -> str:
    """An officer's or a command post's name for his number; any other name as it is."""
    officer = city.officer(number_or_name)
    if officer is not None:
        return officer.name
    return next((post.name for post in city.operators if post.number == number_or_name), number_or_name)


def station_words(city: City, station: str | None) -> str:
    """A station's name; the city's where no station is known."""
    return city.stations[station].name if station and station in city.stations else city.title


def choices_words(city: City, candidates: tuple[str, ...]) -> str:
    """``1 Paya Roba, 2 Satria``: what a bare digit then means."""
    known = [city.areas[code].name for code in candidates if code in city.areas]
    return ", ".join(f"{number} {name}" for number, name in enumerate(known, start=1))


def _fields(city: City, incident: Incident, lang: str, at: datetime) -> Mapping[str, object]:
    since = incident.confirmed_at or incident.opened_at
    return {
        "code": incident.code,
        "kind": city.label(incident.kind, lang),
        "place": place_words(city, incident.place, lang),
        "certainty": city.text(lang, certainty_words(incident.place)),
        "caller": caller_words(city, incident, lang),
        "choices": choices_words(city, incident.place.candidates),
        "station": station_words(city, incident.station),
        "by": name_of(city, incident.accepted_by or ""),
        "call": city.emergency_call,
        "time": f"{at.astimezone(city.timezone):%H.%M}",
        "minutes": max(1, round((at - since).total_seconds() / 60)),
    }


def certainty_words(place: Place) -> str:
    """The key of the words that say where the place comes from, as the page says it too."""
    if place.source is Source.OPERATOR:
        return "certainty_operator"
    if place.source is Source.VEHICLE:
        return "certainty_vehicle"
    named = place.source is Source.TEXT and place.certainty is Certainty.LIKELY
    return "certainty_sure" if named else f"certainty_{place.certainty.value}"


def letter(
    city: City, to: str, text: str, key: str, at: datetime, answers: int | None = None, *, drill: bool = False
) -> Outbound:
    """An emergency letter, which is never sent later than the pack's ``letter_s``. A ``drill``'s goes after all that
    are of real ones."""
    ends, lane = at + timedelta(seconds=city.clocks.letter_s), Lane.SERVICE if drill else Lane.EMERGENCY
    return Outbound(to=to, text=text, lane=lane, key=key, expires_at=ends, answers=answers)


def may_answer(incident: Incident) -> bool:
    """The caller has a number that can be answered, and nothing asks for silence."""
    return not incident.quiet and subscriber(incident.caller)
