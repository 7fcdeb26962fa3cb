"""Reads the texts of a look-up's description: each language there, each hole known, each short enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from config.gsm7 import ONE_SMS, septets
from config.lookup import FIELDS, Column, Said
from config.table import Table, nearest
from config.template import Template, TemplateFault

WITH: Mapping[str, str] = {"late": "a [deadline]", "open": "[hours]"}
"""What ``when`` may name where the description has that."""


@dataclass(frozen=True, slots=True)
class TextReader:
    """Of one look-up."""

    languages: tuple[str, ...]
    columns: Mapping[str, Column]

    def fields(self) -> dict[str, int]:
        """Every hole that a text may have, and how long what it is filled with can be."""
        return {**FIELDS, **{name: column.width for name, column in self.columns.items() if column.width}}

    def said(self, table: Table, *, room: int = ONE_SMS, only: tuple[str, ...] | None = None) -> Said:
        """A text by language, as the keys of the table say it. ``only``: the holes it may have; None: every one."""
        fields = self.fields()
        may = fields if only is None else {name: fields[name] for name in only}
        return MappingProxyType({lang: self._one(table, lang, may, room) for lang in self.languages})

    def _one(self, table: Table, lang: str, may: Mapping[str, int], room: int) -> Template:
        written = table.text(lang)
        try:
            template = Template.of(written)
        except TemplateFault as fault:
            table.fault(lang, str(fault))
            return Template((written,), ())
        if problem := _problem(template, may, room):
            table.fault(lang, problem)
        return template


def _problem(template: Template, may: Mapping[str, int], room: int) -> str:
    """What is wrong with a text, or nothing."""
    unknown = sorted(set(template.names) - set(may))
    if unknown:
        allowed = ", ".join(f"{{{name}}}" for name in sorted(may)) or "none"
        return (
            f"unknown hole {{{unknown[0]}}}{nearest(unknown[0], may)}: no column is called that (it may use: {allowed})"
        )
    plain = septets("".join(template.texts))
    if plain is None:
        strange = next(one for one in "".join(template.texts) if septets(one) is None)
        return f"holds {strange!r}, a character outside the GSM alphabet: the SMS would need twice the room"
    longest = plain + sum(may[name] for name in template.names)
    if longest > room:
        counted = ", ".join(f"{{{name}}} {may[name]}" for name in dict.fromkeys(template.names))
        return f"may be {longest} letters long and has room for {room}: shorten it, or a column's width" + (
            f" (counted: {counted})" if counted else ""
        )
    return ""


def labels(table: Table, languages: tuple[str, ...], most: int) -> Mapping[str, str]:
    """Short words by language."""
    found = {lang: table.short(lang, most) for lang in languages}
    table.done()
    return MappingProxyType(found)


def values(
    table: Table, columns: Mapping[str, Column], besides: Mapping[str, tuple[str, ...]]
) -> Mapping[str, tuple[str, ...]]:
    """Values by column, as ``when`` and ``unless`` name them. ``besides``: what is no column, and its values."""
    found: dict[str, tuple[str, ...]] = {}
    for name in table.data:
        found[name] = table.texts(name)
        if name in besides:
            for one in found[name]:
                if one not in besides[name]:
                    table.fault(name, f"{one!r} is not one of {', '.join(besides[name])}")
        elif name not in columns:
            needs = WITH.get(name, "")
            table.fault(name, "no column is called that" + (f": it needs {needs}" if needs else ""))
        if table.data[name] == []:
            table.fault(name, 'names no value ([""] is an empty cell, ["*"] any other)')
    table.done()
    return MappingProxyType(found)
