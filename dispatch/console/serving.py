"""The program's pages on their port: the console, what machines ask, and in the demo the virtual world beside it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from config.command import NOT_HERE, CommandError
from config.settings import HttpSettings
from dispatch.console.house import ConsoleHouse
from dispatch.console.pages import Beside, routes
from gateway.callbacks import Callbacks
from gateway.web import add_callbacks, add_health

if TYPE_CHECKING:
    from ivr.africas_talking_sounds import Shelf

STREAMS_END_S = 1.0  # at the stop: open pages end at once, a request under way has that long
REFUSED_S = 2.0  # seconds in which the rest of a refused body is still taken, so that its sender reads the answer
WORLD = Beside(script="/world/static/world.js", style="/world/static/world.css")


@contextlib.asynccontextmanager
async def serve(
    house: ConsoleHouse,
    http: HttpSettings,
    *,
    callbacks: Callbacks | None = None,
    world: web.Application | None = None,
    sounds: Shelf | None = None,
) -> AsyncIterator[str]:
    """Serve until the context ends; yields the URL. ``callbacks``: what providers post is answered by them. ``world``:
    the virtual network's pages, mounted under /world/. ``sounds``: what a voice provider fetches to play. Raises
    CommandError when the address is not to be had."""
    names = [http.host, urlsplit(http.public_url).hostname or http.host]
    app = routes(house, beside=WORLD if world is not None else None, hosts=names)
    add_health(app, house.health)
    if callbacks is not None:
        add_callbacks(app, callbacks)
    if sounds is not None:
        from ivr.web import add_sounds  # with the libraries of sound, which nothing else here needs

        add_sounds(app, sounds)
    if world is not None:
        app.add_subapp("/world/", world)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STREAMS_END_S, lingering_time=REFUSED_S)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, http.host, http.port).start()
        except OSError as error:
            mend = "set another with KENTONGAN_HTTP__PORT (0: any free one)"
            said = f"cannot listen on {http.host}:{http.port}: {error.strerror}; {mend}"
            raise CommandError(said, NOT_HERE) from error
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}/"
    finally:
        await runner.cleanup()
