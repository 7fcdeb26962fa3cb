"""Letters kept together: each once, each told its own fate, a bad one by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.clock import VirtualClock, run_virtual
from gateway.bag import HOLD_S, PRESSED, Bag
from gateway.messages import Inbound, Kind
from gateway.store import Store, StoreFault, Tx
from gateway.store.inbound import new_letters

EPOCH = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def letter(name: str, text: str = "halo") -> Inbound:
    return Inbound(
        id=0,
        channel="africastalking",
        kind=Kind.SMS,
        sender="+6281200000001",
        text=text,
        sent_at=None,
        received_at=EPOCH,
        external_id=name,
    )


class Counting(Store):
    """A store that counts its jobs, and may be made to fail one."""

    jobs = 0
    fault: Exception | None = None

    async def write(self, work: Callable[[Tx], Any]) -> Any:
        type(self).jobs += 1
        if self.fault is not None:
            raise self.fault
        return await super().write(work)


def kept(tx: Tx) -> list[str]:
    return sorted(found.external_id for found, _ in new_letters(tx, at_most=1000))


def test_letters_that_come_at_once_are_kept_by_few_jobs_and_each_once(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> tuple[int, list[str]]:
        async with await Counting.open(tmp_path / "store.db", clock) as store:
            bag = Bag(store, clock)
            letters = [letter(f"l{at % 40:02}") for at in range(100)]
            await asyncio.gather(*(bag.keep(one, urgent=False) for one in letters))
            return Counting.jobs, await store.read(kept)

    jobs, names = run_virtual(main, EPOCH)
    assert jobs <= 3
    assert names == [f"l{at:02}" for at in range(40)]


def test_it_is_pressed_while_many_wait(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with await Store.open(tmp_path / "store.db", clock) as store:
            bag = Bag(store, clock)
            waiting = [asyncio.create_task(bag.keep(letter(str(at)), urgent=False)) for at in range(PRESSED)]
            await asyncio.sleep(0)
            assert bag.pressed
            await asyncio.gather(*waiting)
            assert bag.pressed, "more are expected"
            await clock.sleep(2 * HOLD_S)
            assert not bag.pressed
            await bag.keep(letter("alone"), urgent=False)
            assert not bag.pressed

    run_virtual(main, EPOCH)


def test_a_letter_that_cannot_be_kept_keeps_no_other_from_being_kept(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> tuple[list[bool], list[str]]:
        async with await Store.open(tmp_path / "store.db", clock) as store:
            bag = Bag(store, clock)
            texts = ["a", "b\ud800", "c"]  # a lone surrogate is no text of any database
            jobs = (bag.keep(letter(text[0], text), urgent=False) for text in texts)
            ends = await asyncio.gather(*jobs, return_exceptions=True)
            return [isinstance(end, Exception) for end in ends], await store.read(kept)

    failed, names = run_virtual(main, EPOCH)
    assert failed == [False, True, False]
    assert names == ["a", "c"]


def test_a_fault_of_the_store_is_told_to_everybody_who_waits(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> list[Any]:
        async with await Counting.open(tmp_path / "store.db", clock) as store:
            assert isinstance(store, Counting)
            bag = Bag(store, clock)
            store.fault = StoreFault("busy")
            jobs = (bag.keep(letter(str(at)), urgent=False) for at in range(3))
            ends = await asyncio.gather(*jobs, return_exceptions=True)
            store.fault = None
            await bag.keep(letter("later"), urgent=True)
            return [*ends, await store.read(kept)]

    *ends, names = run_virtual(main, EPOCH)
    assert [str(end) for end in ends] == ["busy"] * 3
    assert names == ["later"]


def test_somebody_who_stops_waiting_takes_nobody_with_him(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> list[str]:
        async with await Store.open(tmp_path / "store.db", clock) as store:
            bag = Bag(store, clock)
            gone = asyncio.create_task(bag.keep(letter("gone"), urgent=False))
            other = asyncio.create_task(bag.keep(letter("other"), urgent=False))
            await asyncio.sleep(0)
            gone.cancel()
            await other
            with pytest.raises(asyncio.CancelledError):
                await gone
            return await store.read(kept)

    assert "other" in run_virtual(main, EPOCH)
