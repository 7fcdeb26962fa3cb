"""The gateway's own pages for machines: ``GET /health`` (callbacks of providers come here too)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from gateway.health import judge
from gateway.pulse import Part, Status


def add_health(app: web.Application, parts: Callable[[], Awaitable[Sequence[Part]]]) -> None:
    """Answer ``/health`` from what ``parts`` tells: 200 while letters can be kept and somebody called, else 503."""

    async def health(_request: web.Request) -> web.Response:
        found = judge(await parts())
        return web.json_response(dict(found.row()), status=503 if found.status is Status.FAILED else 200)

    app.router.add_get("/health", health)
