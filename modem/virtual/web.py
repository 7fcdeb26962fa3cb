"""The virtual network's HTTP: driven by tests in any language, and by the demo page.

    PUT  /phones/{n}            {answer_after_s|null, keys, voicemail, off, hangup_after_s,   changes what is given
                                 key_after_s|null, tone_ms, hangup_heard_s|null, echo}
    POST /phones/{n}/sms        {to, text}          POST /phones/{n}/call   {to, ring_s}
    POST /phones/{n}/answer     /hangup             POST /phones/{n}/keys   {keys}      /say   a WAV file
    GET  /calls   /calls/{id}   /calls/{id}/audio.wav?side=near|far   /calls/{id}/listen   (``voice/web.py``)
    GET  /phones/{n}            /sms   /calls   /ussd
    POST /phones/{n}/ussd       {dial} or {input} or {cancel: true}   answered with the screen that comes
    PUT|GET /sirens/{n}         {mode, whitelist, relay_sms_to, state, close_s}
    PUT|GET /network            {delay_s, loss, duplicate, reorder, air_s, setup_s, ussd_s, boot_s, retry_s}
    GET  /faults                PUT|DELETE /modems/{i}/fault   {name, at_byte?, for_s?}   (DELETE ?name=, else all)
    POST /modems/{i}/unplug     /plug  {name?}      GET /modems
    GET  /log?after=SEQ         one JSON event a line      GET /log/events?after=SEQ   the same as text/event-stream
    GET  /world                 everything as it is now

A phone or siren is made when it is first named by PUT or POST. ``{i}`` is a modem's place (from 1), name or number.
Refusals are ``{"error": "…"}``: 400 for what cannot be read, 404 for who is not there, 409 for what cannot be now.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from modem.virtual import ask, shown
from modem.virtual.ask import AskError, Fields
from modem.virtual.faultlist import FAULTS
from modem.virtual.journal import Event
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.virtual.phone import RING_S, Phone
from modem.virtual.siren import Siren
from modem.virtual.voice.web import add_sound

MOST_BODY = 64 * 1024  # octets; the longest body is one text
USSD_S = 30.0  # seconds for which a screen is waited for; providers give up after 10
WIRE = frozenset({"at_in", "at_out"})
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

Pages = web.Application
"""What ``routes`` makes: for those who mount it and need no door to aiohttp."""


def routes(network: Network) -> web.Application:
    """The control as an application: serve it alone, or mount it with ``add_subapp``."""
    app = web.Application(client_max_size=MOST_BODY, middlewares=[_refusals])
    doors = _Doors(network)
    app.add_routes(
        [
            web.put("/phones/{n}", doors.change_phone),
            web.get("/phones/{n}", doors.phone),
            web.get("/phones/{n}/sms", doors.texts),
            web.get("/phones/{n}/calls", doors.calls),
            web.post("/phones/{n}/sms", doors.send),
            web.post("/phones/{n}/call", doors.ring),
            web.post("/phones/{n}/answer", doors.answer),
            web.post("/phones/{n}/hangup", doors.hang_up),
            web.post("/phones/{n}/keys", doors.press),
            web.get("/phones/{n}/ussd", doors.ussd),
            web.post("/phones/{n}/ussd", doors.type_ussd),
            web.put("/sirens/{n}", doors.change_siren),
            web.get("/sirens/{n}", doors.siren),
            web.put("/network", doors.change_network),
            web.get("/network", doors.settings),
            web.get("/faults", doors.faults),
            web.get("/modems", doors.modems),
            web.put("/modems/{i}/fault", doors.set_fault),
            web.delete("/modems/{i}/fault", doors.heal),
            web.post("/modems/{i}/unplug", doors.unplug),
            web.post("/modems/{i}/plug", doors.plug),
            web.get("/log", doors.log),
            web.get("/log/events", doors.follow),
            web.get("/world", doors.world),
        ]
    )
    add_sound(app, network, doors.find_phone)
    app.on_shutdown.append(doors.closing)
    return app


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except AskError as error:
        return web.json_response({"error": str(error)}, status=400)
    except LookupError as error:
        return web.json_response({"error": str(error.args[0])}, status=404)


async def read_fields(request: web.Request, known: tuple[str, ...]) -> Fields:
    """The JSON object of a request. Raises AskError."""
    body = await request.clone(client_max_size=MOST_BODY).read()  # mounted, the bound is the outer application's
    try:
        return Fields(json.loads(body) if body else {}, known)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise AskError(f"not JSON: {error}") from None


def read_after(request: web.Request) -> int:
    """The ``after`` of a log's reader. Raises AskError."""
    text = request.query.get("after", request.headers.get("Last-Event-ID", "0"))
    if not text.isdigit():
        raise AskError("after: a whole number of at least 0 is wanted")
    return int(text)


def _done(ok: bool, otherwise: str) -> web.Response:
    if ok:
        return web.json_response({"done": True})
    return web.json_response({"error": otherwise}, status=409)


class _Doors:
    """The handlers. They read what is asked, and call the network's verbs."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._followers: set[asyncio.Queue[Event | None]] = set()

    async def closing(self, _app: web.Application) -> None:
        """The server ends: so do the open streams."""
        for follower in self._followers:
            follower.put_nowait(None)

    # -- phones

    def find_phone(self, request: web.Request, *, make: bool) -> Phone:
        """The phone that a request names. Raises LookupError, AskError."""
        number = request.match_info["n"]
        if not make:
            found = self._network.find(number)
            if not isinstance(found, Phone):
                raise LookupError(f"no phone {number}")
            return found
        try:
            return self._network.phone(number)
        except ValueError as error:
            raise AskError(str(error)) from None

    async def change_phone(self, request: web.Request) -> web.Response:
        fields = await read_fields(request, ask.BEHAVIOUR)
        phone = self.find_phone(request, make=True)
        phone.behave(ask.behaviour(fields, phone.behaviour))
        return web.json_response(shown.phone(phone))

    async def phone(self, request: web.Request) -> web.Response:
        return web.json_response(shown.phone(self.find_phone(request, make=False)))

    async def texts(self, request: web.Request) -> web.Response:
        return web.json_response([shown.sms(one) for one in self.find_phone(request, make=False).inbox])

    async def calls(self, request: web.Request) -> web.Response:
        return web.json_response([shown.call(one) for one in self.find_phone(request, make=False).calls])

    async def send(self, request: web.Request) -> web.Response:
        fields = await read_fields(request, ("to", "text"))
        to, text = fields.text("to"), fields.text("text")
        phone = self.find_phone(request, make=True)
        if phone.behaviour.off:
            return _done(False, f"{phone.number} is switched off")
        return web.json_response({"parts": phone.sms(to, text)})

    async def ring(self, request: web.Request) -> web.Response:
        fields = await read_fields(request, ("to", "ring_s"))
        to, ring_s = fields.text("to"), fields.number("ring_s", RING_S)
        phone = self.find_phone(request, make=True)
        if phone.behaviour.off or phone.engaged():
            return _done(False, f"{phone.number} is {'switched off' if phone.behaviour.off else 'in a call'}")
        return web.json_response(shown.call(phone.call(to, ring_s)))

    async def answer(self, request: web.Request) -> web.Response:
        return _done(self.find_phone(request, make=False).answer(), "no call rings there")

    async def hang_up(self, request: web.Request) -> web.Response:
        return _done(self.find_phone(request, make=False).hangup(), "there is no call")

    async def press(self, request: web.Request) -> web.Response:
        fields = await read_fields(request, ("keys",))
        keys = fields.text("keys")
        if not keys or not set(keys) <= ask.KEYS:
            raise AskError("keys: one or more of 0-9, *, #, A-D, and a comma for a pause")
        return _done(self.find_phone(request, make=False).press(keys), "no call is up there")

    async def ussd(self, request: web.Request) -> web.Response:
        return web.json_response(shown.ussd(self.find_phone(request, make=False)))

    async def type_ussd(self, request: web.Request) -> web.Response:
        does = ask.ussd(await read_fields(request, ask.USSD))
        phone = self.find_phone(request, make=True)
        if not does(phone):
            return _done(False, f"{phone.number} is off, in a call, in a session, or not asked anything")
        with contextlib.suppress(TimeoutError):
            async with self._network.clock.timeout(USSD_S):
                await phone.settled()
        return web.json_response(shown.ussd(phone))

    # -- sirens, network

    async def change_siren(self, request: web.Request) -> web.Response:
        fields = await read_fields(request, ask.SIREN)
        return web.json_response(shown.siren(ask.siren(self._network, request.match_info["n"], fields)))

    async def siren(self, request: web.Request) -> web.Response:
        found = self._network.find(request.match_info["n"])
        if not isinstance(found, Siren):
            raise LookupError(f"no siren {request.match_info['n']}")
        return web.json_response(shown.siren(found))

    async def change_network(self, request: web.Request) -> web.Response:
        ask.settings(await read_fields(request, (*ask.TIMES, *ask.CHANCES)), self._network.settings)
        return web.json_response(shown.settings(self._network))

    async def settings(self, _request: web.Request) -> web.Response:
        return web.json_response(shown.settings(self._network))

    # -- modems

    def _modem(self, request: web.Request) -> VirtualModem:
        modem = self._network.modem_named(request.match_info["i"])
        if modem is None:
            raise LookupError(f"no modem {request.match_info['i']}")
        return modem

    async def modems(self, _request: web.Request) -> web.Response:
        return web.json_response([shown.modem(one) for one in self._network.modems])

    async def faults(self, _request: web.Request) -> web.Response:
        return web.json_response([{"name": name, "what": row.what} for name, row in FAULTS.items()])

    async def set_fault(self, request: web.Request) -> web.Response:
        modem = self._modem(request)
        fields = await read_fields(request, ("name", "at_byte", "for_s"))
        at_byte = fields.maybe("at_byte", None)
        name, for_s = fields.text("name"), fields.maybe("for_s", None)
        try:
            modem.fault(name, at_byte=None if at_byte is None else int(at_byte), for_s=for_s)
        except ValueError as error:
            raise AskError(f"name: {error}") from None
        return web.json_response(shown.modem(modem))

    async def heal(self, request: web.Request) -> web.Response:
        modem = self._modem(request)
        modem.heal(request.query.get("name"))
        return web.json_response(shown.modem(modem))

    async def unplug(self, request: web.Request) -> web.Response:
        modem = self._modem(request)
        modem.unplug()
        return web.json_response(shown.modem(modem))

    async def plug(self, request: web.Request) -> web.Response:
        modem = self._modem(request)
        name = (await read_fields(request, ("name",))).maybe_text("name")
        if name is not None and (not name or "/" in name or name.startswith(".")):
            raise AskError("name: a file's name is wanted")
        other = self._network.modem_named(name) if name else None
        if other is not None and other is not modem:
            return _done(False, f"{name} is another modem's")
        modem.plug(name)
        return web.json_response(shown.modem(modem))

    # -- the log

    async def world(self, _request: web.Request) -> web.Response:
        return web.json_response(shown.world(self._network))

    async def log(self, request: web.Request) -> web.Response:
        lines = "".join(json.dumps(event.row()) + "\n" for event in self._network.log.after(read_after(request)))
        return web.Response(text=lines, content_type="application/x-ndjson")

    async def follow(self, request: web.Request) -> web.StreamResponse:
        """The log as it grows, without the bytes on the wires unless ``?wire=1``."""
        wire, after = request.query.get("wire") == "1", read_after(request)
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        for event in self._network.log.after(after):
            queue.put_nowait(event)
        end = self._network.subscribe(queue.put_nowait)
        self._followers.add(queue)
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        try:
            await stream.prepare(request)
            with contextlib.suppress(ConnectionResetError):  # the client left
                while (one := await queue.get()) is not None:
                    if wire or one.kind not in WIRE:
                        data = json.dumps(one.row())
                        await stream.write(f"id: {one.seq}\nevent: {one.kind}\ndata: {data}\n\n".encode())
        finally:
            end()
            self._followers.discard(queue)
        return stream
