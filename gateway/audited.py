"""What a command does and shows, in the audit: the one place for every command of every room.

A command that writes gets a store whose first transaction that keeps something also keeps the deed; where the verb
itself wrote one (an incident's), no second is added. A command that shows persons is read from its own lines: every
telephone number in them is a person looked at, but those of sirens and modems.
"""

from __future__ import annotations

import getpass
from argparse import Namespace
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from config.command import Command, Out
from gateway.audit import Deed, note
from gateway.number import normal, subscriber
from gateway.store import Store, Tx
from gateway.store.process import Process

T = TypeVar("T")
MOST_SHOWN = 1000  # persons of one command who are named; a list of more is told as one look at everybody in it
THINGS = ("id", "ticket", "station", "login", "user", "provider", "clinic", "number")
EVERYBODY = "persons="  # begins the detail of a look at more than are named


class AuditedStore:
    """The store as a command gets it: ``write`` keeps ``deed`` with the first of its writes."""

    def __init__(self, store: Store, deed: Deed) -> None:
        self._store, self._deed, self._told = store, deed, False
        self.by = deed.by

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def write(self, work: Callable[[Tx], T]) -> T:
        """As ``Store.write``."""
        if self._told:
            return await self._store.write(work)

        def with_deed(tx: Tx) -> T:
            process: Process = tx.info["process"]
            before = process.audited
            value = work(tx)
            if process.audited == before:
                note(tx, self._deed)
            return value

        value = await self._store.write(with_deed)
        self._told = True
        return value


class Watching:
    """``Out`` that hands on, and gathers the numbers of the persons in what it hands on."""

    def __init__(self, out: Out, *, besides: Collection[str] = ()) -> None:
        self._out, self._besides = out, besides
        self.persons: dict[str, None] = {}

    def row(self, row: Mapping[str, Any], text: str) -> None:
        self._gather(row)
        self._out.row(row, text)

    def note(self, text: str) -> None:
        self._out.note(text)

    def progress(self, done: int, total: int, what: str) -> None:
        self._out.progress(done, total, what)

    def _gather(self, value: Any) -> None:
        if isinstance(value, str):
            if subscriber(value) and value not in self._besides:
                self.persons[value] = None
        elif isinstance(value, Mapping):
            for one in value.values():
                self._gather(one)
        elif isinstance(value, (list, tuple)):
            for one in value:
                self._gather(one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who gave the command: ``--as``, else the user of the machine."""

    command: Command
    asked: Namespace
    argv: Sequence[str]
    user: str = ""

    @property
    def named(self) -> str:
        said = any(word == "--as" or word.startswith("--as=") for word in self.argv)
        name = " ".join(str(getattr(self.asked, "name", "") or "").split()) if said else ""
        return name or self.user or os_user()

    def deed(self) -> Deed:
        """What is done, in the words of the command line."""
        thing = next((str(said) for one in THINGS if (said := getattr(self.asked, one, None)) is not None), "")
        number = normal(str(getattr(self.asked, "number", "") or "")) or ""
        name = self.command.name
        return Deed(
            by=self.named,
            how="command",
            what=".".join(name),
            object=f"{name[0]}/{thing}" if thing else name[0],
            about=[number] if number else [],
        )


def look_deed(by: str, what: str, thing: str, persons: Sequence[str]) -> Deed:
    """That a command has shown these."""
    many = len(persons) > MOST_SHOWN
    about, detail = ([], f"{EVERYBODY}{len(persons)}") if many else (list(persons), "")
    return Deed(by=by, how="command", what=what, object=thing, about=about, detail=detail)


def os_user() -> str:
    """The user of this machine who started the process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def no_persons(city: Any, settings: Any) -> frozenset[str]:
    """Numbers of machines: sirens and the city's own modems."""
    sirens = (one.siren.number for one in city.stations.values() if one.siren is not None)
    return frozenset([*sirens, *(modem.number for modem in settings.modem)])
