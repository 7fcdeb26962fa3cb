"""Where a USSD session stands, and where an input takes it. Pure: dialogues, pages and the question "go on?"."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from config.language import language_of
from gateway.asking import chosen
from gateway.callback import UssdReply
from gateway.dialogue import Ask, Choice, Dialogue, Effect, Say, Screen, State, Step, Who
from gateway.paging import BACK, NEXT, Paged, Turning, paged
from gateway.store import Tx
from gateway.ussd_input import pressed, split, written

if TYPE_CHECKING:
    from config.city import City

log = logging.getLogger(__name__)

HANDED_ON = 5  # dialogues that one input may pass through; more is a ring
MOST_ASKED = 12  # questions to the store in one turn; a whole path may be dialled at once
GO_ON, ANEW, EMERGENCY = "1", "2", "3"  # the answers to "go on?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is shown, of which dialogue, and which page of it. ``dialogue`` empty: the question whether to go on with
    ``aside``, which a session that dropped left behind. ``state`` None: the dialogue has ended."""

    dialogue: str
    state: State | None
    screen: Screen
    page: int = 0
    aside: Stage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Only the store knows how it goes on: the question of which dialogue, and the inputs that come after it."""

    dialogue: str
    ask: Ask
    rest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Where an input led, and what is to be done. ``asked``: ``stage`` is where it stood before that question."""

    stage: Stage
    effects: tuple[Effect, ...] = ()
    asked: Asked | None = None


def packed(stage: Stage) -> str:
    """The stage as JSON."""
    return json.dumps(_pack(stage), ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> Stage | None:
    """The stage of such a text; None where it is of another version."""
    try:
        return _unpack(json.loads(text)) if text else None
    except (ValueError, KeyError, TypeError) as error:
        log.error("a USSD session's stage cannot be read: %r", error)
        return None


def _pack(stage: Stage) -> dict[str, Any]:
    screen = stage.screen
    return {
        "dialogue": stage.dialogue,
        "state": dict(stage.state) if stage.state is not None else None,
        "text": screen.text,
        "choices": [[choice.key, choice.label] for choice in screen.choices],
        "last": screen.last,
        "page": stage.page,
        **({"aside": _pack(stage.aside)} if stage.aside is not None else {}),
    }


def _unpack(data: Mapping[str, Any]) -> Stage:
    choices = tuple(Choice(key=str(key), label=str(label)) for key, label in data["choices"])
    return Stage(
        dialogue=str(data["dialogue"]),
        state=data["state"],
        screen=Screen(text=str(data["text"]), choices=choices, last=bool(data["last"])),
        page=int(data["page"]),
        aside=_unpack(data["aside"]) if "aside" in data else None,
    )


class Stages:
    """Moves sessions through ``dialogues``; the first is the menu, whose first choice is the emergency."""

    def __init__(self, dialogues: Sequence[Dialogue], city: City) -> None:
        self._menu = dialogues[0]
        self._dialogues = {dialogue.name: dialogue for dialogue in dialogues}
        self._city = city
        self._digits = language_of(city).digits
        self._turnings = {
            lang: Turning(next=city.text(lang, "ussd_next"), back=city.text(lang, "ussd_back"))
            for lang in city.languages
        }

    # -- showing

    def reply(self, stage: Stage, who: Who) -> UssdReply:
        """The page that is shown."""
        pages = self._view(stage, who).pages
        return UssdReply(text=pages[min(stage.page, len(pages) - 1)], more=not self.over(stage, who))

    def over(self, stage: Stage, who: Who) -> bool:
        """Whether nothing more can be answered: the end is shown, to its last page."""
        return stage.screen.last and stage.page >= len(self._view(stage, who).pages) - 1

    def left_off(self, stage: Stage | None) -> Stage | None:
        """What may be gone on with when the phone dials again; None where it would be the menu, or nothing."""
        if stage is None or not stage.dialogue:
            return stage.aside if stage is not None else None
        unfinished = stage.state is not None and not stage.screen.last
        return stage if unfinished and stage.dialogue != self._menu.name else None

    def alarming(self, stage: Stage, who: Who) -> bool:
        """Whether the stage leads to an alarm or is in one: it is shown even while nothing can be kept."""
        return not stage.screen.last and stage.dialogue in ("", self._menu.name, self.emergency(who))

    def headed(self, stage: Stage, text: str) -> Stage:
        """The same with ``text`` in the place of what is said above the choices, or above what is asked in words."""
        said = text if stage.screen.choices else f"{text}\n{stage.screen.text}"
        return replace(stage, screen=replace(stage.screen, text=said), page=0)

    # -- moving

    def begin(self, who: Who, aside: Stage | None = None) -> Stage:
        """The first screen: the menu, or whether to go on with ``aside``."""
        first = self._landed(self._menu.name, self._menu.begin(who))
        if aside is None:
            return first
        say = self._city.text
        choices = (
            Choice(key=GO_ON, label=say(who.language, "ussd_yes")),
            Choice(key=ANEW, label=say(who.language, "ussd_menu")),
            *(replace(choice, key=EMERGENCY) for choice in first.screen.choices[:1]),
        )
        screen = Screen(text=say(who.language, "ussd_resume"), choices=choices)
        return Stage(dialogue="", state={}, screen=screen, aside=aside)

    def open(self, name: str, who: Who) -> Moved:
        """The first screen of that dialogue, or the question that only the store can answer. Raises KeyError."""
        dialogue = self._dialogues[name]
        return self._followed(dialogue, dialogue.begin(who), who, self.begin(who))

    def say(self, stage: Stage, said: str, who: Who) -> Moved:
        """Where a choice's own key leads, or words: for a face that offers a list in its own way."""
        said = written(said)
        return self._step(stage, said, who) if said and not stage.screen.last else Moved(stage=stage)

    def take(self, stage: Stage, typed: str, who: Who) -> Moved:
        """Where ``typed`` leads: one input, or several with stars between. Where words are awaited all of it is one;
        what is typed after the end is not looked at."""
        effects: list[Effect] = []
        rest: str | None = typed
        while rest is not None and not self.over(stage, who):
            one, after = split(rest)
            turned = self._turned(stage, one, who)
            if turned is not None:
                stage, rest = turned, after
                continue
            if not stage.screen.choices:
                one, after = rest, None
            rest = after
            if said := self._meant(stage, one, who):
                moved = self._step(stage, said, who)
                stage = moved.stage
                effects += moved.effects
                if moved.asked is not None:
                    return Moved(stage=stage, effects=tuple(effects), asked=replace(moved.asked, rest=rest))
        return Moved(stage=stage, effects=tuple(effects))

    def ahead(self, moved: Moved, who: Who) -> Awaitable[None] | None:
        """What must be fetched before the question is answered; nothing where an alarm may be raised."""
        asked = moved.asked
        urgent = any(isinstance(effect, Say) for effect in moved.effects)
        if asked is None or urgent or asked.dialogue == self.emergency(who):
            return None
        return self._dialogues[asked.dialogue].ahead(asked.ask, who)

    def answered(self, tx: Tx, moved: Moved, who: Who, turn: str) -> Moved:
        """Where the input leads once the store has answered, in the transaction that keeps the turn."""
        for nth in range(MOST_ASKED):
            asked = moved.asked
            if asked is None:
                return moved
            step = self._dialogues[asked.dialogue].answer(tx, asked.ask, who, f"{turn}|{nth}")
            after = self._followed(self._dialogues[asked.dialogue], step, who, moved.stage)
            if after.asked is not None:
                after = replace(after, asked=replace(after.asked, rest=asked.rest))
            elif asked.rest is not None:
                on = self.take(after.stage, asked.rest, who)
                after = replace(on, effects=(*after.effects, *on.effects))
            moved = replace(after, effects=(*moved.effects, *after.effects))
        raise RuntimeError(f"a USSD turn asks the store more than {MOST_ASKED} times")

    def _turned(self, stage: Stage, one: str, who: Who) -> Stage | None:
        """The other page that the input asks for; the same stage where nothing else can be meant."""
        view = self._view(stage, who)
        key = pressed(one, view.keys, self._turns(stage, view, who), self._digits)
        if key is None or key in view.keys:
            return stage if stage.screen.last else None
        shift = {NEXT: 1, BACK: -1}.get(key, 0)
        return replace(stage, page=stage.page + shift)

    def _turns(self, stage: Stage, view: Paged, who: Who) -> Mapping[str, str]:
        """The keys that turn the page that is shown."""
        turning, last = self._turning(who), len(view.pages) - 1
        onward = {NEXT: turning.next} if stage.page < last else {}
        return onward | ({BACK: turning.back} if stage.page > 0 else {})

    def _meant(self, stage: Stage, one: str, who: Who) -> str:
        """The dialogue's own key for what was typed, or the words; "" for nothing."""
        if not stage.screen.choices:
            return written(one)
        keys = self._view(stage, who).keys
        key = pressed(one, keys, {}, self._digits)
        return written(one) if key is None else keys.get(key, "")

    def _step(self, stage: Stage, said: str, who: Who) -> Moved:
        if not stage.dialogue:
            return self._go_on(stage, said, who)
        dialogue = self._dialogues.get(stage.dialogue)
        if dialogue is None or stage.state is None:  # stored by a version that had other dialogues
            return Moved(stage=self.begin(who))
        return self._followed(dialogue, dialogue.step(stage.state, said, who), who, stage)

    def _go_on(self, stage: Stage, said: str, who: Who) -> Moved:
        """The answer to "go on?". What is none of the answers is said to the menu: perhaps it is a cry."""
        answer = chosen(stage.screen.choices, said)
        if answer is not None and answer.key == GO_ON and stage.aside is not None:
            return Moved(stage=stage.aside)
        menu = self.begin(who)
        if answer is not None and answer.key == ANEW:
            return Moved(stage=menu)
        emergency = answer is not None and answer.key == EMERGENCY
        return self._step(menu, menu.screen.choices[0].key if emergency else said, who)

    def _followed(self, dialogue: Dialogue, step: Step, who: Who, before: Stage) -> Moved:
        """The step, and the dialogues it hands on to."""
        effects = list(step.effects)
        for _ in range(HANDED_ON):
            if not step.goto:
                break
            dialogue = self._dialogues[step.goto]
            step = dialogue.begin(who)
            effects += step.effects
        if step.ask is not None:
            return Moved(stage=before, effects=tuple(effects), asked=Asked(dialogue=dialogue.name, ask=step.ask))
        stage = self._landed(dialogue.name, step)
        if not step.understood and before.dialogue == dialogue.name:
            stage = replace(stage, page=min(before.page, len(self._view(stage, who).pages) - 1))
        return Moved(stage=stage, effects=tuple(effects))

    def _landed(self, name: str, step: Step) -> Stage:
        screen = step.screen if step.state is not None else replace(step.screen, choices=(), last=True)
        return Stage(dialogue=name, state=step.state, screen=screen)

    @property
    def menu(self) -> str:
        """The dialogue that every other leads back to."""
        return self._menu.name

    def emergency(self, who: Who) -> str:
        """The dialogue behind the menu's first choice."""
        menu = self._menu.begin(who)
        if menu.state is None or not menu.screen.choices:
            return ""
        return self._menu.step(menu.state, menu.screen.choices[0].key, who).goto

    def _view(self, stage: Stage, who: Who) -> Paged:
        return paged(stage.screen, self._turning(who))

    def _turning(self, who: Who) -> Turning:
        return self._city.said(who.language, self._turnings)
