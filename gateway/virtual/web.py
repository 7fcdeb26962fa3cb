"""The provider's HTTP: its own interface, as recorded, and the control that drives it.

    POST /version1/messaging       form username, to, message, bulkSMSMode, from, enqueue; header apiKey
    GET  /version1/messaging       ?username&lastReceivedId

    POST /call                     form username, from, to             POST /queueStatus
    GET  /recordings/ID.wav        what somebody said

    GET|PUT /provider              {callbacks: {sms, delivery, optout, ussd, ussd-end, voice, voice-events}}, or
                                   {callback: URL, secret}; username, api_key, senders; again_s, again_for_s, answer_s,
                                   idle_s, total_s, hand_over_s, hang_s, voice_answer_s, final_s
    GET  /provider/faults          what can go wrong
    PUT|DELETE /provider/fault     {name, for_s?, count?, chance?, value?, seed?}   (DELETE ?name=, else all)
    POST /provider/forge           {what, fields or body, secret?}   answered with what it was answered
    POST /provider/optout          {number, sender?}
    GET  /provider/sms             {sent: […], came: […]}      GET /provider/sessions    every USSD session
    GET  /provider/calls           every call, with what it was told to do
    GET  /provider/log?after=SEQ   one JSON event a line

Phones, and what else the network does, are in ``modem/virtual/web.py``. Refusals are ``{"error": "…"}``.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from gateway.virtual import ask, shown
from gateway.virtual.faultlist import FAULTS
from gateway.virtual.provider import FakeProvider
from gateway.virtual.wire import Reply, Request
from modem.virtual.cast import Cast
from modem.virtual.pages import add_page
from modem.virtual.web import read_after, read_fields
from modem.virtual.web import routes as network_routes

MOST_BODY = 1024 * 1024  # octets of a request; bulk letters name many numbers


def wire_routes(provider: FakeProvider) -> web.Application:
    """The provider's own interface, and nothing else."""
    app = web.Application(client_max_size=MOST_BODY)
    _add_wire(app, provider)
    return app


def routes(provider: FakeProvider, cast: Callable[[], Cast] | None = None) -> web.Application:
    """Everything in one application: the provider's interface, its control, the network's control and the phone page.
    Its posts go out while ``gateway.virtual.http.posting`` (or ``open_provider``) lasts."""
    app = network_routes(provider.network)
    add_page(app, provider.network, cast)
    add_control(app, provider)
    _add_wire(app, provider)
    return app


def add_control(app: web.Application, provider: FakeProvider) -> None:
    """The control, added to the application that serves the network's (it turns refusals into answers)."""
    doors = _Doors(provider)
    app.add_routes(
        [
            web.get("/provider", doors.state),
            web.put("/provider", doors.change),
            web.get("/provider/faults", doors.faults),
            web.put("/provider/fault", doors.set_fault),
            web.delete("/provider/fault", doors.heal),
            web.post("/provider/forge", doors.forge),
            web.post("/provider/optout", doors.opt_out),
            web.get("/provider/sms", doors.sms),
            web.get("/provider/sessions", doors.sessions),
            web.get("/provider/calls", doors.calls),
            web.get("/provider/log", doors.log),
        ]
    )


def _add_wire(app: web.Application, provider: FakeProvider) -> None:
    async def answer(request: web.Request, ask: Callable[[Request], Awaitable[Reply]]) -> web.Response:
        form = await request.post() if request.method == "POST" else request.query
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        headers = {name.lower(): value for name, value in request.headers.items()}
        reply = await ask(Request(method=request.method, fields=fields, headers=headers))
        if reply.cut and request.transport is not None:
            request.transport.abort()
        more = {"Content-Type": reply.content_type, **reply.headers}
        return web.Response(status=reply.status, body=reply.body.encode(), headers=more)

    async def messaging(request: web.Request) -> web.Response:
        return await answer(request, provider.wire.messaging)

    async def call(request: web.Request) -> web.Response:
        return await answer(request, provider.wire.call)

    async def queue(request: web.Request) -> web.Response:
        return await answer(request, provider.wire.queue)

    async def recording(request: web.Request) -> web.Response:
        found = provider.voice.recording(request.match_info["id"])
        if found is None:
            return web.Response(status=404, text="not found\n")
        return web.Response(body=found, content_type="audio/wav")

    app.router.add_post("/version1/messaging", messaging)
    app.router.add_get("/version1/messaging", messaging)
    app.router.add_post("/call", call)
    app.router.add_post("/queueStatus", queue)
    app.router.add_get("/recordings/{id}.wav", recording)


class _Doors:
    """The control's handlers."""

    def __init__(self, provider: FakeProvider) -> None:
        self._provider = provider

    def _state(self) -> web.Response:
        return web.json_response(shown.state(self._provider))

    async def state(self, _request: web.Request) -> web.Response:
        return self._state()

    async def change(self, request: web.Request) -> web.Response:
        ask.change(await read_fields(request, ask.ACCOUNT), self._provider)
        return self._state()

    async def faults(self, _request: web.Request) -> web.Response:
        return web.json_response([{"name": name, "what": row.what, "value": row.value} for name, row in FAULTS.items()])

    async def set_fault(self, request: web.Request) -> web.Response:
        ask.fault(await read_fields(request, ask.FAULT), self._provider)
        await self._provider.turned()
        return self._state()

    async def heal(self, request: web.Request) -> web.Response:
        self._provider.heal(request.query.get("name"))
        await self._provider.turned()
        return self._state()

    async def forge(self, request: web.Request) -> web.Response:
        fields = await read_fields(request, ask.FORGED)
        body = fields.maybe_text("body")
        heard = await self._provider.forge(
            ask.what(fields),
            fields.mapping("fields"),
            body=None if body is None else body.encode(),
            secret=fields.maybe_text("secret"),
        )
        said = heard.body.decode("utf-8", "replace")
        return web.json_response({"status": heard.status, "body": said, "error": heard.error})

    async def opt_out(self, request: web.Request) -> web.Response:
        fields = await read_fields(request, ("number", "sender"))
        self._provider.opt_out(fields.text("number"), fields.text("sender", ""))
        return self._state()

    async def sms(self, _request: web.Request) -> web.Response:
        letters = self._provider.letters
        sent, came = [shown.letter(one) for one in letters.sent], [one.row() for one in letters.came]
        return web.json_response({"sent": sent, "came": came})

    async def sessions(self, _request: web.Request) -> web.Response:
        return web.json_response([one.row() for one in self._provider.sessions.all])

    async def calls(self, _request: web.Request) -> web.Response:
        return web.json_response([one.row() for one in self._provider.voice.sessions])

    async def log(self, request: web.Request) -> web.Response:
        rows = self._provider.log.after(read_after(request))
        lines = "".join(json.dumps(event.row()) + "\n" for event in rows)
        return web.Response(text=lines, content_type="application/x-ndjson")
