"""The program's pages on their port: the wings of every room, what machines ask, and in the demo the virtual world."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from config.command import NOT_HERE, CommandError
from config.descriptors import many_files
from config.settings import HttpSettings
from dispatch.console.answering import Answering
from dispatch.console.doorway import Doorway
from dispatch.console.feed import Feed
from dispatch.console.house import ConsoleHouse
from dispatch.console.incidents.pages import INCIDENT_WORDS, incidents_wing
from dispatch.console.incidents.said import Telling
from dispatch.console.incidents.sound import sound_of
from dispatch.console.keeper import Keeper
from dispatch.console.look import look_wing
from dispatch.console.looks import Looks
from dispatch.console.pages import Beside, now_wing
from dispatch.console.render import HERE, Renderer
from dispatch.console.site import Site
from dispatch.console.tls import Renewal, context_of, names_in
from dispatch.console.words import Words
from gateway.api import Described
from gateway.callbacks import Callbacks
from gateway.openapi import document
from gateway.page import PUBLIC, Floor, Wing
from gateway.web import add_callbacks, add_health, add_openapi

if TYPE_CHECKING:
    from ivr.africas_talking_sounds import Shelf

STREAMS_END_S = 1.0  # at the stop: open pages end at once, a request under way has that long
REFUSED_S = 2.0  # seconds in which the rest of a refused body is still taken, so that its sender reads the answer
WORLD = Beside(script="/world/static/world.js", style="/world/static/world.css")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounted:
    """What stands beside the pages. ``callbacks``: what providers post is answered by them. ``world``: the virtual
    network's pages, under /world/. ``sounds``: what a voice provider fetches to play."""

    callbacks: Callbacks | None = None
    world: web.Application | None = None
    sounds: Shelf | None = None


def built_site(
    house: ConsoleHouse,
    floor: Floor,
    keeper: Keeper,
    wings: Sequence[Wing],
    mounted: Mounted = Mounted(),
) -> Site:
    """The whole application with every route watched. Raises Unguarded."""
    feed = Feed(house)
    beside = WORLD if mounted.world is not None else None
    operations = [one for wing in wings for one in wing.operations]
    routes = Wing(room="routes", pages=[one.page() for one in operations])
    telling = Telling(Words([INCIDENT_WORDS], floor.city.levels), floor.city)
    incidents = incidents_wing(floor, house, telling)
    all_wings = (now_wing(house, feed, telling, sound_of(floor)), incidents, look_wing(), *wings, routes)
    renderer = Renderer(all_wings, floor.city, beside=beside)
    answering, http = Answering(renderer, floor.clock.now, Looks(floor.store)), floor.settings.http
    site = Site(all_wings, keeper, answering, hosts=_names(http), public_url=http.public_url, secure=bool(http.cert))
    site.app.cleanup_ctx.append(_running("console-feed", feed.run))
    for wing in all_wings:
        if wing.runs is not None:
            site.app.cleanup_ctx.append(_running(f"console-{wing.room}", wing.runs))

    async def closing(_app: web.Application) -> None:
        feed.close()

    site.app.on_shutdown.append(closing)
    site.watch("GET", "/openapi.json", PUBLIC)
    adapters = mounted.callbacks.adapters.values() if mounted.callbacks is not None else ()
    callbacks = document(adapters) if adapters else {}
    doors = {path: told for wing in wings for path, told in wing.doors.items()}
    described = Described(title="Kentongan", operations=operations, callbacks=callbacks, doors=doors)
    add_openapi(site.app, described.document())
    _mount(site, house, mounted)
    return site


def _mount(site: Site, house: ConsoleHouse, mounted: Mounted) -> None:
    site.watch("GET", "/console/static/", PUBLIC)
    site.app.router.add_static("/console/static/", HERE / "static")
    site.watch("GET", "/health", PUBLIC, machine=True)
    add_health(site.app, house.health)
    if mounted.callbacks is not None:
        site.watch("*", "/callbacks/", PUBLIC, machine=True)
        add_callbacks(site.app, mounted.callbacks)
    if mounted.sounds is not None:
        from ivr.web import add_sounds  # with the libraries of sound, which nothing else here needs

        site.watch("GET", "/p/", PUBLIC, machine=True)
        add_sounds(site.app, mounted.sounds)
    if mounted.world is not None:
        site.watch("*", "/world/", PUBLIC)
        site.app.add_subapp("/world/", mounted.world)


def _running(
    name: str, loop: Callable[[], Coroutine[None, None, None]]
) -> Callable[[web.Application], AsyncIterator[None]]:
    """A loop that runs while the site does."""

    async def running(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(loop(), name=name)
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    return running


@contextlib.asynccontextmanager
async def serve(
    house: ConsoleHouse, floor: Floor, keeper: Keeper, wings: Sequence[Wing], mounted: Mounted
) -> AsyncIterator[str]:
    """Serve until the context ends; yields the URL. Raises CommandError when the address is not to be had."""
    many_files()
    http = floor.settings.http
    context = context_of(http)  # before anything reads the certificate: it says what is wrong with it
    site = built_site(house, floor, keeper, wings, mounted)
    if context is not None:
        renewal = Renewal(context, http, floor.clock, floor.pulse)
        site.app.cleanup_ctx.append(_running("tls", renewal.run))
    doorway = Doorway(floor.clock)
    site.app.middlewares.insert(0, doorway.middleware())
    runner = web.AppRunner(
        site.app,
        access_log=None,
        shutdown_timeout=STREAMS_END_S,
        lingering_time=REFUSED_S,
        auto_decompress=False,  # what comes is as long as it is; pages take nothing that is packed
    )
    await runner.setup()
    assert runner.server is not None
    sweeping = asyncio.create_task(doorway.watch(runner.server), name="console-doorway")
    try:
        try:
            await web.TCPSite(runner, http.host, http.port, ssl_context=context).start()
        except OSError as error:
            mend = "set another with KENTONGAN_HTTP__PORT (0: any free one)"
            said = f"cannot listen on {http.host}:{http.port}: {error.strerror}; {mend}"
            raise CommandError(said, NOT_HERE) from error
        host, port = runner.addresses[0][:2]
        yield f"{'https' if context else 'http'}://{host}:{port}/"
    finally:
        sweeping.cancel()
        await asyncio.wait((sweeping,))
        await runner.cleanup()


def _names(http: HttpSettings) -> list[str]:
    """The host names under which the pages may be asked for."""
    return [http.host, urlsplit(http.public_url).hostname or http.host, *names_in(http)]
