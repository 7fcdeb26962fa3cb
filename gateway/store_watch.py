"""How the store is, told to those who must know: health, and whoever ends the program when nothing can be kept."""

from __future__ import annotations

import asyncio

from gateway.disk import Disk
from gateway.pulse import Pulse, Status
from gateway.store import Store, StoreBroken


def watch_store(store: Store, pulse: Pulse, disk: Disk) -> asyncio.Event:
    """Report it from now on. The event is set when nothing can be kept any more: leave for a restart."""
    over = asyncio.Event()

    def broke(fault: StoreBroken) -> None:
        """Say so, and give the reserve back."""
        pulse.report("store", "store", Status.FAILED, str(fault))
        disk.drop_ballast()
        over.set()

    def away(why: str) -> None:
        """The store's server is lost (``why``), or there again (empty)."""
        pulse.report("store", "store", Status.FAILED if why else Status.OK, why or store.name)

    store.when_broken(broke)
    store.when_away(away)
    pulse.report("store", "store", Status.OK, store.name)
    return over
