"""The emergency as a conversation: two key presses raise the alarm, then the place is asked, and may be left out."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dispatch.cries import Cries
from dispatch.reading import Act, Intent, Reader, reader_of
from dispatch.talk_place import PlaceQuestions
from dispatch.vehicles import NONE, Vehicles
from gateway.asking import USSD_LINES, again, chosen, left
from gateway.dialogue import Ask, Choice, Dialogue, Say, Screen, State, Step, Who
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City, Code

WORDS = "~words"  # in a state: words are awaited, not a choice


class EmergencyTalk(Dialogue):
    """``begin`` asks for the kind. The press is the alarm: said at once, before any place is asked."""

    name = "emergency"
    words: Sequence[str] = ()  # by SMS its words are an alarm by themselves

    def __init__(self, city: City, cries: Cries | None = None, vehicles: Vehicles = NONE) -> None:
        self._city, self._vehicles = city, vehicles
        reader = reader_of(city)
        self._cries = cries or Cries(city, reader)
        self._spoken = {code.kind: spoken(code, city, reader) for code in city.codes}
        self._place = PlaceQuestions(city)

    def begin(self, who: Who, said: str = "") -> Step:
        return Step(screen=self._kinds(who), state={"at": "kind"})

    def step(self, state: State, typed: str, who: Who) -> Step:
        if self._place.asks(state):
            return _in_vehicle(self._city, self._vehicles, state, typed, who) or self._place.answer(state, typed, who)
        choice = chosen(self._kinds(who).choices, typed)
        if choice is not None:
            kind = self._keys()[choice.key]
            return self._raised(self._spoken[kind], self._city.label(kind, who.language), who)
        if self._cries.cry(typed, words_awaited=False):
            if (step := _in_vehicle(self._city, self._vehicles, state, typed, who)) is not None:
                return step
            return self._raised(typed, self._city.text(who.language, "talk_alarm"), who)
        if (gone := left(self._city, typed, who)) is not None:
            return gone
        return again(self._city, who, self._kinds(who), {"at": "kind"})

    def _raised(self, text: str, kind: str, who: Who) -> Step:
        step = self._place.begin(kind, who)
        return Step(screen=step.screen, state=step.state, effects=(Say(text=text, urgent=True), *step.effects))

    def _keys(self) -> Mapping[str, str]:
        """The kind of each key: the pack's own numbers; a code without one has the first that is free."""
        taken = {code.number for code in self._city.codes}
        free = (str(n) for n in range(1, 100) if str(n) not in taken)
        return {code.number or next(free): code.kind for code in self._city.codes}

    def _kinds(self, who: Who) -> Screen:
        keys = self._keys().items()
        choices = tuple(Choice(key=key, label=self._city.label(kind, who.language)) for key, kind in keys)
        room = len(choices) < USSD_LINES
        return Screen(text=self._city.text(who.language, "talk_kinds") if room else "", choices=choices)


class PlaceTalk(Dialogue):
    """After an alarm in words: where is it?"""

    name = "place"
    words: Sequence[str] = ()

    def __init__(self, city: City, vehicles: Vehicles = NONE) -> None:
        self._city, self._vehicles = city, vehicles
        self._place = PlaceQuestions(city)

    def begin(self, who: Who, said: str = "") -> Step:
        return self._place.begin(self._city.text(who.language, "talk_alarm"), who)

    def step(self, state: State, typed: str, who: Who) -> Step:
        if not self._place.asks(state):
            return self.begin(who)
        return _in_vehicle(self._city, self._vehicles, state, typed, who) or self._place.answer(state, typed, who)


class Heeding(Dialogue):
    """Any dialogue, with an ear for emergencies: a cry in the place of an answer is an alarm. (By SMS the desk has
    heard it before; by USSD there is nobody else to hear it.)"""

    def __init__(self, dialogue: Dialogue, cries: Cries, city: City, vehicles: Vehicles = NONE) -> None:
        self._city, self._vehicles = city, vehicles
        self.name, self.words, self.heads = dialogue.name, dialogue.words, dialogue.heads
        self.for_quiet, self.names_ills = dialogue.for_quiet, dialogue.names_ills
        self.named_within = dialogue.named_within
        self._dialogue, self._cries = dialogue, cries

    def begin(self, who: Who, said: str = "") -> Step:
        return self._marked(self._dialogue.begin(who, said))

    def hears(self, text: str) -> bool:
        return self._dialogue.hears(text)

    def ahead(self, ask: Ask, who: Who) -> Awaitable[None] | None:
        return self._dialogue.ahead(ask, who)

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        return self._marked(self._dialogue.answer(tx, ask, who, turn))

    def step(self, state: State, typed: str, who: Who) -> Step:
        if self._cries.cry(typed, words_awaited=WORDS in state):
            if (step := _in_vehicle(self._city, self._vehicles, {}, typed, who)) is not None:
                return step
            return Step(screen=Screen(text=""), effects=(Say(text=typed, urgent=True),), goto=PlaceTalk.name)
        inner = {key: value for key, value in state.items() if key != WORDS}
        return self._marked(self._dialogue.step(inner, typed, who))

    @staticmethod
    def _marked(step: Step) -> Step:
        if step.state is None or step.screen.choices:
            return step
        return replace(step, state={**step.state, WORDS: "1"})


def _in_vehicle(city: City, vehicles: Vehicles, state: State, typed: str, who: Who) -> Step | None:
    """Words that name a vehicle say where it is, as by SMS; the desk asks in writing where its fix is not known. What
    is typed for a street is a street, and passed on as it stands."""
    number = vehicles.named(typed) if state.get("at") != "street" else None
    if number is None:
        return None
    text = city.text(who.language, "bus_alarm", bus=number)
    return Step(screen=Screen(text=text, last=True), effects=(Say(text=typed, urgent=True),))


def with_emergencies(city: City, dialogues: Sequence[Dialogue], vehicles: Vehicles = NONE) -> tuple[Dialogue, ...]:
    """All dialogues of a face: those of other rooms (the menu first), each with an ear for emergencies, and ours."""
    cries = Cries(city)
    heeding = (Heeding(one, cries, city, vehicles) for one in dialogues)
    return (*heeding, EmergencyTalk(city, cries, vehicles), PlaceTalk(city, vehicles))


def spoken(code: Code, city: City, reader: Reader) -> str:
    """The words that say a kind of emergency to the desk, in the city's first language: its name, else a cry and its
    name, else the first of its words that is surely read as that kind. A bare digit could answer a question."""
    name = city.label(code.kind, city.languages[0])
    cry = next((one.words for one in city.codes if one.kind == reader.vocabulary.cry_kind), ())
    for text in (name, *(f"{word.upper()} {name}" for word in cry), *code.words):
        reading = reader.read(text)
        sure = reading.intent is Intent.EMERGENCY and reading.act is Act.RING
        if sure and reading.kind == code.kind and reading.digit is None:
            return text
    return name
