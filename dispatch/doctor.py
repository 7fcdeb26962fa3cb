"""``kentongan doctor`` with what this room knows of the machine: the city's own map tiles."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from config.command import Command, Context
from dispatch.console.map.tiles import folders_of, looked_at
from gateway.doctor import Finding, Look, doctor

WHY = {
    "kind": "its tiles are neither pictures (png, jpg, webp) nor vectors (mvt)",
    "broken": "it is broken, or no map file",
    "big": "its contents are larger than they may be",
    "short": "it is cut off: copy it once more",
    "packed": "it is packed in a way that is not known: save it with gzip",
    "empty": "there is nothing in it",
    "unreadable": "this program may not read it",
    "form": "its vector layers are neither those of Protomaps nor of OpenMapTiles",
}
"""By the keys of ``map.fault``."""


async def _tiles(context: Context) -> Sequence[Finding]:
    found = await asyncio.to_thread(looked_at, folders_of(context.settings.data_dir, context.city))
    if not found.name:
        return ()
    if not found.fault:
        assert found.info is not None
        saw = f"{found.name}: {found.info.form or found.info.kind}, zoom {found.info.min_zoom} to {found.info.max_zoom}"
        return (Finding(subject="map tiles", well=True, saw=saw),)
    saw = f"{found.name}: {WHY[found.fault]} {found.detail}".rstrip()
    mend = "put another PMTiles or MBTiles file there, or take it away: the map then has a plain ground"
    return (Finding(subject="map tiles", well=False, saw=saw, mend=mend),)


def doctor_of(*more: Look) -> Command:
    """The command; ``more``: what the rooms beside this one look at."""
    return doctor((_tiles, *more))
