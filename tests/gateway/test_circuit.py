"""A provider that fails again and again is left alone, asked now and then, and used again."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from random import Random

from config.clock import VirtualClock
from gateway.channel import Busy
from gateway.circuit import BACK_OFF_S, JITTER, PROBE_S, Circuit
from gateway.pulse import Part, Pulse, Status
from tests.gateway.room import play


@dataclass(slots=True)
class Provider:
    """The other end of a probe. ``mood``: well, down, mute."""

    clock: VirtualClock
    mood: str = "well"
    probed: list[float] = field(default_factory=list)
    told: int = 0

    async def probe(self) -> None:
        self.probed.append(self.clock.monotonic())
        if self.mood == "mute":
            await self.clock.sleep(3600)
        if self.mood == "down":
            raise Busy("500 Internal Server Error")

    def changed(self) -> None:
        self.told += 1


@contextlib.asynccontextmanager
async def guarded(clock: VirtualClock, provider: Provider) -> AsyncIterator[tuple[Circuit, Pulse]]:
    pulse = Pulse(clock)
    circuit = Circuit(clock, pulse, "kannel", provider.probe, rng=Random(1), changed=provider.changed)
    loop = asyncio.create_task(circuit.run())
    try:
        yield circuit, pulse
    finally:
        loop.cancel()
        await asyncio.wait([loop])


def shown(pulse: Pulse) -> Part:
    (part,) = [part for part in pulse.parts() if part.kind == "provider"]
    return part


def test_three_failures_in_a_row_open_it_and_a_success_between_does_not_count() -> None:
    async def main(clock: VirtualClock) -> None:
        async with guarded(clock, provider := Provider(clock)) as (circuit, pulse):
            await clock.sleep(1)
            for _ in range(5):
                circuit.failed("time-out")
                circuit.failed("time-out")
                assert (circuit.well, shown(pulse).status) == (True, Status.DEGRADED)
                circuit.worked()
                assert shown(pulse).status is Status.OK
            for _ in range(3):
                circuit.failed("no such host")
            assert (circuit.well, shown(pulse).status) == (False, Status.FAILED)
            assert shown(pulse).detail == "no such host"
            assert provider.told == 1

    play(main)


def test_one_failure_that_says_enough_opens_it() -> None:
    async def main(clock: VirtualClock) -> None:
        async with guarded(clock, Provider(clock)) as (circuit, _):
            circuit.failed("401: the key is wrong", surely=True)
            assert not circuit.well

    play(main)


def test_it_is_probed_with_growing_waits_and_jitter_and_closes_when_a_probe_is_answered() -> None:
    async def main(clock: VirtualClock) -> None:
        async with guarded(clock, provider := Provider(clock, mood="down")) as (circuit, pulse):
            circuit.failed("gone", surely=True)
            begin = clock.monotonic()
            await clock.sleep(600)
            times = [begin, *provider.probed]
            waits = [after - before for before, after in itertools.pairwise(times)]
            steps = [*BACK_OFF_S, *[BACK_OFF_S[-1]] * len(waits)]
            assert all(abs(wait - step) <= step * JITTER for wait, step in zip(waits, steps, strict=False))
            assert len({round(wait, 3) for wait in waits[5:]}) > 1, "no jitter"
            provider.mood = "well"
            await clock.sleep(BACK_OFF_S[-1] * (1 + JITTER))
            assert (circuit.well, shown(pulse).status, provider.told) == (True, Status.OK, 2)

    play(main)


def test_a_provider_that_answers_probes_but_no_letter_is_left_alone_ever_longer() -> None:
    async def main(clock: VirtualClock) -> None:
        async with guarded(clock, provider := Provider(clock)) as (circuit, _):
            circuit.failed("500", surely=True)
            opened_at, waits = clock.monotonic(), []
            for _ in range(4):
                while not circuit.well:
                    await clock.sleep(0.1)
                waits.append(clock.monotonic() - opened_at)
                circuit.failed("500")  # one is enough: only a probe went well since
                assert not circuit.well
                opened_at = clock.monotonic()
            assert waits == sorted(waits), waits
            assert waits[-1] > 3 * waits[0]
            while not circuit.well:
                await clock.sleep(0.1)
            circuit.worked()
            circuit.failed("500")
            assert circuit.well
            assert provider.told == 10

    play(main)


def test_a_provider_that_breaks_its_word_for_days_is_still_probed_every_minute() -> None:
    async def main(clock: VirtualClock) -> None:
        async with guarded(clock, Provider(clock)) as (circuit, _):
            circuit.failed("500", surely=True)
            for _ in range(1100):  # more than the doublings that a float can hold
                opened_at = clock.monotonic()
                while not circuit.well:
                    await clock.sleep(5.0)
                assert clock.monotonic() - opened_at <= 80.0
                circuit.failed("500")

    play(main)


def test_a_provider_that_dies_while_nobody_writes_is_seen_within_180_seconds() -> None:
    for mood in ("down", "mute"):

        async def main(clock: VirtualClock, mood: str = mood) -> None:
            async with guarded(clock, provider := Provider(clock)) as (circuit, pulse):
                await clock.sleep(301)
                assert shown(pulse).status is Status.OK
                provider.mood = mood
                await clock.sleep(180)
                assert (circuit.well, shown(pulse).status) == (False, Status.FAILED)
                assert len(provider.probed) < 20

        play(main)


def test_the_loop_beats_while_the_provider_is_mute() -> None:
    async def main(clock: VirtualClock) -> None:
        async with guarded(clock, Provider(clock, mood="mute")) as (_, pulse):
            for _ in range(60):
                await clock.sleep(PROBE_S * 3)
                assert pulse.beating("provider kannel")

    play(main)
