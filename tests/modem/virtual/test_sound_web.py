"""The calls over HTTP: what there were, what was said in them, and the sound of one that is up. In real time."""

from __future__ import annotations

import asyncio
import io
import json
import random
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from config.clock import SystemClock
from modem.virtual import Network, VirtualModem, sound
from modem.virtual.phone import Phone
from modem.virtual.web import routes
from modem.voice import FRAME, FRAME_S, RATE

LIMIT_S = 20.0
MODEM, PERSON = "+628110000001", "+628123456789"
PIECE = random.Random(3).randbytes(6400)  # 0.4 s


@dataclass
class Here:
    network: Network
    modem: VirtualModem
    phone: Phone
    client: TestClient[Any, Any]

    async def call_up(self) -> int:
        """A call of the modem to the phone, answered; its id."""
        self.modem.line.dial(PERSON)
        async with asyncio.timeout(LIMIT_S):
            while not self.phone.answer():
                await asyncio.sleep(0.005)
        return self.phone.calls[-1].id

    async def speak(self, data: bytes) -> None:
        for at in range(0, len(data), FRAME):
            self.modem.jack.feed(data[at : at + FRAME])
            await asyncio.sleep(FRAME_S)

    async def json(self, path: str, status: int = 200) -> Any:
        answer = await self.client.get(path)
        assert answer.status == status, await answer.text()
        return await answer.json()

    async def wav(self, path: str) -> tuple[int, bytes]:
        """(channels, what it says)."""
        answer = await self.client.get(path)
        assert answer.status == 200, await answer.text()
        assert answer.content_type == "audio/wav"
        with wave.open(io.BytesIO(await answer.read())) as file:
            assert (file.getframerate(), file.getsampwidth()) == (RATE, 2)
            return file.getnchannels(), file.readframes(file.getnframes())


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    network = Network(SystemClock())
    modem, phone = network.modem(MODEM), network.phone(PERSON)
    async with TestClient(TestServer(routes(network))) as client:
        yield Here(network, modem, phone, client)
    network.close()


async def test_each_side_of_a_call_can_be_heard_from_the_answer_on(here: Here) -> None:
    call = await here.call_up()
    await asyncio.sleep(0.3)
    await here.speak(PIECE)
    answer = await here.client.post(f"/phones/{PERSON}/say", data=sound.wav(PIECE))
    assert await answer.json() == {"done": True, "seconds": pytest.approx(0.4, abs=0.01)}
    await asyncio.sleep(0.5)
    here.phone.hangup()
    (_, near), (_, far) = (
        await here.wav(f"/calls/{call}/audio.wav?side=near"),
        await here.wav(f"/calls/{call}/audio.wav?side=far"),
    )
    assert len(near) == len(far)
    assert near.find(PIECE[:FRAME]) >= 0.25 * 2 * RATE
    assert far.strip(b"\0") == PIECE.strip(b"\0")
    assert far.find(PIECE[:FRAME]) > near.find(PIECE[:FRAME])
    channels, both = await here.wav(f"/calls/{call}/audio.wav")
    assert channels == 2
    assert (both[0::4], both[2::4]) == (near[0::2], far[0::2])


async def test_of_a_call_in_progress_one_hears_what_was_said_until_now(here: Here) -> None:
    call = await here.call_up()
    here.phone.say(PIECE * 10)
    await asyncio.sleep(0.3)
    _, far = await here.wav(f"/calls/{call}/audio.wav?side=far")
    assert 0.2 < sound.seconds(far) < 2.0
    assert far.strip(b"\0") in PIECE * 10


async def test_calls_are_listed_and_named_in_the_phones_list_and_in_the_log(here: Here) -> None:
    call = await here.call_up()
    here.phone.press("1")
    await asyncio.sleep(0.2)
    here.phone.hangup()
    (listed,) = await here.json("/calls")
    assert listed == await here.json(f"/calls/{call}")
    assert (listed["near"], listed["far"], listed["state"]) == (MODEM, PERSON, "ended")
    assert listed["far_s"] == pytest.approx(0.1)
    assert (await here.json(f"/phones/{PERSON}/calls"))[0]["id"] == call
    rows = [json.loads(line) for line in (await (await here.client.get("/log")).text()).splitlines()]
    assert {row["kind"] for row in rows if row.get("call") == call} == {"alert", "answer", "key", "release"}


async def test_near_is_our_side_whoever_rings(here: Here) -> None:
    here.phone.call(MODEM)
    async with asyncio.timeout(LIMIT_S):
        while here.modem.line.call is None:
            await asyncio.sleep(0.005)
    here.modem.line.answer()
    here.phone.press("5")
    await asyncio.sleep(0.3)
    call = here.phone.calls[-1].id
    _, far = await here.wav(f"/calls/{call}/audio.wav?side=far")
    assert sound.key_tone("5") in far
    assert (await here.json(f"/calls/{call}"))["near"] == MODEM


async def test_the_sound_of_a_call_is_heard_as_it_is_spoken_until_it_ends(here: Here) -> None:
    call = await here.call_up()
    async with asyncio.timeout(LIMIT_S), here.client.get(f"/calls/{call}/listen") as stream:
        assert stream.status == 200
        here.phone.say(PIECE)
        heard = b""
        while len(heard) < 4 * RATE:  # one second of two channels
            heard += await stream.content.readany()
        assert here.phone.talking, "it was heard while the call was up"
        far = b"".join(heard[at + 2 : at + 4] for at in range(0, len(heard) // 4 * 4, 4))
        assert far.strip(b"\0") == PIECE.strip(b"\0")
        here.phone.hangup()
        while await stream.content.readany():
            pass


async def test_an_open_stream_ends_with_the_server() -> None:
    network = Network(SystemClock())
    here = Here(network, network.modem(MODEM), network.phone(PERSON), TestClient(TestServer(routes(network))))
    await here.client.start_server()
    call = await here.call_up()
    async with asyncio.timeout(LIMIT_S):
        stream = await here.client.get(f"/calls/{call}/listen")
        await stream.content.readany()
        await here.client.close()
    network.close()


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/calls/99", 404, "no call 99"),
        ("/calls/x/audio.wav", 404, "no call x"),
        ("/calls/999999999999999999999/audio.wav", 404, "no call"),
        ("/calls/99/listen", 404, "no call 99"),
        ("/calls/1/audio.wav?side=left", 400, "side"),
        ("/calls/1/audio.wav?side=near", 404, "was not answered"),
        ("/calls/1/listen", 409, "not up"),
    ],
)
async def test_what_cannot_be_heard_is_refused_and_says_why(here: Here, path: str, status: int, says: str) -> None:
    here.modem.line.dial(PERSON)
    assert says in (await here.json(path, status))["error"]


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"RIFF", 400, "WAV"),
        (b"", 400, "WAV"),
        (sound.wav(PIECE), 409, "no call is up"),
        (bytes(20_000_000), 400, "at most"),
    ],
)
async def test_what_cannot_be_said_is_refused_and_says_why(here: Here, body: bytes, status: int, says: str) -> None:
    answer = await here.client.post(f"/phones/{PERSON}/say", data=io.BytesIO(body))
    assert answer.status == status
    assert says in (await answer.json())["error"]


async def test_a_phones_new_habits_are_put_and_shown(here: Here) -> None:
    habits = {"key_after_s": 2.5, "tone_ms": 70, "hangup_heard_s": None, "echo": True, "keys": "9,,1"}
    answer = await here.client.put(f"/phones/{PERSON}", json=habits)
    assert habits.items() <= (await answer.json()).items()
    for wrong in ({"tone_ms": 9999}, {"echo": 1}, {"keys": "x"}, {"key_after_s": -1}):
        assert (await here.client.put(f"/phones/{PERSON}", json=wrong)).status == 400
