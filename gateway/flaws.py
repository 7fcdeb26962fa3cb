"""What is wrong with a row of a list that somebody brought, in words of both languages: which column, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

FIRST, ENGLISH = "id", "en"
_SAID: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "id": {
            "at": "baris {line}, kolom {column}: {said}",
            "at_row": "baris {line}: {said}",
            "phone": "'{typed}' bukan nomor telepon",
            "again": "nomor {typed} sudah ada di baris {first}",
            "language": "bahasa '{typed}' tidak ada; yang ada: {known}",
            "lingkungan": "'{typed}' bukan nomor",
            "nik_digits": "NIK harus enam belas angka",
            "nik_place": "NIK salah: wilayahnya",
            "nik_date": "NIK salah: tanggal lahirnya",
            "nik_serial": "NIK salah: nomor urutnya",
            "nik_key": "NIK memerlukan kunci pemasangan ini",
            "several": "'{typed}' bisa berarti {known}: tulis kodenya",
            "kelurahan": "'{typed}' tidak ada di {city}",
            "degrees": "lat '{lat}', lon '{lon}' bukan derajat",
            "outside": "titik {lat}, {lon} di luar {city}",
            "cells": "{cells} sel, padahal {columns} kolom: koma tanpa tanda kutip?",
            "utf8": "bukan UTF-8",
            "control": "berisi tanda kendali",
            "long": "{count} huruf; paling banyak {most}",
            "flag": "'{typed}' bukan ya dan bukan tidak",
            "csv": "bukan CSV: {why}",
            "text": "berkas ini bukan teks UTF-8",
            "columns": "kolomnya harus: {known}",
            "queue": "'{typed}' bukan nomor antrean",
            "state": "'{typed}' bukan keadaan; yang ada: {known}",
            "person": "'{typed}' bukan nomor telepon",
        },
        "en": {
            "at": "line {line}, column {column}: {said}",
            "at_row": "line {line}: {said}",
            "phone": "phone '{typed}' is not a subscriber's number",
            "again": "phone {typed} was on line {first} already",
            "language": "language '{typed}' is not one of {known}",
            "lingkungan": "'{typed}' is no number",
            "nik_digits": "nik is none: its digits",
            "nik_place": "nik is none: its place",
            "nik_date": "nik is none: its date",
            "nik_serial": "nik is none: its serial",
            "nik_key": "nik needs this installation's key",
            "several": "'{typed}' may be {known}: write the code",
            "kelurahan": "'{typed}' is unknown in {city}",
            "degrees": "lat '{lat}', lon '{lon}' are not both degrees",
            "outside": "lat {lat}, lon {lon} lie outside {city}",
            "cells": "{cells} cells, {columns} columns: is a comma not in quotes?",
            "utf8": "{column} is not UTF-8",
            "control": "{column} holds a control character",
            "long": "{column} has {count} characters; {most} is the most",
            "flag": "{column} '{typed}' is neither yes nor no",
            "csv": "{why}",
            "text": "is not text in UTF-8",
            "columns": "the columns are {known}",
            "queue": "'{typed}' is no number of a queue",
            "state": "'{typed}' is no state ({known})",
            "person": "'{typed}' is no telephone number",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Flaw:
    """``column``: as the file names it, empty: of the whole row. ``key``: of the words above."""

    column: str
    key: str
    fields: Mapping[str, str] = field(default_factory=dict)

    def said(self, language: str) -> str:
        """Why, without where."""
        words = _SAID.get(language, _SAID[FIRST])
        return words[self.key].format_map({**self.fields, "column": self.column})


class Flawed(Exception):
    """One cell, or the row, is not as it must be."""

    def __init__(self, column: str, key: str, **fields: object) -> None:
        self.flaw = Flaw(column, key, {name: str(value) for name, value in fields.items()})
        super().__init__(self.flaw.said(ENGLISH))


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is left out: where it begins, and everything that is wrong with it."""

    line: int
    flaws: Sequence[Flaw]

    @property
    def fault(self) -> str:
        """In one English line, for a log or a command."""
        return "; ".join(flaw.said(ENGLISH) for flaw in self.flaws)


def placed(line: int, flaw: Flaw, language: str) -> str:
    """Where and why, as one sentence."""
    words = _SAID.get(language, _SAID[FIRST])
    where = {"line": str(line), "column": flaw.column, "said": flaw.said(language)}
    return words["at" if flaw.column else "at_row"].format_map(where)
