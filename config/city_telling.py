"""Telling people, as the pack says it: ``telling.toml`` (not needed) with quiet hours, the welcome, and warnings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from string import Formatter
from types import MappingProxyType

from config.city_files import PackFiles
from config.gsm7 import ONE_SMS, septets
from config.table import Table

FILE = "telling.toml"
FIELDS: Mapping[str, int] = MappingProxyType({"place": 30, "description": 60, "number": 15})
"""What a person fills in, and how many GSM-7 septets each may take."""
HOUR = r"([01]\d|2[0-4])\.[0-5]\d"
DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning:
    """A kind of emergency warning. ``texts`` with ``FIELDS`` in braces, ``clear``: that it is over; by language."""

    id: str
    names: Mapping[str, str]
    texts: Mapping[str, str]
    clear: Mapping[str, str]

    def fields(self, *, over: bool = False) -> tuple[str, ...]:
        """Which fields the text needs, in the order of ``FIELDS``."""
        used = {name for text in (self.clear if over else self.texts).values() for name in fields_of(text)}
        return tuple(name for name in FIELDS if name in used)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """``quiet_from`` to ``quiet_until``: minutes of the city's day in which nothing in bulk leaves (equal: never
    quiet). ``welcome``: who writes for the first time is told once what to try."""

    quiet_from: int = 20 * 60
    quiet_until: int = 7 * 60
    welcome: bool = True
    warnings: tuple[Warning, ...] = ()

    def warning(self, id: str) -> Warning | None:
        return next((one for one in self.warnings if one.id == id), None)


USUAL = Telling()


def read_telling(files: PackFiles, languages: tuple[str, ...]) -> Telling:
    """The pack's; the usual where it has no such file."""
    if not (files.folder / FILE).is_file():
        return USUAL
    table = files.toml(FILE)
    quiet = table.table("quiet")
    found = Telling(
        quiet_from=_minute(quiet, "from", USUAL.quiet_from),
        quiet_until=_minute(quiet, "until", USUAL.quiet_until),
        welcome=table.flag("welcome", True),
        warnings=tuple(_warning(one, languages) for one in table.tables("warning")),
    )
    quiet.done()
    table.done()
    ids = [one.id for one in found.warnings]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        table.fault("warning", f"{id!r} is there twice")
    return found


def _minute(table: Table, key: str, usual: int) -> int:
    said = table.text(key, f"{usual // 60:02}.{usual % 60:02}", pattern=HOUR, form="an hour like 20.00")
    hour, _, minute = said.partition(".")
    return (int(hour) * 60 + int(minute)) % DAY_MIN


def _warning(table: Table, languages: tuple[str, ...]) -> Warning:
    one = Warning(
        id=table.text("id", pattern=r"[a-z][a-z_]{0,19}", form="a word of small letters"),
        names=_said(table, "name", languages, 20, ()),
        texts=_said(table, "text", languages, ONE_SMS, FIELDS),
        clear=_said(table, "clear", languages, ONE_SMS, FIELDS),
    )
    table.done()
    return one


def _said(table: Table, key: str, languages: tuple[str, ...], most: int, fields: Collection[str]) -> Mapping[str, str]:
    inner = table.table(key)
    said = {language: inner.text(language) for language in languages}
    for language, text in said.items():
        unknown = sorted(fields_of(text) - set(fields))
        if unknown:
            inner.fault(language, f"unknown field {{{unknown[0]}}}")
        elif (wide := septets(text.format_map({name: "x" * FIELDS[name] for name in fields}))) is None:
            inner.fault(language, "has a character that is not in the GSM alphabet")
        elif wide > most:
            inner.fault(language, f"may take {wide} GSM-7 septets, {most} at most")
    inner.done()
    return MappingProxyType(said)


def fields_of(text: str) -> set[str]:
    """The fields that a text names; a brace that opens nothing is one of no name."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {"{"}
