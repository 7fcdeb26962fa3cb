"""The form of a command-line command: each room's ``commands.py`` lists some, the front door collects them.

A command never prints: it hands lines to ``Out``, so that the same command runs here, or inside the running program
(reached over ``<data_dir>/kentongan.sock``) with its lines carried back.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from config.private import opened

DONE, NOT_SO, USAGE, NOT_HERE, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: done · what was asked does not hold · usage or settings · not possible here · interrupted."""


class Needs(StrEnum):
    """What a command must have before it runs."""

    NOTHING = "nothing"  # not even settings
    CITY = "city"  # the settings and the city pack
    READ = "read"  # reads the store; the program may be running
    WRITE = "write"  # writes the store: done by the running program where there is one, else here under the lock
    RUNNING = "running"  # only the running program can do it: it holds the modems


class Out(Protocol):
    """Where a command's lines go."""

    def row(self, row: Mapping[str, Any], text: str) -> None:
        """One result: ``row`` as a JSON line with ``--json``, else ``text`` (both to stdout)."""

    def note(self, text: str) -> None:
        """A remark or an error for the person (stderr)."""

    def progress(self, done: int, total: int, what: str) -> None:
        """How far a long job is (stderr; drawn as a bar on a terminal)."""


class CommandError(Exception):
    """Ends a command with one line on stderr that says what to do, and an exit code."""

    def __init__(self, message: str, code: int = NOT_SO) -> None:
        super().__init__(message)
        self.code = code


def written(path: Path, body: bytes, *, folder: bool = False) -> None:
    """What was asked for stands in the file that was named, for its owner alone; ``folder``: which is made where it is
    not there. Raises CommandError."""
    try:
        if folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        with opened(path) as file:
            file.write(body)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", NOT_HERE) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a running command may touch: what its ``Needs`` promise, nothing else is there.

    ``files`` holds the content of every file argument, read by the person's own process (the program that runs the
    command may not be allowed to read it)."""

    settings: Any
    city: Any
    clock: Any
    out: Out
    store: Any = None
    wake: Callable[[], None] = lambda: None
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command. ``name`` is its words (``("incidents", "accept")``); ``files`` names the arguments that are paths
    of files to read into ``Context.files`` (keyed by the path as typed; ``-`` is stdin)."""

    name: tuple[str, ...]
    help: str
    needs: Needs
    run: Callable[[Context, Namespace], Awaitable[int]]
    arguments: Callable[[ArgumentParser], None] = lambda parser: None
    files: tuple[str, ...] = ()
