"""A NIK in a wish: nothing of it goes on but its keyed hash, and that only where there is a key."""

from __future__ import annotations

from datetime import UTC, datetime

from eservices.clinic.flow import Days
from eservices.clinic.talk import Clinic, Room
from gateway.dialogue import Who
from gateway.nik import hashed
from tests.dispatch.talks import PHONE, pack

NIK = "1275044507620003"
WISH = f"gigi besok atas nama Siti Aminah nik {NIK}"
KEY = bytes(range(32))


def state_of(key: bytes) -> dict[str, str]:
    city = pack("tinytown")
    who = Who(number=PHONE, at=datetime(2026, 11, 18, 3, tzinfo=UTC), language="id")
    step = Clinic(city, Room(city, key)).begin(who, f"{WISH} puskesmas hulu")
    assert isinstance(step.ask, Days)
    return dict(step.ask.state)


def test_with_a_key_the_hash_is_kept_and_the_digits_are_not() -> None:
    state = state_of(KEY)
    assert state["nik"] == hashed(KEY, NIK)
    assert NIK not in str(state)


def test_without_a_key_nothing_is() -> None:
    state = state_of(b"")
    assert "nik" not in state
    assert NIK not in str(state)
