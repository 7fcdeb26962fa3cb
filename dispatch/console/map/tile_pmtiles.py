"""PMTiles, version 3: one file, found by way of directories that the file itself describes.

The library reads the form; every length that the file claims is measured here before it is believed, and what is
packed is unpacked only so far (a directory of ten kilobytes can hold ten gigabytes of nothing).
"""

from __future__ import annotations

import json
import os
import weakref
from collections import OrderedDict
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType, deserialize_directory, deserialize_header, find_tile, zxy_to_tileid

from dispatch.console.map.tile_format import MOST_TILE, TileFault, checked, info_of, unpacked

HEADER = 127  # bytes (PMTiles 3, 3)
MOST_DIRECTORY = 1024 * 1024  # bytes, unpacked; writers keep them below 16 KB packed
MOST_METADATA = 2 * 1024 * 1024  # bytes, unpacked
MOST_KEPT = 16  # directories in memory
DEPTH = 4  # a tile is at most so many directories away
_KINDS = {TileType.PNG: "png", TileType.JPEG: "jpeg", TileType.WEBP: "webp", TileType.MVT: "mvt"}
_BROKEN = (ValueError, KeyError, IndexError, TypeError, EOFError, OverflowError, OSError, RecursionError)


class PMTiles:
    """An open ``*.pmtiles``."""

    def __init__(self, path: Path) -> None:
        """Raises TileFault, OSError."""
        self._directories: OrderedDict[int, Any] = OrderedDict()
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.close = weakref.finalize(self, os.close, self._file)
        try:
            self._size = os.fstat(self._file).st_size
            self._header = self._read_header()
            self.info = info_of(
                _KINDS.get(self._header["tile_type"], self._header["tile_type"].name.lower()),
                (self._header["min_zoom"], self._header["max_zoom"]),
                self._bounds(),
                self._metadata(),
            )
            self._directory(self._header["root_offset"], self._header["root_length"])
        except BaseException:
            self.close()
            raise

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        try:
            found = self._find(zxy_to_tileid(z, x, y))
        except TileFault:
            raise
        except _BROKEN as fault:
            raise TileFault("broken", f"{type(fault).__name__} at {z}/{x}/{y}") from fault
        return None if found is None else checked(unpacked(found), self.info.kind)

    def _find(self, tile: int) -> bytes | None:
        offset, length = self._header["root_offset"], self._header["root_length"]
        for _ in range(DEPTH):
            entry = find_tile(self._directory(offset, length), tile)
            if entry is None:
                return None
            if entry.run_length:
                return self._bytes(self._header["tile_data_offset"] + entry.offset, entry.length, MOST_TILE)
            offset, length = self._header["leaf_directory_offset"] + entry.offset, entry.length
        return None

    def _directory(self, offset: int, length: int) -> Any:
        if offset in self._directories:
            self._directories.move_to_end(offset)
            return self._directories[offset]
        raw = self._bytes(offset, length, MOST_DIRECTORY)
        unpacked(raw, MOST_DIRECTORY)  # only measured: the library unpacks by itself
        try:
            read = deserialize_directory(raw)
        except _BROKEN as fault:
            raise TileFault("broken", "a directory cannot be read") from fault
        self._directories[offset] = read
        if len(self._directories) > MOST_KEPT:
            self._directories.popitem(last=False)
        return read

    def _bytes(self, offset: int, length: int, most: int) -> bytes:
        if length > most:
            raise TileFault("big", f"{length} bytes at {offset}")
        if offset < 0 or length < 0 or offset + length > self._size:
            raise TileFault("short", f"{self._size} bytes long, asks for {offset + length}")
        read = os.pread(self._file, length, offset)
        if len(read) != length:
            raise TileFault("short", f"{len(read)} of {length} bytes at {offset}")
        return read

    def _read_header(self) -> Any:
        raw = os.pread(self._file, HEADER, 0)
        if len(raw) < HEADER or not raw.startswith(b"PMTiles"):
            raise TileFault("broken", "it does not begin like a PMTiles file")
        try:
            header = deserialize_header(raw)
        except Exception as fault:  # the library's own exceptions, and enums of unknown numbers
            raise TileFault("broken", f"its header: {type(fault).__name__} (version 3 is read)") from fault
        if header["internal_compression"] is not Compression.GZIP:
            raise TileFault("packed", header["internal_compression"].name.lower())
        if header["tile_compression"] not in (Compression.GZIP, Compression.NONE, Compression.UNKNOWN):
            raise TileFault("packed", header["tile_compression"].name.lower())
        if header["tile_data_offset"] + header["tile_data_length"] > self._size:
            raise TileFault("short", f"{self._size} bytes; it was not copied whole")
        return header

    def _metadata(self) -> dict[str, Any]:
        raw = self._bytes(self._header["metadata_offset"], self._header["metadata_length"], MOST_METADATA)
        try:
            said = json.loads(unpacked(raw, MOST_METADATA))
        except _BROKEN as fault:
            raise TileFault("broken", "its metadata") from fault
        return said if isinstance(said, dict) else {}

    def _bounds(self) -> tuple[float, float, float, float]:
        corners = (self._header[f"{side}_e7"] / 1e7 for side in ("min_lon", "min_lat", "max_lon", "max_lat"))
        west, south, east, north = corners
        return west, south, east, north
