"""The city's own map tiles, from one file that somebody dropped into a folder: found, opened, and looked at again.

Where there is none the map has a plain ground; where there is a bad one it has that too, and says why. The file is
never named by a request, so that no request reaches another.
"""

from __future__ import annotations

import asyncio
import logging
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.city import City
from config.clock import Clock
from dispatch.console.map.tile_format import TileFault, TileInfo, Tiles
from gateway.pulse import Pulse, Status

ENDINGS = (".pmtiles", ".mbtiles")
AGAIN_S = 5.0  # seconds between two looks into the folders
WATCH_S = 60.0  # and where nobody looks at a map
PART = ("map", "tiles")  # kind and name in the health

log = logging.getLogger(__name__)

Mark = tuple[str, int, int, int]  # path, inode, size, time of change: another file has another


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there is. ``name`` of the file (empty: none), ``info`` when it can be used, else ``why`` not (a key of
    ``words`` below ``map.fault``) with ``detail``. ``version``: another for another file."""

    name: str = ""
    info: TileInfo | None = None
    why: str = ""
    detail: str = ""
    version: str = ""

    @property
    def fault(self) -> str:
        """Why it is not shown; empty: it is, or there is none."""
        return self.why or ("form" if self.info is not None and not self.info.drawable else "")


def folders_of(data_dir: Path, city: City) -> tuple[Path, ...]:
    """Where a city's tile file may lie."""
    return data_dir / "tiles", city.path / "tiles", city.path


def looked_at(folders: Sequence[Path]) -> Found:
    """What there is, opened once and let go again. Blocks."""
    mark = _first(folders)
    if mark is None:
        return Found()
    found, tiles = _taken(mark)
    if tiles is not None:
        tiles.close()
    return found


class TileShelf:
    """``folders``: where to look, the first that holds a file counts; in it the first by name."""

    def __init__(self, folders: Sequence[Path], clock: Clock, pulse: Pulse) -> None:
        self._folders, self._clock, self._pulse = tuple(folders), clock, pulse
        self._lock = asyncio.Lock()
        self._mark: Mark | None = None
        self._looked: float | None = None
        self._open: Tiles | None = None
        self._found = Found()

    async def found(self) -> Found:
        """The file of now, opened if need be; said in the health."""
        async with self._lock:
            return await self._look()

    async def watch(self) -> None:
        """Look at the start and for ever, so that a bad file is named before somebody opens the map."""
        while True:
            await self.found()
            self._looked = None  # who opens the map now looks for himself
            await self._clock.sleep(WATCH_S)

    async def tile(self, z: int, x: int, y: int) -> tuple[bytes, str] | None:
        """One tile and its kind; None where there is none, or none that can be used."""
        async with self._lock:
            found = await self._look()
            info, opened = found.info, self._open
            if info is None or opened is None or not info.min_zoom <= z <= info.max_zoom:
                return None
            if x >= 1 << z or y >= 1 << z:
                return None
            try:
                body = await asyncio.to_thread(opened.tile, z, x, y)
            except (TileFault, OSError) as fault:
                self._tell(Status.DEGRADED, f"{found.name}: {fault}")
                return None
            return None if body is None else (body, info.kind)

    async def _look(self) -> Found:
        now = self._clock.monotonic()
        if self._looked is None or now - self._looked >= AGAIN_S:
            self._looked = now
            mark = await asyncio.to_thread(_first, self._folders)
            if mark != self._mark:
                await self._take(mark)
        return self._found

    async def _take(self, mark: Mark | None) -> None:
        if self._open is not None:
            self._open.close()
        self._open, self._found, self._mark = None, Found(), mark
        if mark is None:
            self._pulse.forget(*PART)
            return
        self._found, self._open = await asyncio.to_thread(_taken, mark)
        found, why = self._found, self._found.fault
        self._tell(Status.DEGRADED if why else Status.OK, f"{found.name}: {why} {found.detail}" if why else "")

    def _tell(self, status: Status, detail: str) -> None:
        if detail:
            log.warning("map tiles: %s", detail)
        self._pulse.report(*PART, status, detail.strip()[:200])


def opened(path: Path) -> Tiles:
    """Raises TileFault, OSError."""
    if path.suffix.lower() == ".pmtiles":
        from dispatch.console.map.tile_pmtiles import PMTiles  # with its library, which few cities need

        return PMTiles(path)
    from dispatch.console.map.tile_mbtiles import MBTiles

    return MBTiles(path)


def _taken(mark: Mark) -> tuple[Found, Tiles | None]:
    path = Path(mark[0])
    try:
        tiles = opened(path)
    except TileFault as fault:
        return Found(name=path.name, why=fault.why, detail=fault.detail), None
    except OSError as fault:
        return Found(name=path.name, why="unreadable", detail=fault.strerror or ""), None
    return Found(name=path.name, info=tiles.info, version=f"{mark[1] ^ mark[2] ^ mark[3]:x}"), tiles


def _first(folders: Sequence[Path]) -> Mark | None:
    """The first regular file with a known ending (a pipe or a device of that name would never end)."""
    for folder in folders:
        try:
            names = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)
        except OSError:
            continue
        for path in names:
            try:
                seen = path.stat()
            except OSError:
                continue
            if stat.S_ISREG(seen.st_mode):
                return str(path), seen.st_ino, seen.st_size, seen.st_mtime_ns
    return None
