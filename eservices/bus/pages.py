"""POST|GET /trackers/TOKEN     what the buses' trackers say (``posted.py``)
GET /buses                      every bus: where, since when, the silent ones first
"""

from __future__ import annotations

from pathlib import Path

from eservices.bus.door import trackers_door
from eservices.bus.seeing import listing, units
from eservices.bus.tracking import RETRY_S, Trackers
from gateway.page import PUBLIC, WATCH, Floor, Page, Shown, Told, Visit, Wing

HERE = Path(__file__).parent

MOST_BODY = 4 * 1024  # bytes; the JSON of a tracker with all that it knows of itself is one
TOO_MANY = 429
NAV = 78
DOOR = "/trackers/{token:[A-Za-z0-9_-]{1,128}}"


def bus_wing(floor: Floor) -> Wing:
    """The trackers' door and the list of buses, with the loop that writes down what trackers say."""
    here = _Buses(floor)
    nav = NAV if floor.city.buses.vehicles else 0  # a city without any is not offered a list of them
    return Wing(
        room="bus",
        pages=(
            Page(path=DOOR, handle=here.posted, roles=PUBLIC, machine=True),
            Page(path=DOOR, handle=here.posted, roles=PUBLIC, machine=True, method="POST", most_body=MOST_BODY),
            Page(path="/buses", handle=here.buses, roles=WATCH, title="bus.title", nav=nav),
        ),
        templates=HERE / "templates",
        words=HERE / "words",
        runs=here.trackers.run,
        units=lambda tx, now: units(tx, floor.city, now),
        doors=trackers_door() if floor.city.buses.vehicles else {},
    )


class _Buses:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        tokens = floor.settings.trackers.tokens if floor.city.buses.vehicles else ()
        self.trackers = Trackers(floor.city, tokens, floor.store, floor.clock, floor.pulse)

    async def posted(self, visit: Visit) -> Told:
        """Without a token of ours there is no such page."""
        if not self.trackers.opens(visit.at["token"]):
            return Told(value={"kept": False, "why": "not found"}, status=404)
        reply = self.trackers.take({**visit.query, **visit.form})
        again_s = RETRY_S if reply.status == TOO_MANY else 0
        return Told(value={"kept": not reply.why, "why": reply.why}, status=reply.status, again_s=again_s)

    async def buses(self, visit: Visit) -> Shown:
        floor = self._floor
        rows = await floor.store.read(lambda tx: listing(tx, floor.city, floor.clock.now()))
        counts = {state: sum(one.state == state for one in rows) for state in ("heard", "silent", "resting")}
        data = {"rows": rows, "counts": counts, "shut": bool(rows) and not floor.settings.trackers.tokens}
        return Shown(template="bus/buses.html", data=data)
