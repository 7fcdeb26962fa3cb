"""What trackers say, in both of their forms, and what is of no use in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.bus.posted import Posted, Unreadable, read
from tests.eservices.bus.town import BUSES

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HERE = {"id": "bus-3", "lat": "-0.89", "lon": "119.82"}
SECONDS = str(int(NOW.timestamp()))


def said(**more: str) -> Posted:
    return read({**HERE, **more}, NOW, BUSES)


def client_json(**location: object) -> dict[str, str]:
    """The fields of Traccar Client's JSON as a page hands them on."""
    coords = {"latitude": -0.89, "longitude": 119.82, "accuracy": 12.5, "speed": 6.1, "heading": 91.0}
    value = {"timestamp": "2026-11-23T02:59:30.000Z", "coords": coords, **location}
    return {"location": json.dumps(value), "device_id": "bus-3"}


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        ("", NOW),
        (SECONDS, NOW),
        (SECONDS + "000", NOW),
        ("2026-11-23T02:59:30Z", NOW - timedelta(seconds=30)),
        ("2026-11-23T10:59:30+08:00", NOW - timedelta(seconds=30)),
        ("2026-11-23 02:59:30", NOW - timedelta(seconds=30)),
    ],
)
def test_a_time_in_every_form_in_which_it_is_sent(timestamp: str, at: datetime) -> None:
    found = said(timestamp=timestamp).fix
    assert found is not None
    assert found.at == at


def test_the_osmand_form_with_all_its_fields() -> None:
    found = said(timestamp=SECONDS, speed="6.0", bearing="450", altitude="12", hdop="1.5", batt="88")
    assert found.tracker == "bus-3"
    assert found.fix is not None
    assert (found.fix.lat, found.fix.lon) == (-0.89, 119.82)
    assert (found.fix.bearing, found.fix.accuracy_m) == (90.0, 7.5)


def test_the_json_of_newer_clients() -> None:
    found = read(client_json(), NOW, BUSES)
    assert found.fix is not None
    assert (found.tracker, found.fix.at) == ("bus-3", NOW - timedelta(seconds=30))
    assert (found.fix.accuracy_m, found.fix.bearing) == (12.5, 91.0)


def test_a_bearing_of_a_bus_that_stands_is_noise() -> None:
    found = said(speed="0.2", bearing="90").fix
    assert found is not None
    assert found.bearing is None


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"lat": "", "lon": ""}, "no fix"),
        ({"lat": "NaN"}, "no fix"),
        ({"lat": "0", "lon": "0"}, "no fix"),
        ({"lat": "0.0001", "lon": "-0.0001"}, "no fix"),
        ({"valid": "false"}, "no fix"),
        ({"lat": "52.5", "lon": "13.4"}, "far away"),
        ({"accuracy": "5000"}, "too rough"),
        ({"timestamp": str(int(NOW.timestamp()) + 600)}, "in the future"),
        ({"timestamp": str(int(NOW.timestamp()) - 3 * 86400)}, "too old"),
    ],
)
def test_what_is_well_said_and_of_no_use(more: dict[str, str], why: str) -> None:
    found = said(**more)
    assert (found.fix, found.why) == (None, why)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"lat": "1", "lon": "2"},
        {**HERE, "lat": "north"},
        {**HERE, "lat": "91"},
        {**HERE, "lon": "181"},
        {**HERE, "lat": "inf"},
        {**HERE, "timestamp": "yesterday"},
        {**HERE, "timestamp": "999999999999999"},
        {**HERE, "id": "x" * 65},
        {"location": "[1, 2]", "device_id": "bus-3"},
        {"location": '{"coords": 3}', "device_id": "bus-3"},
        {"location": "{" * 3000, "device_id": "bus-3"},
        {**client_json(), "device_id": ""},
    ],
)
def test_what_says_nothing(fields: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        read(fields, NOW, BUSES)


NAMES = st.sampled_from(["id", "lat", "lon", "timestamp", "speed", "bearing", "hdop", "accuracy", "valid", "location"])


@given(st.dictionaries(NAMES, st.text(max_size=30) | st.floats().map(str)))
def test_no_field_whatever_does_harm(fields: dict[str, str]) -> None:
    try:
        found = read({"id": "bus-3", **fields}, NOW, BUSES)
    except Unreadable:
        return
    assert (found.fix is None) == bool(found.why)
