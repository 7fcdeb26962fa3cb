"""Stations, their sirens and people, and the telephones of the gateway and the command centre: values of the pack."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Siren:
    """A GSM siren controller. ``mode`` is always "timed" in a pack that loads; ``close_s``: one ring lasts that long;
    ``whitelist``: callers it obeys; ``relay``: it confirms by an SMS to the number that rang, with the words ``says``
    (empty: nobody wrote them down)."""

    number: str
    controller: str
    mode: str
    close_s: float
    whitelist: frozenset[str]
    relay: bool
    sample: bool
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """Who comes. ``kinds`` it serves, ``jurisdiction`` by kecamatan codes (empty: by distance only)."""

    id: str
    name: str
    agency: str
    kinds: frozenset[str]
    jurisdiction: frozenset[str]
    headquarters: bool
    kelurahan: str
    lat: float
    lon: float
    siren: Siren | None
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A person on the roster. ``number`` is E.164, ``station`` a station's id."""

    name: str
    number: str
    station: str
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A telephone of the command centre, told when nobody accepts. In the order in which they are tried."""

    name: str
    number: str
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Modem:
    """A SIM of the city's gateway. ``use``: all, calls or letters; who calls must be on every siren's whitelist."""

    number: str
    use: str
    sample: bool
