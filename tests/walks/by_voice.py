"""The town by voice: the whole house with the city's real voice, real tones, and ears that tell what was said.

Every officer, operator and resident has a phone; what the modem's line carries is what is captured.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Row, select

from config.city import City
from config.clock import VirtualClock
from dispatch.case import Case
from dispatch.plan import EffectKind, EffectRow
from dispatch.store import followed_ledger
from dispatch.store.incidents import listed
from gateway.store import Tx
from ivr.conversation import Utterance
from ivr.events import Part
from ivr.flow_read import flows
from ivr.house import Speaking
from ivr.speech import Speech
from ivr.speech_cache import Cache
from ivr.store import CALLS
from ivr.synth import Espeak
from ivr.wording import worded
from modem.virtual import Behaviour, NetworkSettings, Phone
from tests.ivr.coding import CODINGS
from tests.ivr.listening import Listener
from tests.walks.indoors import Indoors, indoors

T = TypeVar("T")

ANI, DODI, EKO = "+6285500002001", "+6285500002004", "+6285500002005"  # on duty at 11 on a Wednesday, as they are asked
HULU_SIREN = "+6285500001001"
CRY = "TOLONG RAMPOK"
PACE_S = 0.1  # seconds of a frame: real sound and tones, at a fifth of the timers


@cache
def _spoken() -> dict[Utterance, bytes]:
    """What the machine has said to any town of this process: the same words need saying once."""
    return {}


class CityVoice:
    """The city's own voice. ``before``: what is done just before these words are said."""

    def __init__(self, folder: Path, city: City, clock: VirtualClock) -> None:
        self._speech = Speech(
            Espeak(city.voice.variant_of),
            clock,
            Cache(folder),
            incident_wpm=city.voice.incident_wpm,
            menu_wpm=city.voice.menu_wpm,
        )
        self.before: dict[str, Callable[[], Awaitable[None]]] = {}

    async def sound(self, one: Utterance) -> bytes:
        if one.text in self.before:
            await self.before[one.text]()
        if one not in _spoken():
            _spoken()[one] = await self._speech.sound(one)
        return _spoken()[one]

    async def prepare(self, ones: Iterable[Utterance]) -> None:
        for one in ones:
            await self.sound(one)


@dataclass(slots=True)
class Town:
    """The town, and what is heard in it."""

    indoors: Indoors
    voice: CityVoice
    _listener: dict[int, Listener] = field(default_factory=dict)

    @property
    def clock(self) -> VirtualClock:
        return self.indoors.clock

    @property
    def city(self) -> City:
        return self.indoors.city

    def phone(self, number: str) -> Phone:
        return self.indoors.network.phone(number)

    def everybody(self, does: Behaviour) -> None:
        """What officers and operators do from now on."""
        for number in (*self.city.roster_numbers(), *(post.number for post in self.city.operators)):
            self.phone(number).behave(does)

    async def cries(self, number: str, *, then: float) -> None:
        await self.indoors.sms(number, CRY, then=then)

    async def misses(self, number: str, *, then: float) -> None:
        """That phone rings us briefly; ``then`` seconds pass."""
        self.phone(number).call(self.indoors.modem.number, 4.0)
        await self.clock.sleep(then)

    async def until(self, true: Callable[[], bool], within_s: float) -> None:
        """Wait until it is so, looking four times a second."""
        async with self.clock.timeout(within_s):
            while not true():
                await self.clock.sleep(0.25)

    # -- what stands in the store

    async def cases(self) -> list[Case]:
        """Oldest first."""
        found = await self.indoors.house.store.read(lambda tx: listed(tx, latest=100))
        return sorted(found, key=lambda one: one.incident.id)

    async def case(self) -> Case:
        """The one incident."""
        (one,) = await self.cases()
        return one

    async def rows(self, kind: EffectKind = EffectKind.CALL, incident: int = 1) -> list[EffectRow]:
        """The ledger's, oldest first."""

        def work(tx: Tx) -> list[EffectRow]:
            return [row for row in followed_ledger(tx, incident) if row.effect.kind is kind]

        return sorted(await self.indoors.house.store.read(work), key=lambda row: row.intended_at)

    async def calls(self, number: str) -> list[Row[tuple[object, ...]]]:
        """Rows of our conversations with that number, oldest first."""
        asked = select(CALLS).where(CALLS.c.number == number).order_by(CALLS.c.began_at)
        return await self.indoors.house.store.read(lambda tx: list(tx.execute(asked)))

    async def lines(self, number: str) -> list[tuple[str, str]]:
        """What was said (``us``) and pressed (``them``) on all of them, as it is kept."""
        return [(who, words) for row in await self.calls(number) for _, who, words in json.loads(row.said)]

    # -- what was heard

    def heard(self, number: str, *, coding: str = "none") -> list[str]:
        """What that phone heard in its last call, told by ear from everything that this town ever said."""
        return self._knows().names(CODINGS[coding](self.phone(number).heard()))

    def hears(self, number: str, beginning: str) -> bool:
        """Whether something that begins so was said in its last call; listened for nothing else, which is quick."""
        known = {one.text: sound for one, sound in _spoken().items() if one.text.startswith(beginning)}
        return bool(Listener(known).names(self.phone(number).heard()))

    def _knows(self) -> Listener:
        known = {one.text: sound for one, sound in _spoken().items()}
        if len(known) not in self._listener:
            self._listener[len(known)] = Listener(known)
        return self._listener[len(known)]


FIELDS = ("drill", "what", "where", "place", "siren", "caller", "notes", "others", "by", "digits", "reporter", "text")


async def known(voice: CityVoice, city: City, *names: str) -> None:
    """Have said what these flows say without fields, and the keys of their menus: what else might have been said."""
    read = flows(city)
    for flow in (read[name] for name in names):
        parts = [Part(prompt=id) for node in flow.nodes.values() for id in (*node.prompts, *node.again)]
        for node in flow.nodes.values():
            parts += [Part(prompt="press", label=key.label, fields={"key": name}) for name, key in node.keys.items()]
        await voice.prepare(worded(city, parts, dict.fromkeys(FIELDS, ""), city.languages[0], slow=flow.slow))


def by_voice(
    folder: Path,
    scene: Callable[[Town], Awaitable[T]],
    *,
    modems: int = 1,
    answer: bool = False,
    silence: bool = False,
    network: NetworkSettings | None = None,
) -> T:
    """Open the house in a fresh town with a voice, play the scene, close it."""
    voices: list[CityVoice] = []

    def speaking(city: City, clock: VirtualClock) -> Speaking:
        voices.append(CityVoice(folder / "prompts", city, clock))
        return Speaking(voice=voices[0], pace_s=PACE_S)

    async def main(here: Indoors) -> T:
        return await scene(Town(here, voices[0]))

    return indoors(folder, main, modems=modems, answer=answer, silence=silence, network=network, speaking=speaking)
