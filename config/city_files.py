"""The files of a pack, opened as tables that know their lines. What cannot be opened is a fault, not an exception."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from config.fault import Fault
from config.table import Table, Where, Written
from config.toml_lines import Toml, TomlFault, parse

SHOWN = 5  # names of what waits for a translation


def mark_of(text: str) -> str:
    """What parts the cells of a CSV, as its heading has it: spreadsheets of this country write semicolons."""
    return max(",;\t", key=text.partition("\n")[0].count)


class PackFiles:
    """One pack's folder, every fault found in it so far, and what in it waits for a translation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.waiting: list[Fault] = []

    def shown(self, name: str) -> str:
        """A file's path as a person would type it."""
        path = self.folder / name
        here = Path.cwd()
        return str(path.relative_to(here) if path.is_relative_to(here) else path)

    def fault(self, name: str, line: int, message: str) -> None:
        self.faults.append(Fault(file=self.shown(name), line=line, message=message))

    def wait(self, name: str, lang: str, what: str, waits: Sequence[str], of: int) -> None:
        """Note what (of so many) nobody has translated into ``lang`` yet; nothing where there is none."""
        if waits:
            shown = ", ".join(waits[:SHOWN]) + (" …" if len(waits) > SHOWN else "")
            said = f"{len(waits)} of {of} {what} wait for their words in {lang!r}, till then Indonesian: {shown}"
            self.waiting.append(Fault(file=self.shown(name), line=0, message=said))

    def toml(self, name: str) -> Table:
        """A TOML file as a table; a missing or broken one reads as empty."""
        text = self.text(name)
        document = Toml({}, {})
        if text is not None:
            try:
                document = parse(text)
            except TomlFault as fault:
                self.fault(name, fault.line, f"is not TOML: {fault}")
                text = None
        faults = self.faults if text is not None else []  # a file that is not there has one fault, not twenty
        file = self.shown(name)
        return Table(document.data, lambda key: (file, document.line(*key.split(".")) if key else 1), faults)

    def rows(self, name: str, columns: tuple[str, ...], optional: tuple[str, ...] = ()) -> list[Table]:
        """A CSV file with a heading (RFC 4180, UTF-8; semicolons for commas), a table for each row."""
        text = self.text(name)
        if text is None:
            return []
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark_of(text), strict=True)
        found = [column.strip() for column in reader.fieldnames or ()]
        reader.fieldnames = found
        for column in columns:
            if column not in found:
                self.fault(name, 1, f"column {column} is missing")
        for column in found:
            if column not in (*columns, *optional):
                self.fault(name, 1, f"unknown column {column!r}")
        return self._rows(name, reader) if set(columns) <= set(found) else []

    def _rows(self, name: str, reader: csv.DictReader[str]) -> list[Table]:
        tables: list[Table] = []
        file = self.shown(name)
        before = reader.line_num
        try:
            for row in reader:
                line, before = before + 1, reader.line_num
                if None in row:
                    self.fault(name, line, "has more cells than the heading (a comma in a cell needs quotes)")
                    continue
                cells = {column: Written(cell or "") for column, cell in row.items()}
                tables.append(Table(cells, _always(file, line), self.faults))
        except csv.Error as fault:
            self.fault(name, reader.line_num, f"is not CSV: {fault}")
        return tables

    def json(self, name: str) -> tuple[Mapping[str, Any], list[str]]:
        """A JSON object and the lines of its file."""
        text = self.text(name)
        if text is None:
            return {}, []
        try:
            found = json.loads(text)
        except json.JSONDecodeError as fault:
            self.fault(name, fault.lineno, f"is not JSON: {fault.msg}")
            return {}, []
        if not isinstance(found, Mapping):
            self.fault(name, 1, "must be a JSON object")
            return {}, []
        return found, text.splitlines()

    def text(self, name: str) -> str | None:
        """The text of a file, or None and a fault."""
        try:
            return (self.folder / name).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.fault(name, 0, "there is no such file")
        except UnicodeDecodeError:
            self.fault(name, 0, "is not text in UTF-8")
        except OSError as fault:
            self.fault(name, 0, f"cannot be read ({fault.strerror})")
        return None


def _always(file: str, line: int) -> Where:
    return lambda key: (file, line)
