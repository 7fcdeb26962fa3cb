"""Whatever phones, providers and crashes do: a path leads where it leads, a turn has one answer, an alarm is one."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import tempfile
from collections.abc import Coroutine
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from config.clock import VirtualClock, VirtualLoop
from gateway.callback import UssdEnded, UssdReply
from gateway.dialogue import Effect, Say, Who
from gateway.ussd_stage import Stage, Stages, packed, unpacked
from tests.fixtures.engines import POSTGRES, leave
from tests.fixtures.whole import examples
from tests.gateway.room import BUDI, EPOCH, SITI
from tests.gateway.ussd_room import CITY, DIALOGUES, Handset, house

STAGES = Stages(DIALOGUES, CITY)
KEY = st.sampled_from(
    ["1", "2", "3", "7", "9", "0", "09", "00", "17", "1#", " 2", "satu", "O", "", "x", "lanjut", "kembali"]
)
NUMBERS = [SITI, BUDI, ""]


def who(number: str = SITI) -> Who:
    return Who(number=number, at=EPOCH, language="id")


def _words_only_last(items: list[str]) -> bool:
    """Whether no screen for words is met before the last input: there what follows would be part of the words."""
    stage = STAGES.begin(who())
    for item in items[:-1]:
        stage = STAGES.take(stage, item, who()).stage
        if not stage.screen.choices and not stage.screen.last:
            return False
    return True


@pytest.mark.sqlite_only("no store is touched")
@given(items=st.lists(KEY, min_size=1, max_size=9), cuts=st.sets(st.integers(1, 8)), aside=st.booleans())
@settings(deadline=None, max_examples=examples(300))
def test_a_path_split_into_turns_in_any_way_ends_where_it_ends_at_once(
    items: list[str], cuts: set[int], aside: bool
) -> None:
    while not _words_only_last(items):
        items = items[:-1]
    left = STAGES.take(STAGES.begin(who()), "2*Siti", who()).stage if aside else None
    if aside:
        items = ["2", *items]  # "no, the menu"
    first = STAGES.begin(who(), left)
    at_once = STAGES.take(first, "*".join(items), who())
    stage, effects = first, list[Effect]()
    edges = [0, *sorted(cut for cut in cuts if cut < len(items)), len(items)]
    for start, end in pairwise(edges):
        moved = STAGES.take(stage, "*".join(items[start:end]), who())
        stage, effects = unpacked(packed(moved.stage)) or stage, [*effects, *moved.effects]
    assert stage == at_once.stage
    assert tuple(effects) == at_once.effects


class Model:
    """What one session should be, by the pure stages alone."""

    def __init__(self, number: str, stage: Stage) -> None:
        self.number = number
        self.stage = stage
        self.at = EPOCH
        self.answers: dict[str, UssdReply] = {}

    @property
    def left_off(self) -> Stage | None:
        return None if STAGES.over(self.stage, who(self.number)) else STAGES.left_off(self.stage)


class Sessions(RuleBasedStateMachine):
    """Phones dial, press, drop; providers repeat; time passes; the process is killed and started."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner(loop_factory=VirtualLoop)
        loop = self.runner.get_loop()
        assert isinstance(loop, VirtualLoop)
        self.clock = VirtualClock(loop, EPOCH)
        self.phones: list[Handset] = []
        self.models: dict[str, Model] = {}
        self.said: list[str] = []
        self.run(self.open())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    async def open(self) -> None:
        self.stack = contextlib.AsyncExitStack()
        self.room = await self.stack.enter_async_context(house(self.clock, self.folder, looping=False))
        for phone in self.phones:
            phone.room = self.room

    @rule(number=st.sampled_from(NUMBERS), path=st.one_of(st.just(""), st.lists(KEY, max_size=4).map("*".join)))
    def dial(self, number: str, path: str) -> None:
        assume(not re.fullmatch(r"\*[\d*]+#", path))  # the code as it was dialled: some post it as the first path
        phone = Handset(self.room, number=number, session=f"ATUid_{len(self.phones)}")
        self.phones.append(phone)
        aside = self.aside(number) if not path.strip(" #*") else None
        model = self.models[phone.session] = Model(number, STAGES.begin(who(number), aside))
        self.turn(phone, model, path, path)

    def aside(self, number: str) -> Stage | None:
        since = self.clock.now() - timedelta(seconds=CITY.clocks.resume_s)
        mine = [one for one in self.models.values() if one.number == number and number and one.at >= since]
        return max(mine, key=lambda one: one.at).left_off if mine else None

    @rule(typed=KEY, nth=st.integers(0, 99))
    def press(self, typed: str, nth: int) -> None:
        if self.phones:
            phone = self.phones[nth % len(self.phones)]
            assert phone.path is not None
            path = f"{phone.path}*{typed}" if phone.path else typed
            if path != phone.path and path:
                self.turn(phone, self.models[phone.session], path, typed)

    def turn(self, phone: Handset, model: Model, path: str, typed: str) -> None:
        self.run(self.clock.sleep(1))  # the newest session is the one with the newest turn
        if path in model.answers:
            assert self.run(phone.post(path)) == model.answers[path]
            return
        moved = STAGES.take(model.stage, typed, who(phone.number))
        model.stage, model.at = moved.stage, self.clock.now()
        self.said += [effect.text for effect in moved.effects if isinstance(effect, Say)]
        model.answers[path] = STAGES.reply(moved.stage, who(phone.number))
        assert self.run(phone.dial(path)) == model.answers[path]

    @rule(nth=st.integers(0, 99), which=st.integers(0, 99), times=st.integers(1, 3))
    def repeat(self, nth: int, which: int, times: int) -> None:
        if self.phones:
            phone = self.phones[nth % len(self.phones)]
            answers = list(self.models[phone.session].answers.items())
            path, reply = answers[which % len(answers)]
            for _ in range(times):
                assert self.run(phone.post(path)) == reply

    @rule(nth=st.integers(0, 99))
    def drop(self, nth: int) -> None:
        if self.phones:
            phone = self.phones[nth % len(self.phones)]
            self.run(self.room.ussd.ended(phone.channel, UssdEnded(session=phone.session, number=phone.number)))

    @rule(seconds=st.sampled_from([5, 300, 950, 86400]))
    def wait(self, seconds: int) -> None:
        self.run(self.clock.sleep(seconds))

    @rule()
    def killed_and_started(self) -> None:
        self.run(self.stack.aclose())
        self.run(self.open())

    def teardown(self) -> None:
        if hasattr(self, "room"):
            assert self.run(self.room.texts()) == sorted(self.said)
            self.run(self.stack.aclose())
            self.runner.close()
            leave(self.folder / "kentongan.db")
            shutil.rmtree(self.folder)


class SharedSessions(Sessions):
    """The same on the other engine."""


TestSessions = Sessions.TestCase
TestSessionsShared = pytest.mark.engine(POSTGRES)(SharedSessions.TestCase)
TestSessions.settings = settings(
    max_examples=examples(15), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSessionsShared.settings = settings(TestSessions.settings, max_examples=examples(5))
