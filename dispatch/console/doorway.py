"""Connections that ask nothing do not stay: whoever opens many and says half a word holds descriptors that modems, the
store and providers need.

aiohttp ends a connection that is idle between two requests, but waits for ever for the end of a head that has begun
(Slowloris). Here every connection in which no request is being answered is ended after a while, and of too many the
longest idle first; those with a request, a body that comes, or a stream are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from config.clock import Clock

HEAD_S = 20.0  # for the whole head of the first request
SENT_S = 300.0  # for the answer to go out, and for the head of the next
LOOK_S = 1.0
MOST_IDLE = 400  # connections in which nothing is asked


class Doorway:
    """``clock``: of the program."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asking: dict[object, int] = {}
        self._idle: dict[object, tuple[float, float]] = {}  # since when, and for how long it may be

    @property
    def asking(self) -> int:
        """Requests that are being answered."""
        return sum(self._asking.values())

    def middleware(self) -> Middleware:
        """The outermost of an application: a head has come, and its request is being answered."""

        @web.middleware
        async def asking(request: web.Request, handler: Handler) -> web.StreamResponse:
            who = request.protocol
            self._asking[who] = self._asking.get(who, 0) + 1
            try:
                return await handler(request)
            finally:
                self._asking[who] -= 1
                self._idle[who] = self._clock.monotonic(), SENT_S

        return asking

    def sweep(self, connections: Iterable[web.RequestHandler]) -> int:
        """End what has been idle for too long; how many."""
        now, here = self._clock.monotonic(), list(connections)
        self._asking = {one: self._asking[one] for one in here if self._asking.get(one)}
        self._idle = {one: self._idle.get(one, (now, HEAD_S)) for one in here if one not in self._asking}
        idle = sorted((one for one in here if one in self._idle), key=lambda one: self._idle[one])
        surplus = max(0, len(idle) - MOST_IDLE)
        over = [one for at, one in enumerate(idle) if at < surplus or now - self._idle[one][0] >= self._idle[one][1]]
        for one in over:
            one.force_close()
        return len(over)

    async def watch(self, server: web.Server) -> None:
        """Sweep for ever."""
        while True:
            self.sweep(server.connections)
            await self._clock.sleep(LOOK_S)
