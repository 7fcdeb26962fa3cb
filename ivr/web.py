"""What a voice provider fetches to play: ``GET /p/<key>.wav``. Nothing lists what is there."""

from __future__ import annotations

import re

from aiohttp import web

from ivr.africas_talking_sounds import Shelf

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_HEADERS = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex"}


def add_sounds(app: web.Application, shelf: Shelf) -> None:
    """Serve what is on the shelf. Whatever is not there is not found, and nothing more is said."""

    async def sound(request: web.Request) -> web.Response:
        key = request.match_info["key"]
        found = await shelf.wav(key if _KEY.fullmatch(key) else "")
        if found is None:
            return web.Response(status=404, text="not found\n", headers=_HEADERS)
        return web.Response(body=found, content_type="audio/wav", headers=_HEADERS)

    async def lost(_request: web.Request) -> web.Response:
        return web.Response(status=404, text="not found\n", headers=_HEADERS)

    app.router.add_get("/p/{key}.wav", sound)  # and HEAD
    app.router.add_route("*", "/p/{rest:.*}", lost)
