"""Judges coordinates by the city's map: the right way round, in the city or beyond it, or absurd. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from config.geometry import distance_m
from dispatch.incident import Certainty
from dispatch.place_points import Pointed

if TYPE_CHECKING:
    from config.city import City

STALE_S = 600.0  # a position that old may be of another place: one drives across the city in it
CLOCK_S = 120.0  # a phone's clock may be ahead by so much
LEAST_CONFIDENCE = 50  # per cent: a position with less confidence is a guess
NEAR_M = 300_000.0  # of the city: what might be two prices is only believed to be a point so near
WIDE = 5  # kelurahan: a circle that touches as many tells none of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point as it is to be believed. ``areas``: the kelurahan it lies in, or those its circle touches where it is too
    wide to tell; none: outside the city. ``age_s``: how old it is, in seconds."""

    lat: float
    lon: float
    areas: tuple[str, ...]
    certainty: Certainty
    radius_m: float | None
    age_s: float
    saw: tuple[str, ...]

    @property
    def outside(self) -> bool:
        return not self.areas


def judged(city: City, found: Iterable[Pointed], now: datetime) -> tuple[Spot | None, tuple[str, ...]]:
    """The first point that lies in the city, else the first beyond it; and what was seen of those that are none."""
    spots: list[Spot] = []
    saw: list[str] = []
    for pointed in found:
        spot = _spot(city, pointed, now)
        if spot is None and not pointed.weak:
            saw.append(f"{pointed.how} {pointed.lat:g}, {pointed.lon:g}: no place on earth that could be meant")
        elif spot is not None:
            spots.append(spot)
    return next((spot for spot in spots if not spot.outside), spots[0] if spots else None), tuple(saw)


def _spot(city: City, pointed: Pointed, now: datetime) -> Spot | None:
    as_said, swapped = (pointed.lat, pointed.lon), (pointed.lon, pointed.lat)
    ways = [way for way in ([as_said] if pointed.ordered else [as_said, swapped]) if _on_earth(*way)]
    for lat, lon in ways:
        area = city.area_at(lat, lon)
        if area is not None:
            turned = "" if (lat, lon) == as_said else ", the wrong way round"
            saw = (f"{pointed.how} {lat:g}, {lon:g}{turned}",)
            return _believed(city, pointed, Spot(
                lat=lat, lon=lon, areas=(area.code,), certainty=Certainty.SURE, radius_m=pointed.radius_m,
                age_s=0.0, saw=saw,
            ), now)  # fmt: skip
    if pointed.weak:
        ways = [way for way in ways if _near(city, way)]
    if not ways:
        return None
    lat, lon = ways[0]
    return Spot(
        lat=lat, lon=lon, areas=(), certainty=Certainty.LIKELY, radius_m=pointed.radius_m, age_s=0.0,
        saw=(f"{pointed.how} {lat:g}, {lon:g}: outside the city",),
    )  # fmt: skip


def _believed(city: City, pointed: Pointed, spot: Spot, now: datetime) -> Spot:
    """The spot with its radius, its confidence and its age judged."""
    areas, saw, certainty = spot.areas, list(spot.saw), spot.certainty
    if pointed.radius_m is not None:
        saw.append(f"within {pointed.radius_m:g} m")
        touched = tuple(area.code for area in city.areas_within(spot.lat, spot.lon, pointed.radius_m))
        if len(touched) >= WIDE:
            areas, certainty = touched, Certainty.UNKNOWN
        elif len(touched) > 1:
            certainty = Certainty.LIKELY
    if pointed.confidence is not None and pointed.confidence < LEAST_CONFIDENCE:
        saw.append(f"confidence {pointed.confidence} %")
        certainty = Certainty.UNKNOWN
    age = 0.0 if pointed.at is None else (now - pointed.at).total_seconds()
    if age < -CLOCK_S:
        saw.append("taken in the future: its time is not believed")
    if age > STALE_S:
        saw.append(f"taken {age / 60:.0f} min ago")
        certainty = Certainty.UNKNOWN
    return Spot(
        lat=spot.lat, lon=spot.lon, areas=areas, certainty=certainty, radius_m=pointed.radius_m,
        age_s=max(0.0, age), saw=tuple(saw),
    )  # fmt: skip


def _near(city: City, point: tuple[float, float]) -> bool:
    return any(distance_m(point, (area.lat, area.lon)) < NEAR_M for area in city.areas.values())


def _on_earth(lat: float, lon: float) -> bool:
    return -90 <= lat <= 90 and -180 <= lon <= 180 and (lat, lon) != (0.0, 0.0)
