"""What conversations and alarms must know of each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from config.language import Language
from gateway.dialogue import Say, Step
from gateway.messages import Inbound
from gateway.store import Tx
from gateway.words import normal


class Alarms(Protocol):
    """What a conversation must know of emergencies (``dispatch.cries.Cries``)."""

    def cry(self, text: str, *, words_awaited: bool) -> bool: ...
    def alarm(self, text: str) -> bool: ...
    def cancels(self, text: str) -> bool: ...
    def open_alarm(self, tx: Tx, number: str, since: datetime | None = None) -> bool: ...
    def secret(self, tx: Tx, number: str, since: datetime | None = None) -> bool: ...
    def ours(self, tx: Tx, letter: Inbound, since: datetime, *, words: bool) -> bool: ...


class Heard(Protocol):
    """A conversation, as the part of it that raises alarms needs it."""

    def may_be_ours(self, letter: Inbound, *, hurried: bool) -> bool: ...
    def handle(self, letter: Inbound, tx: Tx) -> None: ...
    def wake(self) -> None: ...


class Hurried:
    """The part of the conversation that may raise an alarm: its letters go first, and are handled on a full disk."""

    name = "conversation"
    urgent = True

    def __init__(self, conversation: Heard) -> None:
        self._conversation = conversation

    def takes(self, letter: Inbound) -> bool:
        return self._conversation.may_be_ours(letter, hurried=True)

    def handle(self, letter: Inbound, tx: Tx) -> None:
        self._conversation.handle(letter, tx)

    def wake(self) -> None:
        self._conversation.wake()


def asks_for_help(language: Language, text: str) -> bool:
    """Whether a text that names an illness also asks for help, now. Pure."""
    said = f" {normal(text)} "
    return any(f" {phrase} " in said for phrase in (*language.help, *language.urgent))


def told_officers(step: Step, text: str) -> Step:
    """The step, and the text said to the alarm of its number too: "belum datang pak" is perhaps no word about a
    complaint."""
    return replace(step, effects=(*step.effects, Say(text=text, urgent=True)))
