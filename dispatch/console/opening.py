"""Opens the command centre on the running program: its keeper, every room's wings, the port."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence

from config.command import Out
from dispatch.console.access.opening import opened_keeper
from dispatch.console.access.pages import access_wing
from dispatch.console.reports.figures import SHEAVES
from dispatch.console.reports.filing import Filing
from dispatch.console.reports.report import Reporter
from dispatch.console.running import RunningHouse
from dispatch.console.serving import Mounted, serve
from dispatch.console.wings import wings
from gateway.outages import Outages
from gateway.page import Floor, Wing
from gateway.pulse import Bell, all_running


@contextlib.asynccontextmanager
async def open_console(
    floor: Floor, bell: Bell, rooms: Sequence[Wing], mounted: Mounted, out: Out
) -> AsyncIterator[str]:
    """Serve until the context ends; yields the URL. ``rooms``: the wings of other rooms. With a virtual world mounted
    it is the demo. Raises CommandError when the address is not to be had."""
    keeper = await opened_keeper(floor, out, demo=mounted.world is not None)
    running = RunningHouse(floor, bell=bell)
    figures = [room.figures for room in rooms if room.figures is not None]
    matters = [room.matters for room in rooms if room.matters is not None]
    units = [room.units for room in rooms if room.units is not None]
    pages = (*wings(floor, figures, matters, units), *rooms, access_wing(keeper, floor))
    filing = Filing(floor, Reporter(floor.city, (*SHEAVES, *figures)))
    jobs = {"outages": Outages(floor.store, floor.clock, floor.pulse, running.health).run}
    jobs |= {"reports": filing.run} if floor.settings.console.monthly_report else {}
    async with serve(running, floor, keeper, pages, mounted) as url, all_running(jobs, floor.clock):
        yield url
