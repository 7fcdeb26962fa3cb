"""Their posts over HTTP, in each of the forms in which trackers speak, and the control that silences one.

GET            /trackers            {"NUMBER": {"lat", "lon", "silent"}}
PUT | DELETE   /trackers/NUMBER     says nothing from now on; DELETE: speaks again
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

import aiohttp
from aiohttp import web

from config.city_buses import Buses
from config.clock import Clock
from eservices.virtual.trackers.driving import Driven, Fleet

log = logging.getLogger(__name__)

EVERY_S = 10.0  # seconds between two posts of a tracker
WITHIN = aiohttp.ClientTimeout(total=8)


class Posting:
    """``at`` is told where the program listens, and with which token; until then nothing is posted."""

    def __init__(self, fleet: Fleet, buses: Buses, clock: Clock) -> None:
        self._fleet, self._buses, self._clock = fleet, buses, clock
        self._url = ""

    def at(self, url: str, token: str) -> None:
        """``url`` ends with a slash."""
        self._url = f"{url}trackers/{token}"

    async def run(self) -> None:
        """Post for ever. What fails is not repeated: the next fix is newer."""
        # the demo's certificate is its own; nothing but invented fixes goes there
        async with aiohttp.ClientSession(timeout=WITHIN, connector=aiohttp.TCPConnector(ssl=False)) as session:
            while True:
                if self._url:
                    await self.round(session)
                await self._clock.sleep(EVERY_S)

    async def round(self, session: aiohttp.ClientSession) -> dict[str, int]:
        """One post of every tracker that is not silent; what each was answered (0: nothing)."""
        now = self._clock.now()
        posts = self._fleet.posts(now)
        answers = await asyncio.gather(*(self._post(session, number, at) for number, at in posts.items()))
        return dict(zip(posts, answers, strict=True))

    async def _post(self, session: aiohttp.ClientSession, number: str, here: Driven) -> int:
        tracker, now = self._buses.vehicles[number].tracker, self._clock.now()
        form = _form(tracker, here, int(now.timestamp()))
        try:
            match int(number) % 3:
                case 0:
                    asked = session.get(self._url, params=form)
                case 1:
                    asked = session.post(self._url, data=form)
                case _:
                    asked = session.post(self._url, json=_json(tracker, here, now.isoformat()))
            async with asked as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as fault:
            log.info("bus %s was not heard: %s", number, type(fault).__name__)
            return 0


def _form(tracker: str, here: Driven, at: int) -> Mapping[str, str]:
    """As OsmAnd says it."""
    said = {"id": tracker, "lat": f"{here.lat:.6f}", "lon": f"{here.lon:.6f}", "timestamp": str(at)}
    return said | {"speed": f"{here.speed:.1f}", "bearing": f"{here.bearing:.0f}", "hdop": "1.2"}


def _json(tracker: str, here: Driven, at: str) -> Mapping[str, object]:
    """As newer clients of Traccar say it."""
    coords = {"latitude": here.lat, "longitude": here.lon, "accuracy": 6, "speed": here.speed, "heading": here.bearing}
    return {"location": {"timestamp": at, "coords": coords, "is_moving": here.speed > 0}, "device_id": tracker}


def add_control(app: web.Application, fleet: Fleet, buses: Buses, clock: Clock) -> None:
    """The control, added to the application that serves the virtual network's."""

    async def state(_request: web.Request) -> web.Response:
        now = clock.now()
        places = {one.number: fleet.where(one, now) for one in buses.vehicles.values()}
        said = {
            number: {"lat": here.lat, "lon": here.lon, "silent": number in fleet.silent}
            for number, here in places.items()
        }
        return web.json_response(said)

    async def turned(request: web.Request) -> web.Response:
        number = request.match_info["number"]
        if number not in buses.vehicles:
            return web.json_response({"error": f"no bus {number}"}, status=404)
        if request.method == "PUT":
            fleet.silent.add(number)
        else:
            fleet.silent.discard(number)
        return await state(request)

    app.router.add_get("/trackers", state)
    app.router.add_route("PUT", "/trackers/{number}", turned)
    app.router.add_route("DELETE", "/trackers/{number}", turned)
