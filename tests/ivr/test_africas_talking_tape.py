"""What callers say is fetched only where the provider keeps it, read whatever form it has, and never for ever."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from config.clock import SystemClock
from ivr.africas_talking import FETCH_S, TRIES, Tapes
from ivr.africas_talking_tape import MOST_OCTETS, decoded, may_fetch
from modem.virtual.sound import murmur, wav

pytestmark = pytest.mark.sqlite_only("no store is opened")

OWN = "http://127.0.0.1:4711"


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://voice.africastalking.com/r/1.mp3", True),
        ("https://africastalking.com/r/1.mp3", True),
        ("https://voice.africastalking.com:443/r/1.mp3", True),
        ("https://tapes.example.com/1.mp3", True),
        ("https://eu.tapes.example.com/1.mp3", True),
        (f"{OWN}/recordings/1.wav", True),
        ("http://voice.africastalking.com/r/1.mp3", False),
        ("https://voice.africastalking.com:8443/r/1.mp3", False),
        ("https://evilafricastalking.com/1.mp3", False),
        ("https://africastalking.com.evil.example/1.mp3", False),
        ("https://africastalking.com@evil.example/1.mp3", False),
        ("https://user:pw@africastalking.com/1.mp3", False),
        ("https://evil.example\\.africastalking.com/1.mp3", False),
        ("https://evil.example/?africastalking.com", False),
        ("http://127.0.0.1:4712/recordings/1.wav", False),
        ("http://127.0.0.1/recordings/1.wav", False),
        ("https://127.0.0.1:4711/recordings/1.wav", False),
        ("http://localhost:4711/recordings/1.wav", False),
        ("http://[::1]:4711/", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("https://10.0.0.1/1.mp3", False),
        ("http://192.168.1.1/", False),
        ("file:///etc/passwd", False),
        ("gopher://africastalking.com/", False),
        ("//africastalking.com/1.mp3", False),
        ("https://", False),
        ("https://[africastalking.com", False),
        ("https://africastalking.com:port/", False),
        ("https://africastalking.com/\r\nHost: x", False),
        ("https://africastalking.com/ x", False),
        ("https://аfricastalking.com/", False),
        ("https://africastalking.com/" + "a" * 3000, False),
        ("", False),
        ("-1", False),
    ],
)
def test_a_recording_is_fetched_from_its_provider_and_from_nowhere_else(url: str, may: bool) -> None:
    assert may_fetch(url, ["tapes.example.com"], OWN) is may


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@contextlib.asynccontextmanager
async def provider(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{rest:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_recording_that_is_not_there_yet_is_asked_for_again() -> None:
    asked = 0

    async def later(_request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(body=wav(murmur(1.0))) if asked == TRIES else web.Response(status=404)

    async with provider(later) as own:
        taped = await Tapes(SystemClock(), own=own).fetch(f"{own}/1.wav")
        assert taped is not None
        assert (taped.rate, taped.audio) == (8000, murmur(1.0))


@pytest.mark.parametrize("status", [404, 500, 403, 301, 302])
async def test_what_is_not_to_be_had_is_none_and_redirects_lead_nowhere(status: int) -> None:
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(status=status, headers={"Location": "/secret"})

    async with provider(answer) as own:
        assert await Tapes(SystemClock(), own=own).fetch(f"{own}/1.wav") is None
    assert set(seen) == {"/1.wav"}
    assert len(seen) == (TRIES if status == 404 else 1)


async def test_a_recording_without_end_is_given_up() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(MOST_OCTETS // 65_536 + 40):
            await response.write(bytes(65_536))
        return response

    async with provider(endless) as own:
        assert await Tapes(SystemClock(), own=own).fetch(f"{own}/1.wav") is None


async def test_nobody_listening_is_none_and_a_foreign_address_is_never_asked() -> None:
    tapes = Tapes(SystemClock(), own="http://127.0.0.1:9")
    assert await tapes.fetch("http://127.0.0.1:9/1.wav") is None
    assert await tapes.fetch("http://169.254.169.254/latest/meta-data") is None
    assert FETCH_S <= 10.0


@pytest.mark.parametrize(
    "data",
    [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", wav(b"")[:20], b"not a sound", bytes(10_000), b"--help", b"ID3" + bytes(100)],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_no_sound_is_none(data: bytes) -> None:
    assert decoded(data) is None


def test_a_wav_is_taken_as_it_is() -> None:
    taped = decoded(wav(murmur(2.0)))
    assert taped is not None
    assert (taped.rate, taped.audio) == (8000, murmur(2.0))


@pytest.mark.skipif(shutil.which("sox") is None, reason="sox is not here")
async def test_an_mp3_is_read() -> None:
    def made() -> bytes:
        words = ["sox", "-t", "wav", "-", "-t", "mp3", "-"]
        return subprocess.run(words, input=wav(murmur(3.0)), capture_output=True, check=True).stdout

    taped = await asyncio.to_thread(lambda: decoded(made()))
    assert taped is not None
    assert taped.rate == 8000
    assert 2.8 < len(taped.audio) / 16_000 < 3.5
    assert any(taped.audio)
