"""Dialogues by SMS: the desk in front of the others. Screens go out as numbered choices, digits and words come in.

MENU, DAFTAR …  begins one       a digit in its time      is a choice
a cry           wins, always     a digit just after it    is asked about, then it is a code of the pack again
BATAL           the alarm first, else the dialogue        anything else is for the desks behind this one, and what
                                                          they leave may still be a dialogue's matter (``heard``)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from config.clock import Clock
from config.gsm7 import transliterate
from config.language import language_of
from gateway.alarms import Alarms, Hurried, asks_for_help, told_officers
from gateway.asking import MENU, digit, short, shown
from gateway.dialogue import Ask, Dialogue, Effect, Erase, Screen, Step, Who, was_said
from gateway.effects import LettersIn, carry_out
from gateway.enough import KEY, Enough
from gateway.greeting import Greeting, Nearly
from gateway.heading import Headed, Heads
from gateway.inbox import Desk
from gateway.messages import Inbound, Kind, Lane
from gateway.number import subscriber
from gateway.store import Store, Tx
from gateway.store.people import find
from gateway.store.talks import Talk, keep_talk, talk_of
from gateway.talking import Talking, asks_about, has_ended, writer
from gateway.ussd_input import pressed

if TYPE_CHECKING:
    from config.city import City

HURRIED = frozenset({MENU, "emergency", "place"})  # dialogues in which the next digit may be an alarm, or its place
HANDED_ON = 5  # dialogues that one letter may pass through; more is a ring
WRONG_ANSWER = 3  # words of an answer that is only wrong; a longer one is a letter of its own
MISSES = 2  # answers in a row that were not understood; then it is perhaps a machine that answers us
MISSED = "~missed"  # in a state: how many answers in a row were not understood


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One letter's turn."""

    tx: Tx
    letter: Inbound
    who: Who
    now: datetime


class Conversation:
    """Takes letters that begin a dialogue, and those of a number with an open one that may be its answer. What turns
    out to be none goes to the first of ``otherwise`` that takes it. ``hurried`` is the same desk for talks in which an
    alarm may be raised: place it first; both stand before the emergencies' desk, which would read a digit as a code."""

    name = "conversation"
    urgent = False

    def __init__(
        self,
        dialogues: Sequence[Dialogue],
        city: City,
        clock: Clock,
        *,
        otherwise: Sequence[Desk],
        alarms: Alarms,
        inbox: LettersIn,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """``wake`` is called after a commit: an answer may wait in the outbox, and a letter that was said in the
        inbox."""
        self._dialogues = {dialogue.name: dialogue for dialogue in dialogues}
        self._begun = Heads.of(dialogues).find
        self._city, self._clock, self._otherwise = city, clock, tuple(otherwise)
        self._language = language_of(city)
        self._alarms, self._inbox, self._wake = alarms, inbox, wake
        self._talking = Talking(2 * city.clocks.choice_s)
        self.hurried: Desk = Hurried(self)
        self.greeting, self._enough = Greeting(city, alarms), Enough(city)
        self.nearly = Nearly(dialogues, city.words)

    async def pick_up(self, store: Store) -> None:
        """At start: remember who is in a dialogue."""
        await self._talking.pick_up(store)

    def takes(self, letter: Inbound) -> bool:
        return self.may_be_ours(letter, hurried=False)

    def may_be_ours(self, letter: Inbound, *, hurried: bool) -> bool:
        """Quick, and from memory. ``hurried``: only for talks in which an alarm may be raised; else only for others."""
        if letter.kind is not Kind.SMS or was_said(letter) or not subscriber(letter.sender):
            return False
        talk, text = self._talking.of(letter), letter.text.strip()
        begins = self._begins_one(text, slips=talk is None or _may_slip(talk.dialogue, talk.choices)) is not None
        if talk is None or not text:
            return begins and not hurried
        if has_ended(talk.dialogue):
            return not hurried and (begins or asks_about(talk.dialogue, digit(text)))
        if hurried is not (talk.dialogue in HURRIED):
            return False
        if not begins and self._alarms.cry(text, words_awaited=not talk.choices):
            return False
        return begins or not talk.choices or short(text, WRONG_ANSWER) or self._alarms.cancels(text)

    def handle(self, letter: Inbound, tx: Tx) -> None:
        if not self._answered(letter, tx):
            next(desk for desk in self._otherwise if desk.takes(letter)).handle(letter, tx)

    def heard(self, letter: Inbound, tx: Tx) -> bool:
        """Handle a letter that begins no dialogue and that no other desk took, if it is a dialogue's matter all the
        same ("lampu jalan mati di jl labu"). Whether it was. After the commit ``wake`` is due."""
        if letter.kind is not Kind.SMS or was_said(letter) or not subscriber(letter.sender):
            return False
        text = letter.text.strip()
        hearing = (one.name for one in self._dialogues.values() if text and one.hears(text))
        if (first := next(hearing, None)) is None or (turn := self._turn(letter, tx)) is None:
            return False
        return any(self._begins(turn, Headed(name, text)) for name in chain((first,), hearing))

    def settle(self) -> None:
        """After the commit of a letter that was ``heard``."""
        self._talking.settle()
        self._wake()

    def resume(self, letter: Inbound, tx: Tx, name: str, ask: Ask) -> None:
        """Answer what that dialogue had no answer for when the letter was handled. Beside a talk that began since, it
        is said, and asks nothing. After the commit ``settle`` is due."""
        if (turn := self._turn(letter, tx)) is not None:
            talk = talk_of(tx, letter.sender)
            self._go_on(turn, name, Step(ask=ask), beside=talk is not None and not has_ended(talk.dialogue))

    def wake(self) -> None:
        for desk in self._otherwise:
            desk.wake()
        self.settle()

    def _begins_one(self, text: str, *, slips: bool = True) -> Headed | None:
        """The dialogue that the letter begins. One that says more than a word may be an alarm: then it is that."""
        headed = self._begun(text, slips)
        if headed is None or not headed.said or not self._alarms.alarm(text):
            return headed
        return headed if self._dialogues[headed.name].names_ills and not asks_for_help(self._language, text) else None

    def _turn(self, letter: Inbound, tx: Tx) -> _Turn | None:
        """None: nothing is ever sent to that phone: there is no dialogue with it, but the one that ends that."""
        resident = find(tx, letter.sender)
        headed = self._begins_one(letter.text.strip())
        ends = headed is not None and self._dialogues[headed.name].for_quiet
        if resident is not None and resident.quiet and not ends:
            return None
        return _Turn(tx=tx, letter=letter, who=writer(tx, letter, resident, self._city), now=self._clock.now())

    def _answered(self, letter: Inbound, tx: Tx) -> bool:
        """Whether the letter was for a dialogue; the first that knows what to do with it."""
        if (turn := self._turn(letter, tx)) is None:
            return False
        talk = self._current(turn)
        slips = talk is None or _may_slip(talk.dialogue, talk.choices)
        if (begins := self._begins_one(letter.text.strip(), slips=slips)) is not None:
            begun = self._begins(turn, begins)
            if begun or not begins.said or talk is None or talk.choices:
                return begun  # else it is no such beginning, and perhaps the words that are awaited
        if talk is None or self._alarms.ours(tx, letter, talk.asked_at, words=talk.dialogue not in HURRIED):
            return False
        if has_ended(talk.dialogue):
            return asks_about(talk.dialogue, digit(letter.text)) and self._asked_about(turn)
        if self._alarms.cancels(letter.text):
            return self._cancelled(turn, talk)
        if letter.received_at - talk.asked_at > timedelta(seconds=self._city.clocks.choice_s):
            return self._asked_about(turn)
        return self._stepped(turn, talk)

    def _current(self, turn: _Turn) -> Talk | None:
        """The talk that is open, or lapsed so lately that a digit is asked about. An older one is over."""
        talk = talk_of(turn.tx, turn.letter.sender)
        if talk is None or self._talking.forgotten(talk.asked_at, turn.letter):
            self._end(turn)
            return None
        return talk

    def _begins(self, turn: _Turn, headed: Headed) -> bool:
        if self._written_enough(turn) and not headed.said:  # what says something is taken all the same, without a reply
            return False
        self._talking.sweep(turn.tx, turn.now)
        step = self._dialogues[headed.name].begin(turn.who, headed.said)
        recent = turn.letter.received_at - timedelta(seconds=2 * self._city.clocks.choice_s)
        if headed.said and self._alarms.open_alarm(turn.tx, turn.letter.sender, recent):
            step = told_officers(step, turn.letter.text)
        return self._go_on(turn, headed.name, step)

    def _cancelled(self, turn: _Turn, talk: Talk) -> bool:
        """BATAL means the alarm, if one of that number is not closed; its questions are then over too."""
        alarm = self._alarms.open_alarm(turn.tx, turn.letter.sender)
        if not alarm:
            self._talking.close(turn.tx, turn.letter.sender, turn.now, None)
            self._tell(turn, "talk_ended")
        elif talk.dialogue in HURRIED:
            self._end(turn)
        return not alarm

    def _asked_about(self, turn: _Turn) -> bool:
        """A digit after its time is asked about; words are for the other desks."""
        if (key := digit(turn.letter.text)) is not None:
            self._tell(turn, "talk_lapsed", digit=key)
        return key is not None

    def _stepped(self, turn: _Turn, talk: Talk) -> bool:
        dialogue, typed = self._dialogues.get(talk.dialogue), turn.letter.text.strip()
        if dialogue is None or not typed:
            return False
        if talk.choices:  # "satu", "l": what a thumb types for a digit
            keys = {choice.key: choice.key for choice in talk.choices}
            typed = pressed(typed, keys, {}, self._language.digits) or typed
        state = {key: value for key, value in talk.state.items() if key != MISSED}
        step = dialogue.step(state, typed, turn.who)
        if self._also_news(turn, talk):  # the officers hear it too: it is perhaps no answer of this dialogue
            step = told_officers(step, typed)
        if step.understood:
            return self._go_on(turn, talk.dialogue, step)
        missed = int(talk.state.get(MISSED, "0")) + 1
        if missed > MISSES or (talk.choices and digit(typed) is None and not short(typed, WRONG_ANSWER)):
            if missed > MISSES:
                self._end(turn)
            return False
        return self._go_on(turn, talk.dialogue, replace(step, state={**(step.state or {}), MISSED: str(missed)}))

    def _also_news(self, turn: _Turn, talk: Talk) -> bool:
        """Whether the number raised an alarm since this dialogue asked for words."""
        if talk.choices or talk.dialogue in HURRIED:
            return False
        return self._alarms.open_alarm(turn.tx, turn.letter.sender, talk.asked_at)

    def _go_on(self, turn: _Turn, name: str, step: Step, *, beside: bool = False) -> bool:
        """Follow the dialogue to its next screen, do what it wants done, and show it. ``beside``: another talk goes
        on."""
        effects: list[Effect] = list(step.effects)
        for _ in range(HANDED_ON):
            if step.goto:
                name = step.goto
                step = self._dialogues[name].begin(turn.who)
            elif step.ask is not None:
                step = self._dialogues[name].answer(turn.tx, step.ask, turn.who, turn.letter.external_id)
            else:
                break
            effects += step.effects
        if step.declined:
            return False
        carry_out(turn.tx, effects, turn.who, turn.letter.channel, self._inbox, turn.letter.external_id)
        if any(isinstance(effect, Erase) for effect in effects):
            self._end(turn)
        elif beside:
            step = replace(step, screen=replace(step.screen, choices=(), last=True))
        elif step.state is None or step.screen.last:
            self._talking.close(turn.tx, turn.letter.sender, turn.now, digit(turn.letter.text))
        else:
            self._keep(turn, name, step, turn.now)
        self._reply(turn, step.screen, name)
        return True

    def _keep(self, turn: _Turn, name: str, step: Step, asked_at: datetime) -> None:
        number, screen, state = turn.letter.sender, step.screen, step.state or {}
        talk = Talk(
            number=number, dialogue=name, state=state, text=screen.text, choices=screen.choices, asked_at=asked_at
        )
        keep_talk(turn.tx, talk)
        self._talking.remember(talk)

    def _end(self, turn: _Turn) -> None:
        self._talking.end(turn.tx, turn.letter.sender)

    def _tell(self, turn: _Turn, key: str, **fields: str) -> None:
        self._reply(turn, Screen(text=self._city.text(turn.who.language, key, **fields), last=True), "")

    def _reply(self, turn: _Turn, screen: Screen, name: str) -> None:
        """One letter for this letter; a question is worthless once its time is over. A screen of nothing is none."""
        now = find(turn.tx, turn.letter.sender)
        if self._written_enough(turn) or not shown(screen) or (now is not None and now.quiet):
            return
        clocks = self._city.clocks
        ends = turn.now + timedelta(seconds=clocks.reply_s if screen.last else clocks.choice_s)
        lane = Lane.EMERGENCY if name in HURRIED - {MENU} else Lane.SERVICE
        key, text = f"{KEY}{turn.letter.external_id}", transliterate(shown(screen))
        answer = turn.letter.reply(text, lane=lane, key=key, expires_at=ends)
        self.greeting.put(turn.tx, answer, turn.who.language, over=screen.last and bool(name), doubt=turn.who.doubt)
        self._enough.warn(turn.tx, turn.letter, turn.who.language, turn.now)

    def _written_enough(self, turn: _Turn) -> bool:
        return self._enough.reached(turn.tx, turn.letter.sender, turn.now)


def _may_slip(dialogue: str, choices: object) -> bool:
    """Whether a word that is nearly a head begins one: not where words are awaited, which may be a name or a street."""
    return bool(choices) or has_ended(dialogue)
