"""MBTiles 1.3: a SQLite database, opened to read only, whose questions are short or broken off.

A database made elsewhere may hold a view instead of a table, and in it whatever its maker pleased: so nothing of it may
write, attach, load or run long.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dispatch.console.map.tile_format import MOST_TILE, TileFault, checked, info_of, unpacked

STEPS = 1000  # of SQLite's machine between two looks at the budget
BUDGET = 2000  # such looks a question: some 50 ms; a tile by the index takes one
MOST_ROWS = 200  # of metadata
_KINDS = {"png": "png", "jpg": "jpeg", "jpeg": "jpeg", "webp": "webp", "pbf": "mvt", "mvt": "mvt"}
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION})
_TILE = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ? LIMIT 1"


class MBTiles:
    """An open ``*.mbtiles``."""

    def __init__(self, path: Path) -> None:
        """Raises TileFault, OSError."""
        self._left = 0
        _whole_file(path)
        where = (
            f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"  # immutable: no journal beside it is looked for
        )
        self._db = sqlite3.connect(where, uri=True, check_same_thread=False, isolation_level=None)
        self.close = weakref.finalize(self, self._db.close)
        try:
            self._narrow()
            said = self._metadata()
            low = self._whole(said, "minzoom", "SELECT min(zoom_level) FROM tiles")
            high = self._whole(said, "maxzoom", "SELECT max(zoom_level) FROM tiles")
            self.info = info_of(
                _KINDS.get(str(said.get("format", "")).lower(), str(said.get("format", ""))[:20]),
                (low, high),
                _bounds(said.get("bounds")),
                said,
            )
            self.tile(low, 0, 0)  # the question can be asked
        except BaseException:
            self.close()
            raise

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        rows = self._asked(_TILE, (z, x, (1 << z) - 1 - y))  # TMS: y from the south
        if not rows:
            return None
        [(body,)] = rows
        if not isinstance(body, bytes):
            raise TileFault("broken", f"{z}/{x}/{y} holds no bytes")
        return checked(unpacked(body), self.info.kind)

    def _narrow(self) -> None:
        self._db.execute("PRAGMA trusted_schema = OFF")
        self._db.execute("PRAGMA mmap_size = 0")  # a file that shrinks meanwhile is a fault, not a signal
        self._db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_TILE)
        self._db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        self._db.set_authorizer(lambda act, *_: sqlite3.SQLITE_OK if act in _ALLOWED else sqlite3.SQLITE_DENY)
        self._db.set_progress_handler(self._spent, STEPS)

    def _spent(self) -> bool:
        self._left -= 1
        return self._left < 0

    def _asked(self, question: str, fields: tuple[int, ...] = (), most: int = 1) -> list[tuple[Any, ...]]:
        self._left = BUDGET
        try:
            return self._db.execute(question, fields).fetchmany(most)
        except (sqlite3.Error, OverflowError, UnicodeError, MemoryError) as fault:
            raise TileFault("broken", str(fault)[:120]) from fault

    def _metadata(self) -> dict[str, Any]:
        rows = self._asked("SELECT name, value FROM metadata", most=MOST_ROWS)
        said: dict[str, Any] = {name: value for name, value in rows if isinstance(name, str)}
        try:
            more = json.loads(said.get("json") or "{}")
        except (ValueError, TypeError, RecursionError):
            more = {}
        return {**(more if isinstance(more, dict) else {}), **said}

    def _whole(self, said: dict[str, Any], name: str, otherwise: str) -> int:
        try:
            return int(said[name])
        except (KeyError, ValueError, TypeError):
            rows = self._asked(otherwise)
            if not rows or not isinstance(rows[0][0], int):
                raise TileFault("empty") from None
            return rows[0][0]


def _whole_file(path: Path) -> None:
    """Its own header says how many pages it has (SQLite file format, 1.3.8). Raises TileFault."""
    with path.open("rb") as file:
        head = file.read(100)
    if not head.startswith(b"SQLite format 3\0") or len(head) < 100:
        raise TileFault("broken", "it is no SQLite database")
    page = int.from_bytes(head[16:18], "big")
    claimed = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    if path.stat().st_size < claimed:
        raise TileFault("short", f"{path.stat().st_size} of {claimed} bytes; it was not copied whole")


def _bounds(text: Any) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(one) for one in str(text).split(","))
    except ValueError:
        return 0.0, 0.0, 0.0, 0.0
    return west, south, east, north
