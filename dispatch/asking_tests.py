"""Ask whether officers hear the city: the verbs of a person, and each officer with his last test. The running program
makes the calls (``comm_testing.py``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dispatch import store
from dispatch.comm_test import CommTest, folk
from dispatch.duty import as_changed
from gateway.number import normal
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

Json = dict[str, Any]
Person = Mapping[str, str]


class NotAsked(Exception):
    """Nobody is called: says why."""


def whom(city: City, now: datetime, number: str = "", station: str = "") -> list[Person]:
    """Who is to be called: all, those of one station, or one number in any usual form. Raises NotAsked."""
    wanted = normal(number) if number else None
    if number and wanted is None:
        raise NotAsked(f"{number!r} is no telephone number")
    if station and station not in city.stations:
        raise NotAsked(f"there is no station {station!r}: 'kentongan stations list' shows them")
    people = folk(city, now)
    found = [one for one in people if wanted in (None, one["number"]) and (not station or station == one["station"])]
    if not found:
        raise NotAsked("nobody on the roster is that: 'kentongan officers list' shows them")
    return found


def ask(tx: Tx, wanted: Sequence[Person], by: str, now: datetime) -> list[str]:
    """Have them called, one after the other. Returns the numbers of those who were not waiting for it already."""
    run = f"command/{now.isoformat()}"
    return [one["number"] for one in wanted if store.ask_comm_test(tx, f"{run}/{one['number']}", one, now, by)]


def officers(tx: Tx, city: City, now: datetime) -> list[Json]:
    """Everybody who may be called, stand-ins too, each with his last test."""
    city = as_changed(tx, city, now)
    return [officer_json(tx, city, one, now) for one in folk(city, now)]


def officer_json(tx: Tx, city: City, one: Person, now: datetime) -> Json:
    """Somebody who can be called, with his last test. ``overdue``: he passed none for as long as the pack allows."""
    last, passed = store.last_comm_test(tx, one["number"]), store.last_comm_test(tx, one["number"], heard=True)
    since = now - timedelta(days=city.voice.test_within_days)
    heard_at = passed.heard_at if passed is not None else None
    return {
        **one,
        "station": one["station"] or None,
        "sample": city.is_sample(one["number"]) or one["number"] in city.sample_numbers(),
        "last_test": test_json(last) if last is not None else None,
        "passed_at": _iso(heard_at),
        "overdue": heard_at is None or heard_at < since,
    }


def test_json(one: CommTest) -> Json:
    """One test. ``outcome``: heard, answered (and no key), rang, busy, unreachable, lapsed … waiting, doing."""
    return {
        "id": one.id,
        "officer": one.name,
        "number": one.number,
        "station": one.station or None,
        "asked_at": one.asked_at.isoformat(),
        "asked_by": one.asked_by or "schedule",
        "tries": one.tries,
        "rang_at": _iso(one.rang_at),
        "answered_at": _iso(one.answered_at),
        "heard": one.heard_at is not None,
        "heard_at": _iso(one.heard_at),
        "pressed_s": one.pressed_s,
        "outcome": one.result,
        "leg": one.leg or None,
        "settled_at": _iso(one.settled_at),
    }


test_json.__test__ = False  # type: ignore[attr-defined]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
