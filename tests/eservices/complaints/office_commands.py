"""``kentongan tickets …`` as a person types it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from config.cli import build_parser
from config.command import DONE, Context
from eservices.commands import COMMANDS
from tests.eservices.complaints.office_room import Office


@dataclass(slots=True)
class Paper:
    """An ``Out`` that keeps what it is given."""

    rows: list[Mapping[str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def row(self, row: Mapping[str, Any], text: str) -> None:
        self.rows.append(row)
        self.lines.append(text)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def progress(self, done: int, total: int, what: str) -> None:
        """Nobody looks."""


async def typed(here: Office, line: str) -> Paper:
    """What the command prints. Raises CommandError."""
    asked, paper = build_parser(COMMANDS).parse_args(shlex.split(line)), Paper()
    context = Context(settings=None, city=here.city, clock=here.clock, out=paper, store=here.store)
    assert await asked.command.run(context, asked) == DONE
    return paper
