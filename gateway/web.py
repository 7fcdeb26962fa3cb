"""The gateway's own pages for machines: ``GET /health``, and what providers post to ``/callbacks/…``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import aiohttp
from aiohttp import web

from gateway.callback import Answer, Posted
from gateway.callbacks import Callbacks
from gateway.health import judge
from gateway.openapi import Json
from gateway.pulse import Part, Status

MOST_BODY = 16 * 1024  # bytes of a callback: a letter of ten parts with every sign escaped is 14 KiB
BODY_S = 10.0  # seconds in which the whole body must be here

_NOT_OURS = Answer(status=404, body="not found\n")
_TOO_LARGE = Answer(status=413, body=f"at most {MOST_BODY} bytes\n")
_TOO_SLOW = Answer(status=408, body="the body did not come\n")
_CUT_OFF = Answer(status=400, body="the body cannot be read\n")


def add_health(app: web.Application, parts: Callable[[], Awaitable[Sequence[Part]]]) -> None:
    """Answer ``/health`` from what ``parts`` tells: 200 while letters can be kept and somebody called, else 503."""

    async def health(_request: web.Request) -> web.Response:
        found = judge(await parts())
        return web.json_response(dict(found.row()), status=503 if found.status is Status.FAILED else 200)

    app.router.add_get("/health", health)


def add_callbacks(app: web.Application, callbacks: Callbacks) -> None:
    """Answer ``/callbacks/<provider>/<secret>/<what>``: 404 for whatever is not ours, be it the provider, the secret
    or the word; then 405, 413, and what ``callbacks`` says. No caller is refused for coming often."""

    async def answer(request: web.Request) -> web.Response:
        name, secret, what = (request.match_info[part] for part in ("name", "secret", "what"))
        adapter = callbacks.known(name, secret, what)
        if adapter is None:
            return _response(_NOT_OURS)
        methods = adapter.door(what).methods
        if request.method not in methods:
            allowed = ", ".join(methods)
            return _response(Answer(status=405, body=f"{allowed} only\n", headers=(("Allow", allowed),)))
        body = await _body(request)
        if isinstance(body, Answer):
            return _response(body)
        url = request.rel_url
        query, path = url.raw_query_string, url.raw_path
        posted = Posted(what=what, body=body, content_type=request.content_type, query=query, path=path)
        return _response(await callbacks.answer(adapter, posted))

    async def lost(_request: web.Request) -> web.Response:
        return _response(_NOT_OURS)

    app.router.add_route("*", "/callbacks/{name}/{secret}/{what}", answer)
    app.router.add_route("*", "/callbacks/{rest:.*}", lost)


def add_openapi(app: web.Application, described: Json) -> None:
    """``/openapi.json`` tells which paths there are for other machines."""

    async def openapi(_request: web.Request) -> web.Response:
        return web.json_response(dict(described))

    app.router.add_get("/openapi.json", openapi)


async def _body(request: web.Request) -> bytes | Answer:
    """The body, or the answer to one that is too large (known before it is read, or after the first 16 KiB of it), too
    slow or cut off."""
    if (request.content_length or 0) > MOST_BODY:
        return _TOO_LARGE
    body = bytearray()
    try:
        if request.content.is_eof():  # it came with its head, as nearly all do
            whole = request.content.read_nowait()
            return whole if len(whole) <= MOST_BODY else _TOO_LARGE
        async with asyncio.timeout(BODY_S):  # the wire's time, whatever clock the program runs on
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > MOST_BODY:
                    return _TOO_LARGE
    except TimeoutError:
        return _TOO_SLOW
    except (aiohttp.ClientPayloadError, web.RequestPayloadError, ConnectionError, ValueError):
        return _CUT_OFF
    return bytes(body)


def _response(answer: Answer) -> web.Response:
    return web.Response(
        status=answer.status,
        text=answer.body,
        content_type=answer.content_type,
        charset="utf-8",
        headers=dict(answer.headers),
    )
