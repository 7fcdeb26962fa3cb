"""Whatever channels, network, clock and crashes do: every letter ends in a named state, none leaves late, none leaves
twice unmarked, none is repeated oftener than there are further channels, and every message is in the ledger."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from config.clock import VirtualClock, VirtualLoop
from gateway.messages import Delivery, Lane, Receipt
from gateway.outbox import Outbox
from gateway.pulse import Pulse
from gateway.store import Tx, cancel, put
from gateway.store.outbound import OUTBOUND
from gateway.store.receipts import add_receipt
from gateway.store.spending import ledger
from tests.fixtures.engines import POSTGRES, fresh, leave, open_store
from tests.fixtures.whole import WHOLE, examples
from tests.gateway.room import EPOCH, Crash, Radio, letter

ENDED = {"sent", "delivered", "read", "failed", "refused", "expired", "unknown", "cancelled", "dead"}
NUMBERS = [f"+62812345678{n:02d}" for n in range(3)]


class Post(RuleBasedStateMachine):
    """One outbox over crashes, with two modems, one of which calls, and a dear provider; ``due`` holds when each
    letter's time is over."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner(loop_factory=VirtualLoop)
        loop = self.runner.get_loop()
        assert isinstance(loop, VirtualLoop)
        self.clock = VirtualClock(loop, EPOCH)
        self.radios = [
            Radio(self.clock, price=350.0),
            Radio(self.clock, name="m2", well=False, calls=True, price=350.0),
            Radio(self.clock, name="kannel", kind="provider", price=500.0, report=True),
        ]
        self.due: dict[str, datetime] = {}
        self.crash_at: str | None = None
        self.crashes = 0
        self.task: asyncio.Task[None] | None = None
        self.run(self.open())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    async def open(self) -> None:
        if self.task is None:
            fresh(self.folder / "k.db")
        self.store = await open_store(self.folder / "k.db", self.clock, inline=True)
        self.outbox = Outbox(self.store, self.radios, self.clock, self.crash, Pulse(self.clock), doubt_s=45.0)
        self.task = asyncio.ensure_future(self.outbox.run())

    def crash(self, point: str) -> None:
        if point == self.crash_at:
            self.crash_at = None
            raise Crash(point)

    async def pass_time(self, seconds: float) -> None:
        """Time passes; a crash on the way is followed by a start."""
        end = self.clock.monotonic() + seconds
        while self.clock.monotonic() < end:
            assert self.task is not None
            await asyncio.wait([self.task], timeout=end - self.clock.monotonic())
            if self.task.done():
                assert isinstance(self.task.exception(), Crash)
                self.crashes += 1
                await self.store.abandon()
                await self.open()

    @rule(
        lane=st.sampled_from(list(Lane)),
        to=st.sampled_from([*NUMBERS, "363"]),
        parts=st.integers(1, 3),
        minutes=st.sampled_from([1, 5, 60]),
    )
    def put(self, lane: Lane, to: str, parts: int, minutes: int) -> None:
        name = f"surat {len(self.due)} "
        text = name + "x" * (parts * 153 - len(name) - 10)
        until = self.clock.now() + timedelta(minutes=minutes)
        new = letter(text, to, lane=lane, key=name, expires_at=until)
        self.due[text] = until
        self.run(self.store.write(lambda tx: (put(tx, new), put(tx, new))))
        self.outbox.wake()

    @rule(which=st.integers(0, 9))
    def cancel(self, which: int) -> None:
        self.run(self.store.write(lambda tx: cancel(tx, [f"surat {which} "])))

    @rule(which=st.integers(0, 2), moods=st.lists(st.sampled_from(["ok", "busy", "refused", "doubtful"]), max_size=5))
    def moods(self, which: int, moods: list[str]) -> None:
        self.radios[which].moods, self.radios[which].occupied = moods, False

    @rule(which=st.integers(0, 2), well=st.booleans(), air_s=st.sampled_from([0.0, 1.0, 40.0]))
    def channel(self, which: int, well: bool, air_s: float) -> None:
        self.radios[which].well, self.radios[which].air_s = well, air_s
        self.outbox.wake()

    @rule(which=st.integers(0, 2), occupied=st.booleans())
    def call(self, which: int, occupied: bool) -> None:
        if (
            "busy" not in self.radios[which].moods
        ):  # a modem in a call keeps a letter waiting, and is never busy at once
            self.radios[which].occupied = occupied
        self.outbox.wake()

    @rule(point=st.sampled_from(["claim", "wire", "settle"]))
    def crash_soon(self, point: str) -> None:
        self.crash_at = point

    @rule(
        channel=st.sampled_from(["m1", "m2", "kannel"]),
        reference=st.integers(1, 9),
        to=st.sampled_from(NUMBERS),
        delivery=st.sampled_from(list(Delivery)),
    )
    def report(self, channel: str, reference: int, to: str, delivery: Delivery) -> None:
        said = Receipt(channel=channel, reference=str(reference), to=to, delivery=delivery, at=self.clock.now())
        self.run(self.store.write(lambda tx: add_receipt(tx, said, self.clock.now())))

    @rule(seconds=st.sampled_from([0.5, 3.0, 50.0, 400.0]))
    def wait(self, seconds: float) -> None:
        self.run(self.pass_time(seconds))

    @invariant()
    def nothing_left_late_or_twice_unmarked(self) -> None:
        if not hasattr(self, "radios"):
            return
        left: Counter[tuple[str, int]] = Counter()
        for radio in self.radios:
            for text, part, _, at in radio.sent:
                assert at < self.due[text.removeprefix("(ulang) ")], f"{text[:20]} left late"
                left[text, part] += 1
        again = [text for (text, _), times in left.items() if times > 1]
        assert all(self.may_leave_twice(text) for text in again), f"left twice: {[text[:20] for text in again]}"

    def may_leave_twice(self, text: str) -> bool:
        """A long emergency is begun again on another channel when its own is lost in the middle; a doubtful one is
        repeated once by each further channel."""
        by = [radio.texts.count(text) for radio in self.radios if text in radio.texts]
        if len(text) > 153:
            return len(by) > 1
        return text.startswith("(ulang)") and max(by) == 1 and len(by) < len(self.radios)

    def teardown(self) -> None:
        if not hasattr(self, "radios"):
            return
        for radio in self.radios:
            radio.well, radio.mood, radio.moods, radio.occupied = True, "ok", [], False
        self.run(self.pass_time(4000.0))
        rows = self.run(self.store.read(_rows))
        assert len({key for key, _, _ in rows}) == len(rows)
        assert {state for _, _, state in rows} <= ENDED
        assert {text for _, text, _ in rows if not text.startswith("(ulang)")} == set(self.due)
        assert sum(state == "unknown" for _, _, state in rows) <= sum(len(radio.sent) for radio in self.radios) + (
            2 * 3 * self.crashes
        )
        spent, left = sum(self.run(self.store.read(_messages))), sum(len(radio.sent) for radio in self.radios)
        assert left - 2 * len(self.radios) * self.crashes <= spent <= left, "the ledger does not say what left"
        self.run(self.finish())
        self.nothing_left_late_or_twice_unmarked()
        self.runner.close()
        leave(self.folder / "k.db")
        shutil.rmtree(self.folder)

    async def finish(self) -> None:
        assert self.task is not None
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task
        await self.store.close()


def _rows(tx: Tx) -> list[tuple[str, str, str]]:
    return [(row.key, row.text, row.state) for row in tx.execute(OUTBOUND.select())]


def _messages(tx: Tx) -> list[int]:
    return [line.parts for line in ledger(tx, "2026-01-01")]


class SharedPost(Post):
    """The same on the other engine."""


TestPost = Post.TestCase
TestPostShared = pytest.mark.engine(POSTGRES)(SharedPost.TestCase)
TestPost.settings = settings(
    max_examples=examples(25), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestPostShared.settings = settings(TestPost.settings, max_examples=10 if WHOLE else 4)
