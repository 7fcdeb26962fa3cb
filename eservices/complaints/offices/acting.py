"""Who acts on a ticket from the command line, and on which."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from config.command import USAGE, CommandError
from gateway.letter_commands import shown

LONGEST_NAME = 100  # characters of the name of who acts


def who(asked: Namespace) -> str:
    """The name behind ``--as``. Raises CommandError."""
    name = " ".join(str(asked.name or "").split())
    if not 0 < len(name) <= LONGEST_NAME or shown(name) != name:
        raise CommandError("--as names the person who does it, in plain letters", USAGE)
    return name


def number(parser: ArgumentParser) -> None:
    """``N``."""
    parser.add_argument("id", type=int, metavar="N", help="the ticket's number")


def name(parser: ArgumentParser, *, required: bool = True) -> None:
    """``--as``."""
    parser.add_argument("--as", dest="name", required=required, default="", metavar="NAME", help="who does it")


def number_as(parser: ArgumentParser) -> None:
    """Both."""
    number(parser)
    name(parser)
