"""The command line's mechanics: one parser from every room's commands, and where a command's lines go."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, NoReturn

from config.command import USAGE, Command, CommandError

BAR = 30  # columns of a progress bar
EVERY = 50  # a progress line that is not on a terminal is written once per so many steps


class _Parser(ArgumentParser):
    """Errors are one line and say what to do."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(f"{self.prog}: {message} (see '{self.prog} --help')", USAGE)


class Terminal:
    """``Out`` for a person or a script at this process's own stdout and stderr."""

    def __init__(self, *, as_json: bool, out: IO[str] | None = None, err: IO[str] | None = None) -> None:
        self.as_json = as_json
        self._out = out or sys.stdout
        self._err = err or sys.stderr

    def row(self, row: Mapping[str, Any], text: str) -> None:
        print(json.dumps(row, ensure_ascii=False, default=str) if self.as_json else text, file=self._out, flush=True)

    def note(self, text: str) -> None:
        print(text, file=self._err, flush=True)

    def progress(self, done: int, total: int, what: str) -> None:
        if self._err.isatty():
            filled = BAR * done // max(total, 1)
            end = "\n" if done >= total else ""
            print(
                f"\r{what} [{'#' * filled}{'.' * (BAR - filled)}] {done}/{total}", end=end, file=self._err, flush=True
            )
        elif done >= total or done % EVERY == 0:
            print(f"{what} {done}/{total}", file=self._err, flush=True)


TITLES = {
    "audit": "who looked at whom, who did what",
    "breach": "when data leaked: whose they are and whom to tell",
    "broadcast": "news to many: what it would cost, send, stop",
    "city": "check a city pack, or begin a new one",
    "clinic": "a clinic's queue: book, call, close the day",
    "drill": "practise an emergency with officers' telephones",
    "flow": "conversations by telephone: check them, hear them",
    "incidents": "emergencies",
    "letters": "messages in and out",
    "lookup": "tables that residents ask: bills, permits, openings",
    "modem": "what is at a port",
    "officers": "who can be called, and a test whether each hears",
    "pdu": "read an SMS as a modem keeps it",
    "proposals": "what residents propose for where they live: rounds, voices, results",
    "provider": "a provider of SMS and USSD, described in a file",
    "report": "figures of a month, for leaders",
    "residents": "who lives where",
    "retention": "what is kept how long, and what goes when that is over",
    "roster": "who is on duty when; stand-ins, and the hand-over of a shift",
    "secrets": "what proves a provider's posts to be its own",
    "stations": "stations and their sirens",
    "tickets": "complaints and the offices that answer them",
    "tokens": "what lets the city's other systems in",
    "users": "who may log in",
    "warning": "flood, a missing child: to all in an area, two persons agreeing",
}


def build_parser(commands: Iterable[Command]) -> ArgumentParser:
    """A parser whose result has ``command`` (the Command), ``json``, ``settings`` and the command's own arguments. It
    is made once: the running program reads each command that comes over its socket with it, between two alarms."""
    return _parser(tuple(commands))


@lru_cache(maxsize=4)
def _parser(commands: tuple[Command, ...]) -> ArgumentParser:
    top = _Parser(
        prog="kentongan",
        description="Emergency calls and the city's services by SMS, USSD and voice, for people with a keypad phone.",
        epilog="Exit codes: 0 done, 1 not so, 2 usage or settings, 3 not possible here, 130 interrupted.",
    )
    top.add_argument(
        "--settings", metavar="FILE", help="settings file (else $KENTONGAN_SETTINGS, else ./kentongan.toml)"
    )
    groups: dict[tuple[str, ...], _SubParsersAction[Any]] = {(): top.add_subparsers(metavar="COMMAND", required=True)}
    for command in sorted(commands, key=lambda c: c.name):
        group = command.name[:-1]
        if group not in groups:
            parent = groups[()].add_parser(group[0], help=TITLES[group[0]])
            groups[group] = parent.add_subparsers(metavar="VERB", required=True)
        leaf = groups[group].add_parser(command.name[-1], help=command.help, description=command.help)
        command.arguments(leaf)
        leaf.add_argument("--json", action="store_true", help="JSON on stdout, one object a line")
        leaf.set_defaults(command=command)
    return top


def read_files(command: Command, arguments: Namespace) -> dict[str, bytes]:
    """The content of every file argument, keyed by the path as typed (``-`` is stdin)."""
    found: dict[str, bytes] = {}
    for name in command.files:
        path = getattr(arguments, name)
        if path is None:
            continue
        try:
            found[path] = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", USAGE) from error
    return found
