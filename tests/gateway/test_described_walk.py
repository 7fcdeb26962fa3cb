"""A city whose only provider is described in a file: USSD walks and letters over real HTTP, no modem beside it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from config.clock import SystemClock
from config.settings import load
from dispatch.talk import with_emergencies
from eservices.menu import Menu
from eservices.message import Message
from eservices.my_data import MyData
from eservices.registration.talk import Registration
from gateway.legs import Legs, open_legs
from gateway.web import add_callbacks
from tests.gateway.described_provider import SECRET, SITI
from tests.gateway.ussd_room import CITY, UssdRoom, house

pytestmark = pytest.mark.either_engine

LIMIT_S = 20.0  # real seconds

PREFIXED = """name = "prefixed"
[sms]
from = "from"
text = "text"
id = "id"
[ussd]
session = "sessionId"
number = "phoneNumber"
path = "text"
[ussd.more]
text = "CON {text}"
[ussd.end]
text = "END {text}"
"""
IN_JSON = """name = "in-json"
[ussd]
body = "json"
session = "session.id"
number = "session.msisdn"
typed = "input"
turn = "request"
first = "new"
first_is = ["true"]
ended = "state"
ended_is = ["closed"]
[ussd.more]
json = { message = "{text}", action = "continue", session = "{session}", request = "{turn}" }
[ussd.end]
json = { message = "{text}", action = "end", session = "{session}", request = "{turn}" }
"""
BY_HEADER = """name = "by-header"
[ussd]
method = "GET"
session = "SESSION_ID"
number = "MSISDN"
typed = "INPUT"
first = "NEW"
first_is = ["1"]
[ussd.more]
text = "{text}"
headers = { Freeflow = "FC" }
[ussd.end]
text = "{text}"
headers = { Freeflow = "FB" }
"""


@dataclass(slots=True)
class Dialled:
    """A phone behind one of the three. ``shown``: the last screen, ``more``: whether it waits for an answer."""

    web: aiohttp.ClientSession
    url: str
    kind: str
    session: str = "s-1"
    number: str = SITI
    typed: list[str] = field(default_factory=list)
    shown: str = ""
    more: bool = True

    async def turn(self, typed: str = "") -> str:
        """Dial, or type one thing; the screen."""
        new = not typed
        self.typed = [] if new else [*self.typed, typed]
        return await self.again()

    async def again(self) -> str:
        """The provider posts the last turn, perhaps once more."""
        last, new = (self.typed or [""])[-1], not self.typed
        if self.kind == "prefixed":
            fields = {"sessionId": self.session, "phoneNumber": self.number, "text": "*".join(self.typed)}
            async with self.web.post(self.url, data=fields) as answer:
                said = await answer.text()
                self.more, self.shown = said[:4] == "CON ", said[4:]
                assert said[:4] in ("CON ", "END ")
        elif self.kind == "in-json":
            turn = f"t-{len(self.typed)}"
            body = {"session": {"id": self.session, "msisdn": self.number}, "input": last, "request": turn, "new": new}
            async with self.web.post(self.url, json=body) as answer:
                told = json.loads(await answer.text())
                assert answer.content_type == "application/json"
                assert (told["session"], told["request"]) == (self.session, turn)
                self.more, self.shown = told["action"] == "continue", told["message"]
        else:
            fields = {"SESSION_ID": self.session, "MSISDN": self.number, "INPUT": last, "NEW": str(int(new))}
            async with self.web.get(self.url, params=fields) as answer:
                self.shown = await answer.text()
                self.more = answer.headers["Freeflow"] == "FC"
        assert answer.status == 200
        return self.shown


@dataclass(slots=True)
class Town:
    room: UssdRoom
    legs: Legs
    url: str
    web: aiohttp.ClientSession

    def phone(self, kind: str) -> Dialled:
        return Dialled(self.web, f"{self.url}/callbacks/{kind}/{SECRET}/ussd", kind)


@contextlib.asynccontextmanager
async def town(folder: Path) -> AsyncIterator[Town]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    written = f'city = "tinytown"\n[http]\nport = {port}\n'
    for text in (PREFIXED, IN_JSON, BY_HEADER):
        name = text.split('"')[1]
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        written += f'[[provider]]\ndescription = "{name}.toml"\nsecrets = ["{SECRET}"]\n'
    (folder / "kentongan.toml").write_text(written, encoding="utf-8")
    settings, clock = load(folder / "kentongan.toml", {}), SystemClock()
    dialogues = with_emergencies(CITY, [one(CITY) for one in (Menu, Message, Registration, MyData)])
    async with (
        asyncio.timeout(LIMIT_S),
        house(clock, folder, dialogues=dialogues, inline=False) as room,
        open_legs(settings, CITY, clock, room.inbox, room.ussd, room.pulse, room.store) as legs,
        aiohttp.ClientSession() as session,
    ):
        app = web.Application()
        add_callbacks(app, legs.callbacks)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield Town(room, legs, f"http://127.0.0.1:{port}", session)
        finally:
            await runner.cleanup()


@pytest.mark.parametrize("kind", ["prefixed", "in-json", "by-header"])
async def test_a_ussd_walk_runs_through_a_description_alone(kind: str, tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        assert here.legs.channels == []
        phone = here.phone(kind)
        menu = await phone.turn()
        assert phone.more
        assert "1" in menu
        kinds = await phone.turn("1")
        assert kinds != menu
        assert await here.room.texts() == []
        place = await phone.turn("1")
        assert phone.more
        (kept,) = await here.room.texts()
        if kind != "by-header":  # there, no two equal turns can be told apart
            assert await phone.again() == place, "a repeat is answered with what was said"
        assert await here.room.texts() == [kept]
        await phone.turn("Jl Melati 5")
        assert len(await here.room.texts()) >= 1


async def test_two_providers_sessions_of_one_name_do_not_meet(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        one, other = here.phone("prefixed"), here.phone("by-header")
        menu = await one.turn()
        assert await other.turn() == menu
        kinds = await one.turn("1")
        assert await other.again() != kinds
        assert await other.turn("1") == kinds


async def test_the_end_of_a_session_and_what_is_no_session_are_answered(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        url = here.phone("in-json").url
        async with here.web.post(url, json={"session": {"id": "s", "msisdn": SITI}, "state": "closed"}) as answer:
            assert (answer.status, await answer.text()) == (200, "")
        async with here.web.post(url, json={"state": "closed"}) as answer:
            assert (answer.status, await answer.text()) == (400, "no session.id\n")
        async with here.web.post(url.replace(SECRET, SECRET[::-1]), json={}) as answer:
            assert answer.status == 404
        async with here.web.post(f"{here.url}/callbacks/in-json/{SECRET}/sms", data={"from": SITI}) as answer:
            assert answer.status == 404, "this one describes no letters"


async def test_a_letter_is_one_letter_however_often_it_comes(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        url = f"{here.url}/callbacks/prefixed/{SECRET}/sms"
        fields = {"from": "081234567890", "text": "TOLONG & rampok + 50%", "id": "m-1"}
        for _ in range(5):
            async with here.web.post(url, data=fields) as answer:
                assert (answer.status, await answer.text()) == (200, "")
        while not here.room.desk.letters:
            await asyncio.sleep(0.01)
        (letter,) = here.room.desk.letters
        assert (letter.channel, letter.sender, letter.text, letter.doubt) == (
            "prefixed",
            SITI,
            "TOLONG & rampok + 50%",
            "",
        )
        async with here.web.post(url, data=b"nothing=here") as answer:
            assert (answer.status, await answer.text()) == (400, "neither from nor text\n")
