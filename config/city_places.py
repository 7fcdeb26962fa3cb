"""The places of a city as frozen values: its kelurahan, its streets, what people name others by."""

from __future__ import annotations

from dataclasses import dataclass

WHOLE = "*"
"""The code of the one district of a city that has no districts: the city itself. No file names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area of the smallest level: a kelurahan, a village. ``lat``, ``lon``: a point inside it (degrees, WGS 84),
    where nothing better is known. ``postcode``: weak evidence, since people print wrong ones. ``households``: how many
    live there; 0: not known."""

    code: str
    name: str
    kecamatan_code: str
    kecamatan: str
    lat: float
    lon: float
    variants: tuple[str, ...] = ()
    postcode: str = ""
    households: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A street and where it is known to run; both sets may be partial. No ``kelurahan``: only its kecamatan known.
    ``partial``: it is known to run on, beyond its ``kelurahan``, through others of its ``kecamatan``."""

    name: str
    variants: tuple[str, ...]
    kelurahan: tuple[str, ...]
    kecamatan: tuple[str, ...]
    sample: bool
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """A place that people name others by: a school, a market. ``kelurahan`` where it is known; else ``street``, a name
    of ``streets``, and ``kecamatan``, as far as these are known."""

    name: str
    variants: tuple[str, ...]
    kind: str
    kelurahan: str | None
    kecamatan: str | None
    street: str | None
    sample: bool
