"""Reports come late, twice and in any order: the end is the same."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import VirtualClock
from gateway.messages import Delivery, Lane, Outbound, Receipt
from gateway.store import Store, put
from gateway.store.claiming import Wish, claim
from gateway.store.outbound import OUTBOUND
from gateway.store.receipts import add_receipt
from gateway.store.sending import Settled, settle
from tests.gateway.room import SITI, letter, opened, play

CHANNEL = "kannel"


def wish(parts: int) -> Wish:
    return Wish(
        channel=CHANNEL,
        least=0,
        most=2,
        takes=lambda errand: True,
        ever=lambda letter, without: True,
        parts=lambda letter: parts,
    )


async def send(store: Store, one: Outbound, references: Sequence[str]) -> None:
    await store.write(lambda tx: put(tx, one))
    for reference in references:
        claimed = await store.write(lambda tx: claim(tx, wish(len(references))))
        assert claimed is not None
        ended = Settled(state="sent", reference=reference)
        assert await store.write(lambda tx, held=claimed, end=ended: settle(tx, held, end))  # type: ignore[misc]


async def told(store: Store, clock: VirtualClock, reference: str, delivery: Delivery, to: str = SITI) -> None:
    said = Receipt(channel=CHANNEL, reference=reference, to=to, delivery=delivery, at=clock.now())
    await store.write(lambda tx: add_receipt(tx, said, clock.now()))


async def state(store: Store, key: str) -> str:
    return str(await store.read(lambda tx: tx.execute(OUTBOUND.select().filter_by(key=key)).one().state))


@settings(max_examples=12, deadline=None)
@given(
    said=st.lists(st.tuples(st.sampled_from(["p1", "p2"]), st.sampled_from(list(Delivery))), min_size=1, max_size=3),
    more=st.lists(st.integers(0, 2), max_size=3),
)
def test_any_order_and_any_repeats_of_the_same_reports_end_in_the_same_state(
    said: list[tuple[str, Delivery]], more: list[int]
) -> None:
    every = [*said, *(said[which % len(said)] for which in more)]

    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            ends = set()
            for nth, order in enumerate(itertools.islice(itertools.permutations(every), 24)):
                two = f"{nth}p1", f"{nth}p2"
                await send(store, letter(key=f"{nth}", lane=Lane.SERVICE), two)
                for reference, delivery in order:
                    await told(store, clock, f"{nth}{reference}", delivery)
                ends.add(await state(store, f"{nth}"))
            assert len(ends) == 1, ends

    play(main)


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ({"p1": ["delivered"], "p2": ["delivered"]}, "delivered"),
        ({"p1": ["read"], "p2": ["delivered"]}, "delivered"),
        ({"p1": ["delivered", "read"], "p2": ["read"]}, "read"),
        ({"p1": ["delivered"], "p2": ["trying"]}, "sent"),
        ({"p1": ["delivered"], "p2": ["failed"]}, "failed"),
        ({"p1": ["failed"], "p2": []}, "failed"),
        ({"p1": ["failed", "delivered"], "p2": ["delivered"]}, "delivered"),
        ({"p1": ["read", "failed"], "p2": ["read", "trying"]}, "read"),
    ],
)
def test_of_a_part_the_best_news_holds_and_of_a_letter_the_worst_part(said: dict[str, list[str]], ends: str) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await send(store, letter(key="k"), ("p1", "p2"))
            for reference, words in said.items():
                for word in words:
                    await told(store, clock, reference, Delivery(word))
            assert await state(store, "k") == ends

    play(main)


def test_a_report_that_names_no_recipient_is_joined_by_its_reference() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await told(store, clock, "early", Delivery.DELIVERED, "")
            await send(store, letter(key="a"), ("late",))
            await told(store, clock, "late", Delivery.DELIVERED, "")
            assert await state(store, "a") == "delivered"

    play(main)


def test_a_modems_reference_that_went_round_does_not_speak_of_the_old_letter() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await send(store, letter(key="old"), ("7",))
            await told(store, clock, "7", Delivery.FAILED)
            await store.write(lambda tx: put(tx, letter("baru", key="new")))
            claimed = await store.write(lambda tx: claim(tx, wish(1)))
            assert claimed is not None
            await told(store, clock, "7", Delivery.DELIVERED)  # before the send has returned
            await store.write(lambda tx: settle(tx, claimed, Settled(state="sent", reference="7")))
            assert [await state(store, "old"), await state(store, "new")] == ["failed", "delivered"]

    play(main)
