"""``kentongan residents find|register|correct|set|note``: the registry by hand."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from config.command import DONE, NOT_SO, USAGE, Command, CommandError, Context, Needs
from gateway.letter_commands import shown
from gateway.nik import nik_key
from gateway.number import normal
from gateway.registering import WISHES, NotRegistered, correct, register, remark, wish
from gateway.seeking import people, sought
from gateway.store import Tx
from gateway.store.people import Resident
from gateway.store.seeking import STATES

FORM = ("name", "kelurahan", "address", "lingkungan", "language", "notes", "household", "nik")
"""Arguments of ``register`` that are text."""
PUT_RIGHT = ("name", "kelurahan", "address", "lingkungan")
YES, NO = "yes", "no"
CALLED = "called"  # where the resident's name stands: ``name`` is of who gives the command


async def _find(context: Context, asked: Namespace) -> int:
    wanted = sought(context.city, asked.words, asked.kelurahan or "", asked.state or "")
    found = await people(context.store, wanted, asked.limit)
    for one in found.lines:
        context.out.row({**_row(context, one), "near": found.near}, _line(context, one))
    near = " (nobody is called just that: these are a slip away)" if found.near else ""
    context.out.note(f"{found.number} found{near}")
    return DONE


def _row(context: Context, one: Resident) -> dict[str, Any]:
    return {**asdict(one), "address_at": one.address_at.astimezone(context.city.timezone).isoformat()}


def _line(context: Context, one: Resident) -> str:
    area = context.city.areas.get(one.kelurahan)
    said = ", ".join((one.name or "-", one.address or "-", area.name if area else one.kelurahan))
    return shown(f"{one.phone:<16} {'confirmed' if one.confirmed else 'unconfirmed':<11}  {said}")


async def _register(context: Context, asked: Namespace) -> int:
    form = _form(asked, FORM) | {"phone": asked.number}
    form |= {name: YES for name in WISHES if getattr(asked, name)}
    city, at, who = context.city, context.clock.now(), _who(asked)
    key = nik_key(context.settings.data_dir) if "nik" in form else b""
    return await _done(context, lambda tx: register(tx, city, form, who, at, key=key))


async def _correct(context: Context, asked: Namespace) -> int:
    number, form, city = _number(asked), _form(asked, PUT_RIGHT), context.city
    at, who = context.clock.now(), _who(asked)
    if not form:
        raise CommandError("say what is to be put right: --name, --kelurahan, --address, --lingkungan", USAGE)
    return await _done(context, lambda tx: correct(tx, city, number, form, who, at))


async def _set(context: Context, asked: Namespace) -> int:
    number, city = _number(asked), context.city
    wishes = {name: value == YES for name in WISHES if (value := getattr(asked, name)) is not None}
    if not wishes and asked.language is None:
        raise CommandError(
            "say what is to be set: --quiet, --panic-button, --call-me, --cannot-walk, --language", USAGE
        )
    return await _done(context, lambda tx: wish(tx, city, number, wishes, asked.language))


async def _note(context: Context, asked: Namespace) -> int:
    number = _number(asked)
    return await _done(context, lambda tx: remark(tx, number, asked.words))


async def _done(context: Context, work: Callable[[Tx], Resident]) -> int:
    try:
        line = await context.store.write(work)
    except NotRegistered as why:
        raise CommandError(str(why), NOT_SO) from None
    context.out.row(_row(context, line), _line(context, line))
    return DONE


def _form(asked: Namespace, names: tuple[str, ...]) -> dict[str, str]:
    said = {name: getattr(asked, CALLED if name == "name" else name) for name in names}
    return {name: value for name, value in said.items() if value is not None}


def _number(asked: Namespace) -> str:
    number = normal(asked.number)
    if number is None:
        raise CommandError(f"{asked.number!r} is not a subscriber's number: write it as +62812…", USAGE)
    return number


def _who(asked: Namespace) -> str:
    who = " ".join(str(asked.name).split())
    if not who:
        raise CommandError("--as names the person who vouches", USAGE)
    return who


def _find_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("words", metavar="WORDS", help="a number or its last digits, a name, a street, an area")
    parser.add_argument("--kelurahan", metavar="CODE", help="only there")
    parser.add_argument("--state", choices=STATES, help="only those")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="at most N (default 50)")


def _said(parser: ArgumentParser, helps: Mapping[str, str]) -> None:
    for name, words in helps.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}", dest=CALLED if name == "name" else name, metavar="WORDS", help=words
        )


def _as(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="a phone number in any usual form")
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="who vouches")


def _register_arguments(parser: ArgumentParser) -> None:
    _as(parser)
    _said(parser, dict.fromkeys(FORM, "as in a list of residents"))
    for name in WISHES:
        parser.add_argument(f"--{name.replace('_', '-')}", dest=name, action="store_true", help="so it is")


def _correct_arguments(parser: ArgumentParser) -> None:
    _as(parser)
    _said(parser, dict.fromkeys(PUT_RIGHT, "as it is now"))


def _set_arguments(parser: ArgumentParser) -> None:
    _as(parser)
    parser.add_argument("--language", metavar="CODE", help="that it is written to in; '': the city's first")
    for name in WISHES:
        parser.add_argument(f"--{name.replace('_', '-')}", dest=name, choices=(YES, NO), help="whether it is so")


def _note_arguments(parser: ArgumentParser) -> None:
    _as(parser)
    parser.add_argument("words", metavar="WORDS", help="what who comes must know; '' takes it away")


_G, _R, _W = "residents", Needs.READ, Needs.WRITE
REGISTERING: tuple[Command, ...] = (
    Command(name=(_G, "find"), help="by number, name or street", needs=_R, run=_find, arguments=_find_arguments),
    Command(name=(_G, "register"), help="one person", needs=_W, run=_register, arguments=_register_arguments),
    Command(name=(_G, "correct"), help="name or place", needs=_W, run=_correct, arguments=_correct_arguments),
    Command(name=(_G, "set"), help="quiet, button, language", needs=_W, run=_set, arguments=_set_arguments),
    Command(name=(_G, "note"), help="what helpers must know", needs=_W, run=_note, arguments=_note_arguments),
)
