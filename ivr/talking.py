"""What the menu of a USSD session offers, a caller hears: the acts of a TALK, over the same dialogues.

    Do(talk.begin, dialogue) · Do(talk.step, typed) · Do(talk.words, recording)
        ── gateway/ussd_stage.py: step, or answer from the store ── effects carried out ── Done(screen, for the ear)

All of it in the transaction that keeps the call's state; where the dialogue stands is one of the call's fields.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.dialogue import Dialogue, Who
from gateway.effects import carry_out, marked
from gateway.number import normal, subscriber
from gateway.store import Tx
from gateway.store.changes import change_of
from gateway.store.people import find
from gateway.ussd import Letters
from gateway.ussd_stage import Moved, Stages, packed, unpacked
from ivr.events import Done
from ivr.flow import GONE, SCREEN, TALK_BEGIN, TALK_STEP, TALK_WORDS, URGENTLY
from ivr.flow_data import ActSpec
from ivr.spoken_text import SpokenText
from ivr.turning import Call, Hands

if TYPE_CHECKING:
    from config.city import City

CHANNEL = "voice"  # of the letters that a caller says
STAGE, TALK = "talk_stage", "talk"  # fields of the call: where its dialogue stands; which one was begun
RECORDED = "recorded"  # the prompt that stands in a text for what was spoken


class Talking(Hands):
    """``dialogues``: the menu first, as for USSD. ``inbox``: where letters are put in."""

    def __init__(self, dialogues: Sequence[Dialogue], city: City, inbox: Letters) -> None:
        self._stages = Stages(dialogues, city)
        self._names = frozenset(dialogue.name for dialogue in dialogues)
        self._city = city
        self._inbox = inbox
        self._spoken = SpokenText(city)
        answers = ActSpec(results=frozenset({SCREEN, GONE, URGENTLY}), fields=frozenset({STAGE, TALK}))
        self._acts = dict.fromkeys((TALK_BEGIN, TALK_STEP, TALK_WORDS), answers)

    @property
    def acts(self) -> Mapping[str, ActSpec]:
        return self._acts

    @property
    def dialogues(self) -> frozenset[str]:
        """The names that a TALK may begin."""
        return self._names

    def act(self, tx: Tx, call: Call, act: str, arguments: Mapping[str, str]) -> Done:
        """One step of a dialogue. Raises KeyError for a dialogue that there is not."""
        who = self._who(tx, call)
        talk = self._talk(call, act, arguments)
        moved = self._moved(call, act, arguments, talk, who)
        if moved is None:  # stored by another version
            return Done(GONE, {STAGE: "", TALK: ""})
        moved = self._stages.answered(tx, moved, who, call.turn)
        effects = marked(moved.effects, who, CHANNEL, call.turn, self._inbox.judged)
        carry_out(tx, effects, who, CHANNEL, self._inbox, call.turn)
        return self._done(moved, talk, act, who)

    def ahead(self, call: Call, act: str, arguments: Mapping[str, str]) -> Awaitable[None] | None:
        """See ``ivr.turning.Foreseeing``. Who calls is not looked up for it: a dialogue fetches by number at most."""
        who = self._caller(call)
        moved = self._moved(call, act, arguments, self._talk(call, act, arguments), who)
        return self._stages.ahead(moved, who) if moved is not None else None

    @staticmethod
    def _talk(call: Call, act: str, arguments: Mapping[str, str]) -> str:
        return arguments["dialogue"] if act == TALK_BEGIN else call.fields.get(TALK, "")

    def _moved(self, call: Call, act: str, arguments: Mapping[str, str], talk: str, who: Who) -> Moved | None:
        if act == TALK_BEGIN:
            return self._stages.open(talk, who)
        stage = unpacked(call.fields.get(STAGE, ""))
        if stage is None:
            return None
        said = arguments["typed"] if act == TALK_STEP else self._recorded(arguments["recording"])
        return self._stages.say(stage, said, who)

    def _recorded(self, recording: str) -> str:
        """What stands for a recording in a text; in the city's first language, which its people read."""
        return self._city.prompt(self._city.languages[0], RECORDED, number=recording)

    def _done(self, moved: Moved, talk: str, act: str, who: Who) -> Done:
        """The screen; or that the dialogue led out of itself: to the flow's own menu, or into the emergency."""
        at, screen = moved.stage.dialogue, moved.stage.screen
        if at == self._stages.menu != talk:
            return Done(GONE, {STAGE: "", TALK: ""})
        emergency = self._stages.emergency(who)
        if at == emergency != talk:
            return Done(URGENTLY, {STAGE: "", TALK: ""})
        fields = {STAGE: packed(moved.stage), TALK: talk}
        return Done(SCREEN, fields, screen=self._spoken.screen(screen, who.language))

    def _who(self, tx: Tx, call: Call) -> Who:
        who = self._caller(call)
        known = subscriber(who.number)
        resident = find(tx, who.number) if known else None
        return replace(who, resident=resident, waits=known and change_of(tx, who.number) is not None)

    def _caller(self, call: Call) -> Who:
        number, language = normal(call.number) or call.number, call.language or self._city.languages[0]
        return Who(number=number, at=call.at, language=language, screen=True, voice=True)
