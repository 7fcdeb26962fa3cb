"""What is open of a person here stands on his page, for those who may see it on our own pages, and for nobody else."""

from __future__ import annotations

import re

import pytest
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.console.people.pages import people_wing
from eservices.pages import wings
from gateway.page import Floor, Role, User
from tests.eservices.clinic.counter import wish
from tests.eservices.pages.desk import report
from tests.eservices.pages.hall import people
from tests.fixtures.site import Client, FixedKeeper, as_user, built, user_with

WHO = wish(1).number
HELPER = user_with(Role.DISPATCHER, login="sari")
BOSS = user_with(Role.SUPERVISOR, login="bos")
NURSE = user_with(Role.DISPATCHER, Role.CLINIC, login="nur", clinic="hulu")
ELSEWHERE = user_with(Role.DISPATCHER, Role.CLINIC, login="eli", clinic="rs")


@pytest.mark.parametrize(
    ("user", "books"), [(HELPER, False), (BOSS, True), (NURSE, True), (ELSEWHERE, False)], ids=lambda one: str(one)[:20]
)
async def test_open_matters_stand_on_the_page_of_a_person(
    floor: Floor, aiohttp_client: AiohttpClient, user: User, books: bool
) -> None:
    await people(floor, 2)
    number = await report(floor, "lubang dalam di depan rumah saya", by=WHO)
    hidden = await report(floor, "pungli", by=WHO, secret=True)
    keeper, rooms = FixedKeeper(), wings(floor)
    matters = [room.matters for room in rooms if room.matters is not None]
    client: Client = await aiohttp_client(TestServer(built(floor, (people_wing(floor, matters), *rooms), keeper).app))
    as_user(client, keeper.admit(user))
    text = await (await client.get(f"/people/{WHO}", headers={"Accept": "text/html"})).text()
    assert f'href="/tickets/{number}"' in text
    assert f'href="/tickets/{hidden}"' not in text
    assert "lubang dalam" not in text
    assert "Belum dikerjakan" in text
    paths = re.findall(r'href="(/clinic/[^"]*/person/[0-9]+)"', text)
    assert len(paths) == books
    for path in [*paths, f"/tickets/{number}"]:
        assert (await client.get(path, headers={"Accept": "text/html"})).status == 200, path
