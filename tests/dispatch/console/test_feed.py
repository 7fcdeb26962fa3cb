"""The live stream: what changed is pushed, and a page that comes back gets only what it missed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.console.feed import Feed
from gateway.page import Floor, Role
from gateway.pulse import Part, Status
from tests.fixtures.console_house import EPOCH, FakeHouse, incident
from tests.fixtures.site import FixedKeeper, as_user, built, user_with

Client = TestClient[Any, Any]
WAIT = 5.0  # seconds; a limit, not a measure


class Stream:
    """Events of one connection, as a browser would see them."""

    def __init__(self, answer: ClientResponse) -> None:
        assert answer.status == 200
        assert answer.content_type == "text/event-stream"
        self._answer = answer
        self.place = ""

    async def events(self) -> AsyncIterator[tuple[str, Any]]:
        name, data = "", ""
        while line := (await self._answer.content.readline()).decode():
            field, _, value = line.rstrip("\n").partition(": ")
            if field == "id":
                self.place = value
            elif field == "event":
                name = value
            elif field == "data":
                data = value
            elif not line.strip():
                yield name, json.loads(data)

    async def until(self, wanted: str, data: Any = ...) -> tuple[list[str], Any]:
        """The names of the events up to the first ``wanted`` (with that data), and its data."""
        names: list[str] = []
        async with asyncio.timeout(WAIT):
            async for name, value in self.events():
                names.append(name)
                if name == wanted and (data is ... or value == data):
                    return names, value
        raise AssertionError(f"the stream ended before {wanted}: {names}")


async def test_a_new_page_gets_the_whole_board(page: Client, house: FakeHouse) -> None:
    house.put(incident(1))
    async with page.get("/console/events") as answer:
        stream = Stream(answer)
        names, one = await stream.until("incident")
        more, tick = await stream.until("tick")
    assert names[0] == "fresh"
    assert {"board", "health", "trouble"} <= set(names + more)
    assert one["code"] == "101"
    assert "now" in tick


async def test_a_change_is_pushed_when_the_bell_rings(page: Client, house: FakeHouse) -> None:
    house.put(incident(1))
    async with page.get("/console/events") as answer:
        stream = Stream(answer)
        await stream.until("incident")
        house.put(incident(2))
        await stream.until("board", [1, 2])
        _, one = await stream.until("incident")
        assert one["id"] == 2


async def test_a_page_that_comes_back_gets_only_what_it_missed(page: Client, house: FakeHouse) -> None:
    for number in range(1, 6):
        house.put(incident(number))
    async with page.get("/console/events") as answer:
        first = Stream(answer)
        await first.until("incident", house.rows[5])
        await first.until("tick")
    house.put(incident(3, state="accepted", accepted_by="Sari"))
    async with page.get("/console/events") as answer:  # someone else looks: the change has got its number
        await Stream(answer).until("incident", {**house.rows[3]})
    async with page.get("/console/events", headers={"Last-Event-ID": first.place}) as answer:
        names, _ = await Stream(answer).until("tick")
    assert names == ["incident", "needs", "tick"]


async def test_the_place_can_stand_in_the_address_too(page: Client, house: FakeHouse) -> None:
    async with page.get("/console/events") as answer:
        first = Stream(answer)
        await first.until("tick")
    async with page.get("/console/events", params={"after": first.place}) as answer:
        assert (await Stream(answer).until("tick"))[0] == ["tick"]


async def test_a_place_of_another_process_or_none_at_all_starts_afresh(page: Client, house: FakeHouse) -> None:
    for place in ("deadbeef-7", "x", "-", "-1", "1-2-3", "٣-٣", "9" * 5000, "'; DROP TABLE"):
        async with page.get("/console/events", params={"after": place}) as answer:
            assert (await Stream(answer).until("tick"))[0][0] == "fresh"


async def test_an_incident_that_left_the_board_is_gone_from_the_stream(page: Client, house: FakeHouse) -> None:
    house.put(incident(1))
    async with page.get("/console/events") as answer:
        stream = Stream(answer)
        await stream.until("incident")
        del house.rows[1]
        house.bell.ring()
        await stream.until("board", [])


async def test_a_store_that_cannot_be_read_is_told_and_recovers(page: Client, house: FakeHouse) -> None:
    async with page.get("/console/events") as answer:
        stream = Stream(answer)
        await stream.until("tick")
        house.broken = True
        house.bell.ring()
        assert (await stream.until("trouble"))[1] == {"text": "OSError"}
        house.broken = False
        house.bell.ring()
        assert (await stream.until("trouble"))[1] is None


async def test_health_is_pushed_when_it_changes(page: Client, house: FakeHouse) -> None:
    async with page.get("/console/events") as answer:
        stream = Stream(answer)
        await stream.until("tick")
        house.parts.append(Part(name="m1", kind="modem", status=Status.FAILED, since=EPOCH, detail="lepas"))
        house.bell.ring()
        _, parts = await stream.until("health")
    assert parts[-1] == {
        "name": "m1",
        "kind": "modem",
        "status": "failed",
        "since": EPOCH.isoformat(),
        "detail": "lepas",
    }


async def test_the_program_stops_though_pages_are_open(page: Client, house: FakeHouse) -> None:
    async with page.get("/console/events") as answer:
        await Stream(answer).until("tick")
        async with asyncio.timeout(WAIT):
            await page.server.close()


async def test_a_change_is_put_into_bytes_once_however_many_look(house: FakeHouse) -> None:
    house.put(incident(1))
    feed = Feed(house)
    running = asyncio.create_task(feed.run())
    watched = [feed.watch("", near=True) for _ in range(3)]
    said = [await _until_incident(events) for events in watched]
    assert said[0] is said[1] is said[2]
    for events in watched:
        await events.aclose()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_viewers_get_no_street_no_exact_point_and_no_letters(
    house: FakeHouse, floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    place = {"kelurahan_name": "Paya Roba", "street": "Jl. Sirih 7", "lat": 3.63712, "lon": 98.47612, "source": "text"}
    house.put(incident(1, place=place))
    house.letters = [{"id": "out-1", "text": "rahasia"}]
    viewer = await aiohttp_client(built(floor, (), keeper, house).app)
    as_user(viewer, keeper.admit(user_with(Role.VIEWER)))
    async with viewer.get("/console/events") as answer:
        stream = Stream(answer)
        _, one = await stream.until("incident")
        assert (one["place"]["street"], one["place"]["lat"], one["place"]["lon"]) == (None, 3.64, 98.48)
        assert one["place"]["kelurahan_name"] == "Paya Roba"
        _, post = await stream.until("post")
        assert post["letters"] == []
    assert (await viewer.get("/console/incidents/1")).status == 403
    assert (await viewer.get("/console/post")).status == 403


async def test_a_hand_on_an_incident_is_shown_to_others_and_gone_with_its_page(page: Client, house: FakeHouse) -> None:
    house.put(incident(1))
    async with page.get("/console/events", params={"page": "looks-on"}) as answer:
        other = Stream(answer)
        await other.until("tick")
        async with page.get("/console/events", params={"page": "types-a-place"}) as mine:
            await Stream(mine).until("tick")
            said = {"page": "types-a-place", "incident": 1, "doing": "place"}
            assert (await page.post("/console/hands", json=said)).status == 200
            hand = {"page": "types-a-place", "name": "Sari Dewi", "incident": 1, "doing": "place"}
            await other.until("hands", [hand])
        await other.until("hands", [])


async def _until_incident(events: AsyncGenerator[bytes, None]) -> bytes:
    async with asyncio.timeout(WAIT):
        async for event in events:
            if b"event: incident\n" in event:
                return event
    raise AssertionError("no incident came")
