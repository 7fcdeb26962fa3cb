"""The calls of the virtual network over HTTP: which there were, what was said in them, and how it sounds now.

Without ``side`` a file has two channels: left what our modem or provider said (near), right what the phone said (far).
``listen`` is the same two as they are spoken, bare: s16le, 8 kHz, near and far in turn, until the call ends.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from aiohttp import web

from modem.virtual import shown
from modem.virtual.ask import AskError
from modem.virtual.exchange import Call, CallState
from modem.virtual.network import Network
from modem.virtual.phone import Phone
from modem.virtual.sound import MOST_WAV_S, OCTETS, read_wav, samples, together, wav
from modem.virtual.voice.track import DELAY_S
from modem.voice import RATE

MOST_WAV = int(MOST_WAV_S * RATE * OCTETS * 2)  # octets of a WAV body: ten minutes at 8 kHz, or two at 44.1
PIECE_S = 0.1  # of live sound in one piece


def add_sound(app: web.Application, network: Network, find: Callable[..., Phone]) -> None:
    """Add the calls' routes. ``find``: the phone that a request names (``make=False``)."""
    doors = _Calls(network)
    app.add_routes(
        [
            web.get("/calls", doors.calls),
            web.get("/calls/{id}", doors.call),
            web.get("/calls/{id}/audio.wav", doors.audio),
            web.get("/calls/{id}/listen", doors.listen),
            web.post("/phones/{n}/say", _say(find)),
        ]
    )
    app.on_shutdown.append(doors.closing)


def _say(find: Callable[..., Phone]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def say(request: web.Request) -> web.Response:
        data = bytearray()
        async for piece in request.content.iter_any():
            data += piece
            if len(data) > MOST_WAV:
                raise AskError(f"a WAV file of at most {MOST_WAV} octets is wanted")
        try:
            sound = await asyncio.get_running_loop().run_in_executor(None, read_wav, bytes(data))
        except ValueError as error:
            raise AskError(str(error)) from None
        phone = find(request, make=False)
        if not phone.talking:
            return web.json_response({"error": "no call is up there"}, status=409)
        return web.json_response({"done": True, "seconds": phone.say(sound)})

    return say


class _Calls:
    """The handlers."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._closed = False

    async def closing(self, _app: web.Application) -> None:
        """The server ends: so do the open streams."""
        self._closed = True

    def _call(self, request: web.Request) -> Call:
        text = request.match_info["id"]
        found = self._network.exchange.call(int(text)) if text.isdecimal() and len(text) < 12 else None
        if found is None:
            raise LookupError(f"no call {text}")
        return found

    async def calls(self, _request: web.Request) -> web.Response:
        return web.json_response([shown.exchanged(one) for one in self._network.exchange.kept])

    async def call(self, request: web.Request) -> web.Response:
        return web.json_response(shown.exchanged(self._call(request)))

    async def audio(self, request: web.Request) -> web.Response:
        call, side = self._call(request), request.query.get("side", "both")
        if side not in ("near", "far", "both"):
            raise AskError("side: near or far is wanted")
        far, sound = call.other(call.near), call.sound
        if sound is None or far is None:
            raise LookupError(f"call {call.id} was not answered, or its sound has made room for later calls")
        near, other = (sound.whole(track) for track in (call.said(call.near), call.said(far)) if track is not None)
        if side == "both":
            body = wav(together(near, other), channels=2)
        else:
            body = wav(near if side == "near" else other)
        return web.Response(body=body, content_type="audio/wav", headers={"Cache-Control": "no-store"})

    async def listen(self, request: web.Request) -> web.StreamResponse:
        call = self._call(request)
        near, sound = call.near, call.sound
        far = call.other(near)
        if sound is None or far is None or call.state is not CallState.ACTIVE:
            return web.json_response({"error": f"call {call.id} is not up"}, status=409)
        sides = [track for track in (call.said(near), call.said(far)) if track is not None]
        kind = {"Content-Type": "application/octet-stream", "Cache-Control": "no-store"}
        stream = web.StreamResponse(headers=kind)
        await stream.prepare(request)
        at, piece = max(0, sound.now - samples(DELAY_S)), samples(PIECE_S)
        with contextlib.suppress(ConnectionResetError):  # the listener left
            while not self._closed and not (sound.over and at + piece > sound.now):
                while at + piece <= sound.now - (0 if sound.over else samples(DELAY_S)):
                    await stream.write(together(*(track.read(at, at + piece) for track in sides)))
                    at += piece
                await self._network.clock.sleep(PIECE_S / 2)
        return stream
