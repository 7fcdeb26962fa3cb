"""The dialogues of a pack, a conversation held without network or store, and transcripts.

A transcript is text: ``> what the phone writes``, ``< what it sees`` (lines joined by `` / ``), ``* 700`` seconds that
pass, ``!`` a restart, ``=`` a fact that then holds. ``:`` names the pack, the language and who the phone is (nobody …).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine

import dispatch.store  # noqa: F401  # its tables
import eservices.store  # noqa: F401
from config.city import City, load_city
from config.clock import SystemClock
from dispatch.locate import Locator
from dispatch.reading import Reader
from dispatch.talk import with_emergencies
from eservices.services import services
from gateway.asking import shown
from gateway.dialogue import Ask, Dialogue, Effect, State, Step, Who
from gateway.registry import Resident
from gateway.store import metadata

PHONE = "+6281300000007"
EPOCH = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
MOST_BACK = 3  # presses of 0 from anywhere to the menu or the end
PACKS = {"tinytown": Path(__file__).parents[1] / "fixtures" / "tinytown"}


@cache
def pack(name: str) -> City:
    """Nobody is new to it: the welcome is told of in ``tests/conversations``."""
    city = load_city(PACKS.get(name, Path(name)))
    return replace(city, telling=replace(city.telling, welcome=False))


@cache
def dialogues(name: str) -> tuple[Dialogue, ...]:
    """Every dialogue of a pack, as the front door joins them."""
    city = pack(name)
    return with_emergencies(city, services(city, Locator(city), Reader(city)))


def somebody(city: City, language: str, **said: Any) -> Resident:
    """A confirmed resident of the first kelurahan."""
    resident = Resident(
        phone=PHONE,
        name="Siti Aminah",
        kelurahan=next(iter(city.areas)),
        address="Jl. Kentang No. 7",
        lat=None,
        lon=None,
        language=language,
        quiet=False,
        notes="",
        confirmed=True,
        panic_button=False,
        address_at=EPOCH,
    )
    return replace(resident, **said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    title: str
    setting: tuple[str, ...]
    lines: tuple[str, ...]


def transcripts(path: Path) -> list[Transcript]:
    found = []
    for block in path.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, *lines = [line for line in block.splitlines() if line.strip()]
        setting = tuple(lines[0].removeprefix(":").split())
        found.append(Transcript(title=title, setting=setting, lines=tuple(lines[1:])))
    return found


@dataclass(slots=True)
class Held:
    """A conversation as every face holds it."""

    pack: str
    who: Who
    dialogue: str
    step: Step
    effects: list[Effect]

    @property
    def over(self) -> bool:
        return self.step.state is None or self.step.screen.last

    def say(self, typed: str) -> None:
        assert self.step.state is not None
        state: State = json.loads(json.dumps(dict(self.step.state)))
        self.step = self._of(self.dialogue).step(state, typed, self.who)
        self._follow()

    def _of(self, name: str) -> Dialogue:
        return next(one for one in dialogues(self.pack) if one.name == name)

    def _follow(self) -> None:
        self.effects += self.step.effects
        while self.step.goto or self.step.ask is not None:
            if self.step.goto:
                self.dialogue = self.step.goto
                self.step = self._of(self.dialogue).begin(self.who)
            elif self.step.ask is not None:
                self.step = answered(self._of(self.dialogue), self.step.ask, self.who)
            self.effects += self.step.effects
        assert shown(self.step.screen).strip()
        assert not (self.over and self.step.screen.choices)

    def back(self) -> bool:
        """Whether 0 leads to the menu, or to the end."""
        for _ in range(MOST_BACK):
            if self.over or self.dialogue == "menu":
                return True
            self.say("0")
        return self.over or self.dialogue == "menu"


@cache
def _nowhere() -> Engine:
    """A store that knows nobody, and in which nothing stays."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    return engine


def answered(dialogue: Dialogue, ask: Ask, who: Who) -> Step:
    """What the dialogue makes of its question to a store that knows nobody."""
    with _nowhere().connect() as tx:
        tx.info["clock"] = SystemClock()
        step = dialogue.answer(tx, ask, who, "turn")
        tx.rollback()
    return step


def held(name: str, who: Who, dialogue: str = "menu") -> Held:
    begun = next(one for one in dialogues(name) if one.name == dialogue).begin(who)
    one = Held(name, who, dialogue, begun, [])
    one._follow()
    return one
