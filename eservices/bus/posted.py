"""What a tracker says over HTTP, as a fix. Pure.

Two forms, as Traccar documents them (https://www.traccar.org/osmand/, read in November 2026):

- the OsmAnd form, as a query or a form: ``id`` (or ``deviceid``), ``lat``, ``lon``, ``timestamp``, ``valid``,
  ``speed``, ``bearing`` (or ``heading``), ``altitude``, ``hdop``, ``accuracy``; only ``id`` must be there;
- the JSON of Traccar Client 9 and later: ``{"location": {"timestamp": "2000-01-01T00:00:00.000Z", "coords":
  {"latitude", "longitude", "accuracy", "speed", "heading"}}, "device_id"}``.

A time is whole seconds or milliseconds of Unix, or ISO 8601 (without a zone: UTC); none is now. A tracker repeats what
is not answered by 2xx until it is, and holds back all that comes after: so what is well said and of no use (no fix yet,
an old one) is taken and thrown away, and 400 is for what no tracker would say better the next time we ask.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from config.city_buses import Buses
from config.geometry import distance_m
from eservices.bus.route import MOVING, Fix

MOST_ID = 64
AHEAD = timedelta(seconds=120)  # a tracker's clock may be fast by that
OLDEST = timedelta(hours=24)  # an older one says nothing of a bus
FAR_M = 40_000.0  # from every stop: that is no bus of ours
ROUGH_M = 1_000.0  # as an antenna of the network knows it
HDOP_M = 5.0  # metres that one of hdop is worth
ISLAND = 0.01  # degrees around 0, 0: what receivers say that know nothing
MILLIS = 100_000_000_000  # a larger time is of milliseconds
_WHOLE = re.compile(r"\d{1,15}(\.\d{1,6})?")


class Unreadable(Exception):
    """It says nothing in either form; the message is one word for the answer 400."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """``fix`` None: well said, and of no use; ``why`` says so in a word."""

    tracker: str
    fix: Fix | None
    why: str = ""


def read(said: Mapping[str, str], now: datetime, buses: Buses) -> Posted:
    """The fields of a query, a form, or of a JSON object (what is no string in it, as JSON). Raises Unreadable."""
    fields = _of_json(said) if "location" in said and "lat" not in said else said
    tracker = fields.get("id") or fields.get("deviceid") or ""
    if not tracker or len(tracker) > MOST_ID:
        raise Unreadable("id")
    fix = _fix(fields, now)
    why = "no fix" if fix is None else _useless(fix, now, buses)
    return Posted(tracker=tracker, fix=None if why else fix, why=why)


def _of_json(said: Mapping[str, str]) -> Mapping[str, str]:
    """The same fields out of the JSON."""
    location = _object(said["location"])
    coords = location.get("coords", {})
    if not isinstance(coords, Mapping):
        raise Unreadable("coords")
    names = {"latitude": "lat", "longitude": "lon", "accuracy": "accuracy", "speed": "speed", "heading": "bearing"}
    found = {ours: _text(coords[theirs]) for theirs, ours in names.items() if coords.get(theirs) is not None}
    if location.get("timestamp") is not None:
        found["timestamp"] = _text(location["timestamp"])
    return {**found, "id": said.get("device_id", "")}


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, Mapping):
        raise Unreadable("location")
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _fix(fields: Mapping[str, str], now: datetime) -> Fix | None:
    """None: the receiver knows nothing yet."""
    lat, lon = _number(fields, "lat", 90.0), _number(fields, "lon", 180.0)
    at = _instant(fields.get("timestamp", ""), now)
    if lat is None or lon is None or fields.get("valid", "").lower() in ("0", "false"):
        return None
    if abs(lat) < ISLAND and abs(lon) < ISLAND:
        return None
    hdop, speed = _number(fields, "hdop"), _number(fields, "speed")
    accuracy = _number(fields, "accuracy")
    bearing = _number(fields, "bearing" if "bearing" in fields else "heading")
    moving = speed is None or speed >= MOVING
    return Fix(
        at=at,
        lat=lat,
        lon=lon,
        accuracy_m=accuracy if accuracy is not None else None if hdop is None else hdop * HDOP_M,
        bearing=bearing % 360 if bearing is not None and bearing >= 0 and moving else None,
    )


def _useless(fix: Fix, now: datetime, buses: Buses) -> str:
    """Why nobody is helped by it; or nothing."""
    if fix.at > now + AHEAD:
        return "in the future"
    if fix.at < now - OLDEST:
        return "too old"
    if fix.accuracy_m is not None and fix.accuracy_m > ROUGH_M:
        return "too rough"
    here = (fix.lat, fix.lon)
    if all(distance_m(here, (stop.lat, stop.lon)) > FAR_M for stop in buses.stops.values()):
        return "far away"
    return ""


def _number(fields: Mapping[str, str], name: str, most: float = 1e9) -> float | None:
    """None: it is not there, or NaN, which is how some say so."""
    said = fields.get(name, "").strip()
    if not said or said == "null":
        return None
    try:
        found = float(said)
    except ValueError:
        raise Unreadable(name) from None
    if math.isnan(found):
        return None
    if abs(found) > most:
        raise Unreadable(name)
    return found


def _instant(said: str, now: datetime) -> datetime:
    said = said.strip()
    if not said:
        return now
    try:
        if _WHOLE.fullmatch(said):
            seconds = float(said)
            return datetime.fromtimestamp(seconds / 1000 if seconds >= MILLIS else seconds, UTC)
        found = datetime.fromisoformat(said)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise Unreadable("timestamp") from None
