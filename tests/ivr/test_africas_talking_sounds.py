"""What a provider fetches: our own sound, under addresses that nobody can guess, as long as its call lasts."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from config.clock import SystemClock
from ivr.africas_talking_sounds import AFTER_S, LONGEST_CALL_S, Listener, Shelf
from ivr.conversation import Utterance
from ivr.sound import read_wav
from ivr.web import add_sounds
from modem.voice import RATE
from tests.ivr.provider_room import CALL, Desk, Tones, play, root

pytestmark = pytest.mark.sqlite_only("no store is opened")

HELLO, WHERE = Utterance(text="hello", lang="id"), Utterance(text="where", lang="id")
INSTEAD = Utterance(text="instead", lang="id", prompt="instead", whole=True)


@contextlib.asynccontextmanager
async def served(shelf: Shelf) -> AsyncIterator[tuple[str, aiohttp.ClientSession]]:
    app = web.Application()
    add_sounds(app, shelf)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20)) as http:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}", http
    finally:
        await runner.cleanup()


async def test_it_is_fetched_as_a_wav_that_nobody_keeps() -> None:
    shelf = Shelf(Tones(), SystemClock())
    key = shelf.put([HELLO, WHERE], None, Listener(), first=True)
    async with served(shelf) as (url, http):
        for method in ("GET", "HEAD", "GET"):
            async with http.request(method, f"{url}/p/{key}.wav") as answer:
                assert (answer.status, answer.content_type) == (200, "audio/wav")
                assert answer.headers["Cache-Control"] == "private, no-store"
                body = await answer.read()
                assert bool(body) is (method == "GET")
        wave = read_wav(body)
        assert wave.rate == RATE
        lead = wave.samples[: int(0.29 * RATE)]
        assert not lead.any()
        assert len(wave.samples) == int(0.3 * RATE) + 800 + int(0.15 * RATE) + 800


@pytest.mark.parametrize(
    "path",
    ["", "/", "/p", "/p/", "/p/x.wav", "/p/" + "a" * 32 + ".wav", "/p/" + "a" * 8000 + ".wav", "/p/%00.wav",
     "/p/..%2f..%2fetc%2fpasswd.wav", "/p/KEY", "/p/KEY.mp3", "/p/KEY.wav/", "/p/%ff%fe.wav"],
)  # fmt: skip
async def test_whatever_is_not_there_is_not_found_and_nothing_is_listed(path: str) -> None:
    shelf = Shelf(Tones(), SystemClock())
    key = shelf.put([HELLO], None, Listener())
    async with served(shelf) as (url, http), http.get(url + path.replace("KEY", key)) as answer:
        assert answer.status == 404
        assert key not in await answer.text()


def test_addresses_cannot_be_guessed() -> None:
    async def scene(desk: Desk) -> None:
        keys = {desk.shelf.put([HELLO], None, Listener()) for _ in range(1000)}
        assert len(keys) == 1000
        assert {len(key) for key in keys} == {32}  # 192 bits
        same = sum(a == b for a, b in zip(*sorted(keys)[:2], strict=True))
        assert same < 16

    play(scene)


def test_a_sound_goes_a_little_after_its_call_and_the_fixed_ones_stay() -> None:
    async def scene(desk: Desk) -> None:
        xml = await desk.post(**CALL)
        url = root(xml)[0][0].get("url", "")
        forgotten = desk.shelf.put([HELLO], None, Listener())
        await desk.post(**{**CALL, "isActive": "0"})
        await desk.clock.sleep(AFTER_S - 1)
        assert await desk.fetch(url) is not None
        await desk.clock.sleep(2)
        assert await desk.fetch(url) is None
        assert await desk.shelf.wav(forgotten) is not None
        await desk.clock.sleep(LONGEST_CALL_S)
        assert await desk.shelf.wav(forgotten) is None

    play(scene)


@pytest.mark.parametrize(
    ("mute", "said", "heard"),
    [(set(), ["hello", "where"], True), ({"where"}, ["hello", "where", "instead"], True),
     ({"hello", "instead"}, ["hello", "instead"], False), ({"*"}, ["hello", "instead"], False)],
)  # fmt: skip
def test_where_no_voice_can_say_it_all_the_fixed_warning_is_heard_else_silence(
    mute: set[str], said: list[str], heard: bool
) -> None:
    async def scene(desk: Desk) -> None:
        desk.voice.mute |= mute
        listener = Listener()
        key = desk.shelf.put([HELLO, WHERE], INSTEAD, listener)
        wav = await desk.shelf.wav(key)
        assert wav is not None
        assert desk.voice.asked == said
        assert listener.heard is heard
        assert read_wav(wav).samples.any() == heard if heard else True

    play(scene)


def test_a_shelf_does_not_grow_for_ever() -> None:
    async def scene(desk: Desk) -> None:
        for _ in range(30):
            for _ in range(1000):
                desk.shelf.put([HELLO], None, Listener())
        assert len(desk.shelf._kept) <= 20_000

    play(scene)
