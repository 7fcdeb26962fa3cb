"""The loop ``questions``: letters that wait for a city's system are answered, each once.

    letter's transaction: question ── asked, outside any transaction ── second transaction: question gone, answer and
                                                                        kept rows written, by the turn of the letter

What a crash leaves is asked again; what is older than a minute by then gets a plain apology and is not asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from config.clock import Clock
from config.crash import CrashPoint, no_crash
from eservices.lookup.asks import Find
from eservices.lookup.kept.store import Question, answered, questions, waits
from eservices.lookup.sources.systems import Systems
from gateway.dialogue import Ask
from gateway.messages import Inbound
from gateway.pulse import Bell, Pulse
from gateway.store import Store, StoreFault, Tx
from gateway.store.inbound import letter_named

log = logging.getLogger(__name__)

TICK_S = 5.0  # the table is looked at that often: the bell only makes it quicker
BEAT_S = 60.0  # without a beat for that long the loop counts as stuck
LATEST = timedelta(minutes=1)  # who asked longer ago has asked again, or given up
AT_ONCE = 200  # letters that are being answered
TRIES = 3  # times that answering may stumble before the letter is given up


class Talks(Protocol):
    """What goes on with a letter (``Conversation``)."""

    def resume(self, letter: Inbound, tx: Tx, name: str, ask: Ask) -> None: ...

    def settle(self) -> None: ...


class Questions:
    """``look``: something was committed that may wait. ``crash``: ``asked``, between the answer and its commit."""

    def __init__(
        self,
        systems: Systems,
        store: Store,
        talks: Callable[[], Talks],
        clock: Clock,
        pulse: Pulse,
        crash: CrashPoint = no_crash,
    ) -> None:
        self._systems, self._store, self._talks = systems, store, talks
        self._clock, self._pulse, self._crash = clock, pulse, crash
        self._bell = Bell()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stumbled: dict[str, int] = {}

    def look(self) -> None:
        """Ring the bell."""
        self._bell.ring()

    async def run(self) -> None:
        """Answer, for ever. Who is being answered when it ends is answered after the next start."""
        try:
            while True:
                self._pulse.beat("questions", limit_s=BEAT_S)
                await self._begin()
                await self._bell.wait(self._clock, TICK_S)
        finally:
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _begin(self) -> None:
        """A task for each letter that waits: one that hangs delays no other."""
        room, busy = AT_ONCE - len(self._tasks), list(self._tasks)
        try:
            found = await self._store.read(lambda tx: questions(tx, room, busy))
        except StoreFault as fault:
            log.error("letters that wait for an answer are not looked up: %s", fault)
            return
        for question in found:
            task = asyncio.create_task(self._one(question), name=f"question {question.lookup}")
            self._tasks[question.turn] = task
            task.add_done_callback(lambda _, turn=question.turn: self._tasks.pop(turn, None))  # type: ignore[misc]

    async def _one(self, question: Question) -> None:
        """Never raises but what is no ``Exception``."""
        asked = self._clock.now() - question.asked_at <= LATEST and question.turn not in self._stumbled
        try:
            if asked:
                await self._systems.ask(question)
                self._crash("asked")
            with self._systems.for_good(question.turn, asked=asked):
                await self._store.write(lambda tx: self._answer(tx, question))
        except StoreFault as fault:
            log.error("an answer waits for the store: %s", fault)
            return
        except Exception:
            log.exception("answering a question to %s stumbled", question.lookup)
            await self._stumble(question)
            return
        self._stumbled.pop(question.turn, None)
        self._talks().settle()

    def _answer(self, tx: Tx, question: Question) -> None:
        """The letter that answers, and that it is answered: both or neither."""
        if not answered(tx, question.turn):
            return  # its person was forgotten meanwhile, or another process was faster
        letter = letter_named(tx, question.turn)
        if letter is not None and letter.sender == question.number:
            self._talks().resume(letter, tx, question.lookup, Find(key=question.key))
        if waits(tx, question.turn):
            raise RuntimeError("a question that was answered is asked again")

    async def _stumble(self, question: Question) -> None:
        """What stumbles over an answer is excused the next time; what stumbles over that too is given up: it must not
        stop others for ever."""
        self._stumbled[question.turn] = self._stumbled.get(question.turn, 0) + 1
        if self._stumbled[question.turn] < TRIES:
            return
        log.error("a question to %s is given up", question.lookup)
        self._stumbled.pop(question.turn, None)
        try:
            await self._store.write(lambda tx: answered(tx, question.turn))
        except StoreFault as fault:
            log.error("it is not: %s", fault)
