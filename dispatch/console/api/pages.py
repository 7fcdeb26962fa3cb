"""What other systems may ask of this room, and what a monitor reads."""

from __future__ import annotations

from ipaddress import ip_address

from dispatch.console.api.metrics import CONTENT_TYPE, exposition, read
from dispatch.console.api.operations import operations
from gateway.api import wrong
from gateway.page import PUBLIC, WATCH, Floor, Handed, Page, Told, Visit, Wing

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")  # set by a proxy before us: then its peer is not who asks


def api_wing(floor: Floor) -> Wing:
    """This room's operations, and the metrics. The routes of all wings' operations are made by the site."""

    async def metrics(visit: Visit) -> Handed | Told:
        if not (_near(visit) or visit.user.may(WATCH)):
            return wrong("only from this machine, or with a token", "api.far", 403)
        cases, waits = await floor.store.read(read)
        body = exposition(floor.clock.now(), floor.pulse.parts(), cases, waits)
        return Handed(body=body, content_type=CONTENT_TYPE)

    return Wing(
        room="api",
        pages=(Page(path="/metrics", handle=metrics, roles=PUBLIC),),
        operations=operations(floor),
    )


def _near(visit: Visit) -> bool:
    """Asked on this machine itself, and not by way of a proxy that stands on it."""
    sent = {name.lower() for name in visit.headers}
    if any(name.lower() in sent for name in FORWARDED):
        return False
    try:
        return ip_address(visit.peer).is_loopback
    except ValueError:
        return False
