"""What other systems may ask of this room, and what a monitor reads."""

from __future__ import annotations

from dispatch.console.api.metrics import CONTENT_TYPE, exposition, read
from dispatch.console.api.operations import operations
from dispatch.console.near import near
from gateway.api import wrong
from gateway.page import PUBLIC, WATCH, Floor, Handed, Page, Told, Visit, Wing


def api_wing(floor: Floor) -> Wing:
    """This room's operations, and the metrics. The routes of all wings' operations are made by the site."""

    async def metrics(visit: Visit) -> Handed | Told:
        if not (near(visit.peer, visit.headers) or visit.user.may(WATCH)):
            return wrong("only from this machine, or with a token", "api.far", 403)
        cases, waits = await floor.store.read(read)
        body = exposition(floor.clock.now(), floor.pulse.parts(), cases, waits)
        return Handed(body=body, content_type=CONTENT_TYPE)

    return Wing(
        room="api",
        pages=(Page(path="/metrics", handle=metrics, roles=PUBLIC, tokens=True),),
        operations=operations(floor),
    )
