"""What a monitor reads: numbers of now, nobody's name, and not for strangers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.console.api.metrics import exposition, read
from dispatch.console.api.pages import api_wing
from gateway.messages import Lane, Outbound
from gateway.page import Floor
from gateway.store import put
from tests.dispatch.stage import GINA, Stage, play
from tests.fixtures.site import EVERYBODY, Client, FixedKeeper, as_user, built


def value(text: str, line: str) -> float:
    """The value of the one line that begins so."""
    (found,) = [one for one in text.splitlines() if one.startswith(line)]
    return float(found.rsplit(" ", 1)[1])


def test_it_counts_what_is_open_and_how_long_the_oldest_waits(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", then=45)
        cases, waits = await stage.store.read(read)
        text = exposition(stage.clock.now(), stage.pulse.parts(), cases, waits).decode()
        assert value(text, 'kentongan_incidents_open{state="confirmed"}') == 1
        assert 44 <= value(text, "kentongan_unaccepted_seconds") <= 46
        assert "# TYPE kentongan_part_health gauge" in text
        assert GINA not in text

    play(tmp_path, scene)


@pytest.fixture
async def monitored(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    client = await aiohttp_client(built(floor, (api_wing(floor),), keeper).app)
    return as_user(client, keeper.admit(EVERYBODY))


@pytest.mark.sqlite_only("the same numbers as above, over HTTP")
async def test_it_says_how_long_letters_wait(monitored: Client, floor: Floor) -> None:
    ends = floor.clock.now() + timedelta(hours=1)
    letter = Outbound(to=GINA, text="halo", lane=Lane.BULK, key="a", expires_at=ends)
    await floor.store.write(lambda tx: put(tx, letter))
    answer = await monitored.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert value(await answer.text(), 'kentongan_letters_waiting{lane="bulk"}') == 1


@pytest.mark.sqlite_only("the same numbers as above, over HTTP")
@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "x-real-ip"])
async def test_who_comes_by_a_proxy_needs_a_login(monitored: Client, name: str) -> None:
    assert (await monitored.get("/metrics", headers={name: "203.0.113.5"})).status == 200
    monitored.session.headers.pop("Cookie")
    assert (await monitored.get("/metrics")).status == 200
    assert (await monitored.get("/metrics", headers={name: "203.0.113.5"})).status == 403
