"""Whom an incident can be sent to, as the page and its dialog say it: with duty, distance, kind of unit, and reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dispatch import sending, store
from dispatch.console.incidents.said import Telling
from dispatch.console.numbers import number_said
from dispatch.duty import as_changed
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

Json = dict[str, Any]
NEAR = 4  # stations on the sheet
KM = 1000.0  # metres


def sending_json(tx: Tx, city: City, number: int, now: datetime, telling: Telling, language: str) -> Json:
    """``choices``: all; ``stations``: the nearest, with who is there. Raises NoSuchIncident."""
    city = as_changed(tx, city, now)
    case = store.load_case(tx, number)
    saying = _Saying(city, telling, language, now)
    every = sending.choices(tx, city, case, now)
    folk = {one.to: one for one in every if one.person}
    near = sending.nearest(tx, city, case, now)[:NEAR]
    stations = [saying.station(one, [folk[who] for who in one.on_duty if who in folk]) for one in near]
    return {"choices": [saying.choice(one) for one in every], "stations": stations}


class _Saying:
    def __init__(self, city: City, telling: Telling, language: str, now: datetime) -> None:
        self._city, self._telling, self._language, self._now = city, telling, language, now

    def choice(self, one: sending.Choice) -> Json:
        reach = self._reach(one) if one.person else self._say("duty_count", n=len(one.near.on_duty if one.near else ()))
        duty = "" if one.on_duty or not one.person else self._say("off_duty")
        near = self._near(one.near) if one.near else self._say("centre")
        home = one.near.station.name if one.near and one.person else ""
        said = [one.name if one.person else self._say("whole_station", name=one.name), home, near, duty, reach]
        return {
            "to": one.to,
            "name": one.name,
            "on_duty": one.on_duty,
            "doubtful": one.doubtful,
            "label": " · ".join(part for part in said if part),
        }

    def station(self, near: sending.Near, folk: Sequence[sending.Choice]) -> Json:
        people = [{"name": one.name, "reach": self._reach(one), "doubtful": one.doubtful} for one in folk]
        return {
            "id": near.station.id,
            "name": near.station.name,
            "lat": near.station.lat,
            "lon": near.station.lon,
            "distance": self._distance(near.distance_m),
            "unit": self._unit(near),
            "people": people,
        }

    def _reach(self, one: sending.Choice) -> str:
        known = one.known
        outcome = one.tried or (known.outcome if one.doubtful else "")
        answered = self._say("answered", at=self._at(known.answered_at)) if known.answered_at else ""
        if outcome:
            missed = self._say("missed", outcome=self._telling.outcome(self._language, "call", outcome))
            return ", ".join(part for part in (missed, answered) if part)
        return answered or self._say("never_answered")

    def _near(self, near: sending.Near) -> str:
        return ", ".join(part for part in (self._distance(near.distance_m), self._unit(near)) if part)

    def _unit(self, near: sending.Near) -> str:
        agency = near.station.agency
        unit = self._city.said(self._language, self._city.agencies.get(agency, {}), agency)
        return unit if near.serves else self._say("other_unit", unit=unit)

    def _distance(self, metres: float | None) -> str:
        return "" if metres is None else f"{number_said(metres / KM, self._language, 1)} km"

    def _at(self, at: datetime | None) -> str:
        if at is None:
            return ""
        here, today = (one.astimezone(self._city.timezone) for one in (at, self._now))
        return f"{here:%H.%M}" if here.date() == today.date() else f"{here:%d.%m.%Y %H.%M}"

    def _say(self, key: str, **fields: object) -> str:
        return self._telling.say(self._language, f"sending.{key}", fields)
