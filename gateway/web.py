"""The gateway's own pages for machines: ``GET /health`` (callbacks of providers come here too)."""

from __future__ import annotations

from aiohttp import web

from gateway.health import judge
from gateway.pulse import Pulse, Status


def add_health(app: web.Application, pulse: Pulse) -> None:
    """Answer ``/health``: 200 while letters can be kept and somebody can be called, else 503."""

    async def health(_request: web.Request) -> web.Response:
        found = judge(pulse)
        return web.json_response(dict(found.row()), status=503 if found.status is Status.FAILED else 200)

    app.router.add_get("/health", health)
