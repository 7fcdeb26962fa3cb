"""What a tile file says of itself, and what of it is believed: it was made elsewhere, and may be anything."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, Protocol

MOST_TILE = 4 * 1024 * 1024  # bytes of one tile, unpacked; real ones have 10 to 500 KB
MOST_ZOOM = 22  # 4 cm a pixel at the equator; the drawing enlarges beyond
MOST_WORDS = 300  # characters of an attribution
MEDIA = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "mvt": "application/x-protobuf",
}
_SIGNS = {"png": (b"\x89PNG\r\n\x1a\n",), "jpeg": (b"\xff\xd8\xff",), "webp": (b"RIFF",)}
FORMS = {"protomaps": frozenset({"earth", "roads"}), "openmaptiles": frozenset({"water", "transportation"})}
"""Vector tiles that the page can draw, each known by layers that all such files have."""


class TileFault(Exception):
    """The file, or a tile of it, cannot be used. ``why``: a key of ``words`` below ``map.fault``; ``detail`` for the
    log and the health."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why, self.detail = why, detail


@dataclass(frozen=True, slots=True, kw_only=True)
class TileInfo:
    """``kind``: png, jpeg, webp or mvt (Mapbox Vector Tile 2.1). ``bounds``: west, south, east, north in degrees.
    ``attribution``: what its licence asks to be shown, as plain text. ``form``: of vector tiles, one of
    ``FORMS``; empty: one that the page cannot draw."""

    kind: str
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    attribution: str = ""
    form: str = ""

    @property
    def drawable(self) -> bool:
        """Whether the page can draw it."""
        return self.kind != "mvt" or bool(self.form)

    def holds(self, z: int, x: int, y: int) -> bool:
        """Whether that tile (XYZ numbering) is one, and touches the bounds."""
        if not (0 <= x < 1 << z and 0 <= y < 1 << z):
            return False
        west, south, east, north = self.bounds
        left, right = (one / (1 << z) * 360 - 180 for one in (x, x + 1))
        top, bottom = (_latitude(one / (1 << z)) for one in (y, y + 1))
        return left <= east and right >= west and bottom <= north and top >= south


class Tiles(Protocol):
    """An open tile file. Its verbs block: call them in a thread. One at a time."""

    info: TileInfo

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """One tile (XYZ numbering, y from the north), unpacked; None where the file has none. Raises TileFault."""

    @property
    def close(self) -> Callable[[], object]:
        """Called, it lets go of the file; also done when nobody holds the reader any more."""


def info_of(
    kind: str, zooms: tuple[int, int], bounds: tuple[float, float, float, float], said: Mapping[str, Any]
) -> TileInfo:
    """``said``: the file's metadata. Raises TileFault for what no map can have."""
    if kind not in MEDIA:
        raise TileFault("kind", kind or "?")
    low, high = zooms
    if not 0 <= low <= high <= 30:
        raise TileFault("broken", f"zoom {low} to {high}")
    layers = _layers(said)
    return TileInfo(
        kind=kind,
        min_zoom=low,
        max_zoom=min(high, MOST_ZOOM),
        bounds=_believed(bounds),
        attribution=plain(said.get("attribution")),
        form=_form(layers) if kind == "mvt" else "",
    )


def unpacked(raw: bytes, most: int = MOST_TILE) -> bytes:
    """``raw`` without its gzip (RFC 1952), if it has one. Raises TileFault: broken, or larger than ``most`` bytes."""
    if raw[:2] != b"\x1f\x8b":
        return raw
    opener = zlib.decompressobj(wbits=31)
    try:
        opened = opener.decompress(raw, most + 1)
    except zlib.error as fault:
        raise TileFault("broken", str(fault)) from fault
    if len(opened) > most:
        raise TileFault("big", f"more than {most} bytes unpacked")
    if not opener.eof:
        raise TileFault("broken", "gzip ends too early")
    return opened


def checked(body: bytes, kind: str) -> bytes:
    """A tile that is what its file says. Raises TileFault."""
    if len(body) > MOST_TILE:
        raise TileFault("big", f"{len(body)} bytes")
    signs = _SIGNS.get(kind)
    if signs and not body.startswith(signs):
        raise TileFault("broken", f"a tile is no {kind}")
    return body


def plain(text: Any) -> str:
    """Words without their HTML, on one line, not endless."""
    if not isinstance(text, str):
        return ""
    words = _Words()
    words.feed(text[: 20 * MOST_WORDS])
    words.close()
    return " ".join("".join(words.heard).split())[:MOST_WORDS]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.heard: list[str] = []
        self._deaf = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._deaf += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._deaf -= self._deaf > 0 and tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._deaf:
            self.heard.append(data)


def _latitude(down: float) -> float:
    """Degrees at that part of Web Mercator's height, from its north."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down))))


def _form(layers: frozenset[str]) -> str:
    """What names no layers is taken for what ``pmtiles extract`` gives a city."""
    first = next(iter(FORMS))
    return next((form for form, needed in FORMS.items() if layers >= needed), "" if layers else first)


def _layers(said: Mapping[str, Any]) -> frozenset[str]:
    layers = said.get("vector_layers")
    named = [one.get("id") for one in layers if isinstance(one, Mapping)] if isinstance(layers, list) else []
    return frozenset(one for one in named if isinstance(one, str))


def _believed(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = bounds
    real = all(math.isfinite(one) for one in bounds)
    if real and -180 <= west < east <= 180 and -90 <= south < north <= 90:
        return bounds
    return -180.0, -85.0511, 180.0, 85.0511  # what Web Mercator shows of the earth
