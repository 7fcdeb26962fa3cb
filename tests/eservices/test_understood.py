"""What ``kentongan read`` says of letters to the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from config.city import load_city
from eservices.understood import Understood

UNDERSTOOD = Understood(load_city("binjai"))
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 09.00


@dataclass(frozen=True)
class Reading:
    intent: str


@pytest.mark.parametrize(
    ("text", "intent", "service", "fields"),
    [
        ("LAPOR jalan berlubang di jl sudirman", "complaint", "complaints", {"category": "road", "office": "pupr"}),
        ("jalan berlubang di jl sudirman", "complaint", "complaints", {"category": "road"}),
        ("DOKTER GIGI BESOK", "service", "clinic", {"poli": ["gigi"], "day": "2026-11-24", "for": "self"}),
        ("dftr dokter umum utk ibu saya siti bsk pagi", "service", "clinic", {"name": "Siti", "for": "other"}),
        ("DAFTAR siti#paya roba#jl kentang 7", "service", "registration", {"kelurahan": "12.75.03.1004"}),
        ("STATUS 1234", "service", "tickets", {"number": 1234}),
        ("ANTRI", "service", "queue", {}),
        ("DATA SAYA", "service", "my_data", {}),
        ("TOLONG RAMPOK", "emergency", None, {}),
        ("selamat pagi", "other", None, {}),
    ],
)
def test_the_service_that_is_meant_and_what_is_said_for_it(
    text: str, intent: str, service: str | None, fields: dict[str, Any]
) -> None:
    found, said = UNDERSTOOD(text, Reading(intent), NOW)
    assert found == service
    assert {key: str(said.get(key)).casefold() for key in fields} == {
        key: str(fields[key]).casefold() for key in fields
    }


def test_of_a_nik_only_is_said_that_there_is_one() -> None:
    _, said = UNDERSTOOD("DAFTAR siti#1275034107600001#paya roba#jl kentang 7", Reading("service"), NOW)
    assert said["nik"] is True
    assert "1275034107600001" not in str(said)
