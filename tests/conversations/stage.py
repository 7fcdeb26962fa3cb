"""Plays conversations: SMS through a virtual modem, USSD through the provider over HTTP, commands as a person's."""

from __future__ import annotations

import asyncio
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import kentongan
from config.cli import build_parser, read_files
from config.clock import VirtualLoop
from config.command import CommandError, Context
from config.settings import Settings
from eservices.bus.route import Fix
from eservices.bus.store import keep
from gateway.store.people import Resident, save
from gateway.store.welcomed import keep_welcomed
from gateway.whereabouts import Whereabouts
from tests.conversations.script import Conversation, Known, Line, Script
from tests.walks.connected import Connected, connected

AFTER_S = 20.0  # seconds for an answer by SMS: air, reading, air again
LEAP_S, SETTLE_S = 600.0, 90.0  # more than that is leapt over, but for its end, in which what fell due is done
LIMIT_S = 30 * 86400.0  # of one file
LATE_S, LOOK_S = 120.0, 5.0  # how late it may come where many are written at once; between two looks
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
FIRST = 50  # the first telephone of a conversation
PREFIX = "+62812000"  # of telephones that are only here: sample numbers of the packs


class Rows:
    """Where a command's rows go."""

    def __init__(self) -> None:
        self.rows: list[Mapping[str, Any]] = []
        self.notes: list[str] = []

    def row(self, row: Mapping[str, Any], text: str) -> None:
        self.rows.append(json.loads(json.dumps(row, default=str)))

    def note(self, text: str) -> None:
        self.notes.append(text)

    def progress(self, done: int, total: int, what: str) -> None:
        pass


@dataclass(slots=True)
class Telephones:
    """The telephones of one conversation, and what of their letters was looked at."""

    here: Connected
    numbers: dict[str, str]
    seen: dict[str, int] = field(default_factory=dict)

    def news(self, who: str) -> str | None:
        """The oldest letter on that telephone that nobody has looked at."""
        number = self.numbers[who]
        texts = self.here.texts(number)
        at = self.seen.get(number, 0)
        if at >= len(texts):
            return None
        self.seen[number] = at + 1
        return texts[at].replace("\n", " / ")


class Player:
    """Plays one conversation after the other. ``told``: the transcript as it really went."""

    def __init__(self, here: Connected, script: Script) -> None:
        self._here, self._script = here, script
        self._next = FIRST
        self._seen: dict[str, int] = {}
        self._zone = here.city.timezone

    async def play(self, conversation: Conversation) -> tuple[list[str], list[str]]:
        """What differs, in words, and the transcript as it really went."""
        faults, told = list[str](), list[str]()
        phones = Telephones(self._here, await self._people(conversation.people), self._seen)
        known = Known(named(phones.numbers))
        for number in phones.numbers.values():  # what came before is of other conversations
            self._seen[number] = len(self._here.texts(number))
        for line in conversation.lines:
            fault, really = await self._line(line, phones, known)
            told += really
            if fault:
                faults.append(f"{self._script.path.name}:{line.number}: {fault}")
        for who in phones.numbers:
            while (more := phones.news(who)) is not None:
                told.append(f"{who}< {known.shortened(more)}")
                faults.append(f"{self._script.path.name}: {conversation.title}: {who} was also told: {more}")
        return faults, told

    # -- who they are

    async def _people(self, people: Mapping[str, str]) -> dict[str, str]:
        numbers = {}
        for who, what in people.items():
            kind, _, where = what.partition(" ")
            numbers[who] = kind if kind.startswith("+") else self._fresh()
            if kind in ("resident", "unconfirmed"):
                await self._register(numbers[who], who, where, confirmed=kind == "resident")
            self._here.phone(numbers[who])
            if kind != "first":
                await self._here.house.store.write(lambda tx, one=numbers[who]: keep_welcomed(tx, one))  # type: ignore[misc]
        return numbers

    def _fresh(self) -> str:
        self._next += 1
        return f"{PREFIX}9{self._next:03d}"

    async def _register(self, number: str, who: str, where: str, *, confirmed: bool) -> None:
        area, _, street = where.partition(",")
        code = Whereabouts(self._here.city).area(area.strip(), None)
        assert code is not None, f"{self._script.path.name}: no kelurahan {area!r}"
        one = Resident(
            phone=number,
            name=who.capitalize(),
            kelurahan=code,
            address=street.strip(),
            lat=None,
            lon=None,
            language="",
            quiet=False,
            notes="",
            confirmed=confirmed,
            panic_button=False,
            address_at=self._here.clock.now(),
        )
        await self._here.house.store.write(lambda tx: save(tx, one))

    # -- what happens

    async def _line(self, line: Line, phones: Telephones, known: Known) -> tuple[str, list[str]]:
        said = known.filled(line.said)
        if line.mark == ">":
            phone = self._here.phone(phones.numbers[line.who])
            phone.sms(self._here.modem.number, said.replace(" // ", "\n"))
            await self._here.clock.sleep(AFTER_S)
            return "", [f"{line.who}> {line.said}"]
        if line.mark == "#":
            return await self._typed(line, said, phones)
        if line.mark == "@":
            screen = (await self._here.shown(self._here.phone(phones.numbers[line.who]))).replace("\n", " / ")
            return self._compared(line, screen, known)
        if line.mark == "<":
            return self._compared(line, await self._news(line.who, phones), known)
        if line.mark == "^":
            await self._tracked(said)
            return "", [f"^ {line.said}"]
        if line.mark == "*":
            await self._pass(said)
            return "", [f"* {line.said}"]
        return await self._asked(line, said, known)

    async def _news(self, who: str, phones: Telephones) -> str | None:
        """What came; a letter that waits behind others for the one modem is waited for."""
        waited = 0.0
        while (said := phones.news(who)) is None and waited < LATE_S:
            await self._here.clock.sleep(LOOK_S)
            waited += LOOK_S
        return said

    def _compared(self, line: Line, said: str | None, known: Known) -> tuple[str, list[str]]:
        if said is None:
            return f"{line.who} was told nothing, not: {line.said}", []
        fits = known.fits(line.said, said)
        return "" if fits else f"{line.said}\n    is really: {said}", [f"{line.who}{line.mark} {known.shortened(said)}"]

    async def _typed(self, line: Line, said: str, phones: Telephones) -> tuple[str, list[str]]:
        phone = self._here.phone(phones.numbers[line.who])
        if said.startswith("*"):
            phone.put_away()
            went = phone.dial(said) is not None
        else:
            went = phone.type(said)
        return "" if went else f"the session of {line.who} is over", [f"{line.who}# {line.said}"]

    async def _tracked(self, said: str) -> None:
        """A bus's tracker says where it is."""
        number, where, *share = said.split()
        begins, _, ends = where.partition(">")
        stops = self._here.city.buses.stops
        one, other = stops[begins], stops[ends or begins]
        way = float(share[0]) if share else 0.0
        lat, lon = one.lat + way * (other.lat - one.lat), one.lon + way * (other.lon - one.lon)
        fix = Fix(at=self._here.clock.now(), lat=lat, lon=lon)
        await self._here.house.store.write(lambda tx: keep(tx, {number: [fix]}))

    async def _pass(self, said: str) -> None:
        """A long time leaps, as of a machine that slept: the house costs seconds of ours for every hour of its own."""
        clock = self._here.clock
        if said.startswith("until "):
            then = datetime.fromisoformat(said.removeprefix("until ")).replace(tzinfo=self._zone)
            seconds = max(0.0, (then - clock.now()).total_seconds())
        else:
            seconds = float(said[:-1]) * UNITS[said[-1]]
        if seconds > LEAP_S:
            loop = asyncio.get_running_loop()
            assert isinstance(loop, VirtualLoop)
            loop.advance(seconds - SETTLE_S)
            seconds = SETTLE_S
        await clock.sleep(seconds)

    async def _asked(self, line: Line, said: str, known: Known) -> tuple[str, list[str]]:
        command, _, wanted = said.rpartition(": ")
        command, _, only = command.partition(" | ")
        rows = [row for row in await self._run(shlex.split(command)) if chosen(row, only)]
        found = []
        for one in (piece.strip() for piece in wanted.split(",")):
            name, _, value = one.partition("=")
            really = ("none" if not rows else f"{len(rows)} rows") if one == "none" else value_of(rows, name)
            if not known.fits("none" if one == "none" else value, really):
                found.append(f"{name} is {really!r}, not {value!r}" if one != "none" else f"{really}: {rows}")
        return "; ".join(found), [f"= {line.said}"]

    async def _run(self, words: list[str]) -> list[Mapping[str, Any]]:
        """A command as the running program does it for a person."""
        out, house = Rows(), self._here.house
        settings: Settings = house.ground.settings
        try:
            asked = build_parser(kentongan.COMMANDS).parse_args([*words, "--json"])
            here, city = self._here.clock, self._here.city
            files = read_files(asked.command, asked)  # of tables, beside the conversations
            context = Context(
                settings=settings, city=city, clock=here, out=out, store=house.store, wake=house.wake, files=files
            )
            await asked.command.run(context, asked)
        except CommandError as error:
            return [{"error": str(error)}]
        finally:
            house.wake()
        return out.rows


def named(numbers: Mapping[str, str]) -> dict[str, str]:
    """The telephones as captures: ``{SITI}`` is +62…, ``{SITI0}`` the same as people write it, 08…"""
    found = {who.upper(): number for who, number in numbers.items()}
    return found | {f"{who}0": f"0{number.removeprefix('+62')}" for who, number in found.items()}


def chosen(row: Mapping[str, Any], only: str) -> bool:
    """Whether a row has these fields: ``phone=+62…, state=waiting``."""
    wanted = (piece.partition("=") for piece in only.split(",") if piece.strip())
    return "error" in row or all(value_of([row], name.strip()) == value.strip() for name, _, value in wanted)


def value_of(rows: list[Mapping[str, Any]], name: str) -> str:
    """One field: ``state``, ``place.kelurahan``, ``#2.name``, ``history.0.what``, ``rows``."""
    if name == "rows":
        return str(len(rows))
    at, pieces = 0, name.split(".")
    if pieces[0].startswith("#"):
        at = int(pieces.pop(0)[1:]) - 1
    if at >= len(rows):
        return "nothing"
    value: Any = rows[at]
    for piece in pieces:
        if isinstance(value, list):
            value = value[int(piece)] if piece.lstrip("-").isdigit() and len(value) > int(piece) else None
        else:
            value = value.get(piece) if isinstance(value, Mapping) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def played(script: Script, folder: Path) -> dict[str, tuple[list[str], list[str]]]:
    """Every conversation of the file, by its title: what differs, and how it really went."""

    async def scene(here: Connected) -> dict[str, tuple[list[str], list[str]]]:
        player = Player(here, script)
        return {one.title: await player.play(one) for one in script.conversations}

    begins = script.begins.replace(tzinfo=_zone_of(script.pack))
    return connected(folder, scene, pack=_pack(script.pack), begins=begins, limit_s=LIMIT_S, welcome=True)


def _pack(name: str) -> str:
    return str(Path(__file__).parents[1] / "fixtures" / name) if name == "tinytown" else name


def _zone_of(name: str) -> Any:
    from config.city import load_city

    return load_city(_pack(name)).timezone
