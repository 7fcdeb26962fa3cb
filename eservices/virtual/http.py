"""The city's system by HTTP, and the control that drives it.

GET  /api/LOOKUP?nomor=KEY   the system itself (``system.py``)

GET            /system           {"fault": …, "asked": how often, "url": …, "lookups": […]}
GET            /system/faults    what can go wrong
PUT | DELETE   /system/fault     {name, for_s?, count?, value?}; DELETE: all is well
PUT            /system/row       {lookup, key, column, value}: from now on it says so
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aiohttp import web

from eservices.virtual.bodies import Answered
from eservices.virtual.faults import FAULTS
from eservices.virtual.system import CitySystem

MOST_ASKED = 64 * 1024  # octets of an order
DRIP_S = 1.0


class Line:
    """Its port, which can be closed and opened again. ``port`` 0: any free one, the same ever after."""

    def __init__(self, system: CitySystem, host: str = "127.0.0.1", port: int = 0) -> None:
        self._system, self._host, self._port = system, host, port
        self._runner: web.AppRunner | None = None
        self._turning = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``"""
        return f"http://{self._host}:{self._port}"

    def look(self) -> None:
        """A fault was set or healed: the port follows."""
        task = asyncio.create_task(self.turn())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def turn(self, up: bool | None = None) -> None:
        """Listen or not. Raises OSError where the port is not to be had."""
        async with self._turning:
            fault = self._system.faults.now
            up = (fault is None or fault.name != "off") if up is None else up
            if up and self._runner is None:
                runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
                await runner.setup()
                await web.TCPSite(runner, self._host, self._port).start()
                self._runner, self._port = runner, runner.addresses[0][1]
            elif not up and self._runner is not None:
                runner, self._runner = self._runner, None
                await runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/api/{lookup}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        name, key = request.match_info["lookup"], request.query.get("nomor", "")
        well = self._system.answer(name, key, headers)
        fault = self._system.faults.strike()
        if fault is None:
            return _response(well)
        match fault.name:
            case "hang":
                await self._system.clock.sleep(3600)
            case "slow":
                await self._system.clock.sleep(fault.value)
            case "drip" | "cut":
                return await self._piecemeal(request, well, cut=fault.name == "cut")
        return _response(self._system.spoilt(fault.name, well))

    async def _piecemeal(self, request: web.Request, well: Answered, *, cut: bool) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(well.body))})
        await response.prepare(request)
        if cut:
            await response.write(well.body[: len(well.body) // 2])
            if request.transport is not None:
                request.transport.abort()
            return response
        for place in range(len(well.body)):
            await response.write(well.body[place : place + 1])
            await self._system.clock.sleep(DRIP_S)
        return response


def _response(answered: Answered) -> web.Response:
    headers = {"Content-Type": "application/json", **answered.headers}
    return web.Response(status=answered.status, body=answered.body, headers=headers)


@contextlib.asynccontextmanager
async def serving(system: CitySystem) -> AsyncIterator[Line]:
    """The system listens until the context ends."""
    line = Line(system)
    await line.turn(True)
    system.faults.changed = line.look
    try:
        yield line
    finally:
        await line.turn(False)


def add_control(app: web.Application, system: CitySystem, line: Line) -> None:
    """The control, added to the application that serves the virtual network's."""

    async def state(_request: web.Request) -> web.Response:
        fault = system.faults.now
        said = {"fault": fault.name if fault else None, "asked": len(system.log), "url": line.url}
        return web.json_response({**said, "lookups": sorted(system.rows)})

    async def faults(_request: web.Request) -> web.Response:
        return web.json_response([{"name": name, "what": one.what} for name, one in FAULTS.items()])

    async def set_fault(request: web.Request) -> web.Response:
        order = await _order(request)
        system.faults.put(
            str(order.get("name", "")),
            for_s=_number(order.get("for_s")),
            count=None if order.get("count") is None else int(_number(order["count"]) or 0),
            value=_number(order.get("value")) or 0.0,
        )
        return await state(request)

    async def heal(request: web.Request) -> web.Response:
        system.faults.heal()
        return await state(request)

    async def change(request: web.Request) -> web.Response:
        order = await _order(request)
        name, key, column, value = (str(order.get(one, "")) for one in ("lookup", "key", "column", "value"))
        system.change(name, key, column, value)
        return await state(request)

    doors: dict[tuple[str, str], Callable[[web.Request], Awaitable[web.Response]]] = {
        ("GET", "/system"): state,
        ("GET", "/system/faults"): faults,
        ("PUT", "/system/fault"): set_fault,
        ("DELETE", "/system/fault"): heal,
        ("PUT", "/system/row"): change,
    }
    for (method, path), door in doors.items():
        app.router.add_route(method, path, _refusing(door))


def _refusing(door: Callable[[web.Request], Awaitable[web.Response]]) -> Callable[..., Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        try:
            return await door(request)
        except (ValueError, TypeError, KeyError) as error:
            return web.json_response({"error": str(error)}, status=400)

    return answer


async def _order(request: web.Request) -> dict[str, Any]:
    said = json.loads(await request.clone(client_max_size=MOST_ASKED).read() or b"{}")
    if not isinstance(said, dict):
        raise ValueError("a JSON object is wanted")
    return said


def _number(said: Any) -> float | None:
    return None if said is None else float(said)
