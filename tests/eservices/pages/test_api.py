"""The services over the API say no more than their pages do: to each office its own, to a clinic its own queue."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.api import PREFIX
from gateway.page import Floor, Role
from tests.eservices.complaints.office_room import GINA
from tests.eservices.pages.conftest import Enter
from tests.eservices.pages.desk import SARI, UMAR, WATI, digits, report
from tests.fixtures.site import Client, user_with

SECRET = "pungli di kantor, nama saya Gina Contoh 081234567890"


async def asked(client: Client, path: str) -> Any:
    answer = await client.get(f"{PREFIX}{path}")
    return await answer.json() if answer.status == 200 else answer.status


async def test_an_office_reads_its_own_tickets_without_their_writers(floor: Floor, enter: Enter) -> None:
    number, hidden = await report(floor), await report(floor, SECRET, secret=True)
    office, other, desk = await enter(UMAR), await enter(WATI), await enter(SARI)
    assert await asked(other, "/tickets") == []
    assert await asked(other, "/tickets?office=pu") == []
    assert await asked(other, f"/tickets/{number}") == 404
    mine = await asked(office, "/tickets")
    assert sorted(one["number"] for one in mine) == [number, hidden]
    assert await asked(office, "/tickets?office=umum") == []
    text = digits(str(mine) + str(await asked(office, f"/tickets/{hidden}")))
    assert GINA[3:] not in text
    assert "81234567890" not in text
    assert GINA in str(await asked(desk, f"/tickets/{number}"))
    assert "81234567890" not in digits(str(await asked(desk, f"/tickets/{hidden}")))


@pytest.mark.parametrize("path", ["/clinic/sessions", "/clinic/bookings"])
async def test_a_clinic_reads_its_own_queue(floor: Floor, enter: Enter, path: str) -> None:
    houses = sorted(floor.city.clinics.clinics)
    client = await enter(user_with(Role.CLINIC, clinic="elsewhere"))
    assert await asked(client, path) == []
    client = await enter(user_with(Role.CLINIC, clinic=houses[0]))
    assert {one["clinic"] for one in await asked(client, path)} <= {houses[0]}
    assert await asked(await enter(UMAR), path) == 403
