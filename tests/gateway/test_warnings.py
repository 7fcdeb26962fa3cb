"""A warning needs two different persons: by page and by code, at any hour, everything written down."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from config.city import load_city
from config.clock import VirtualClock
from gateway.broadcast.areas import EVERYBODY
from gateway.broadcast.consent import (
    PROPOSED_FOR,
    TRIES,
    WORTH,
    NotAgreed,
    Proposal,
    agree,
    by_code,
    end,
    propose,
    texts_of,
)
from gateway.broadcast.store.keeping import ends_of, find
from gateway.broadcast.values import Broadcast, Stage
from gateway.broadcast.writing import Broadcasts
from gateway.store import Store, Tx
from gateway.store.audit import AUDIT_LINE as LINE
from gateway.store.outbound import OUTBOUND
from gateway.store.people import save
from tests.gateway.room import opened, play
from tests.gateway.test_broadcast import resident

CITY = load_city("binjai")
CENTRE, DUTY = (post.number for post in CITY.operators)
FLOOD = {"place": "Jl. Kentang", "description": "air sungai naik cepat"}


def codes() -> Callable[[], str]:
    """111111, 222222 …"""
    numbers = itertools.count(1)
    return lambda: f"{next(numbers) * 111111:06}"


def flood(**changes: object) -> Proposal:
    fields: dict[str, object] = {"template": "flood", "area": EVERYBODY, "said": FLOOD, "by": "sari", "how": "page"}
    return Proposal(**{**fields, **changes})  # type: ignore[arg-type]


async def proposed(store: Store, clock: VirtualClock, **changes: object) -> Broadcast:
    await store.write(lambda tx: [save(tx, resident(nth)) for nth in range(3)])
    return await store.write(lambda tx: propose(tx, CITY, flood(**changes), clock.now(), codes()))


async def stage(store: Store, one: Broadcast) -> Stage:
    now = await store.read(lambda tx: find(tx, one.id))
    assert now is not None
    return now.stage


async def asked(store: Store) -> list[str]:
    return await store.read(lambda tx: list(tx.execute(select(OUTBOUND.c.recipient).order_by(OUTBOUND.c.id)).scalars()))


async def acts(store: Store) -> list[str]:
    return await store.read(lambda tx: list(tx.execute(select(LINE.c.what).order_by(LINE.c.seq)).scalars()))


def test_a_proposal_sends_nothing_but_a_code_to_everybody_who_may_be_the_second() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            one = await proposed(store, clock)
            chore = Broadcasts(CITY)
            await store.write(lambda tx: chore.run(tx, clock.now()))
            assert await stage(store, one) is Stage.PROPOSED
            assert await asked(store) == [CENTRE, DUTY]

    play(main)


@pytest.mark.parametrize(("by", "number"), [("Pusat Komando", ""), ("pusat komando", ""), ("sari", CENTRE)])
def test_the_proposers_own_telephone_gets_no_code(by: str, number: str) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            one = await proposed(store, clock, by=by, number=number)
            assert await asked(store) == [DUTY]
            answered = await store.write(lambda tx: by_code(tx, CENTRE, "111111", "sms", clock.now()))
            assert (answered.agreed, answered.waits) == (None, False)
            assert await stage(store, one) is Stage.PROPOSED

    play(main)


def test_a_code_holds_once_from_its_own_number_and_begins_the_warning() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            one = await proposed(store, clock)
            other = await store.write(lambda tx: by_code(tx, DUTY, "111111", "sms", clock.now()))
            assert (other.agreed, other.left) == (None, TRIES - 1), "the centre's code is nothing from another phone"
            mine = await store.write(lambda tx: by_code(tx, DUTY, "kode 222222!", "sms", clock.now()))
            assert mine.agreed is not None
            assert (mine.agreed.agreed_by, mine.agreed.expires_at) == ("Piket Polres", clock.now() + WORTH)
            assert await stage(store, one) is Stage.SENDING
            again = await store.write(lambda tx: by_code(tx, DUTY, "222222", "sms", clock.now()))
            late = await store.write(lambda tx: by_code(tx, CENTRE, "111111", "sms", clock.now()))
            assert (again.agreed, again.waits, late.waits) == (None, False, False)
            assert [act for act in await acts(store) if act.startswith("warning")] == [
                *("warning.propose", "warning.wrong_code", "warning.agree"),
            ]

    play(main)


@pytest.mark.parametrize("typed", ["222222 jam 03.00", "222 222", "ok. kode 222222, sudah 2x"])
def test_a_code_is_found_among_other_words_and_an_answer_without_a_figure_is_no_try(typed: str) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await proposed(store, clock)
            for _ in range(TRIES + 1):
                empty = await store.write(lambda tx: by_code(tx, DUTY, "ya pak", "sms", clock.now()))
                assert (empty.agreed, empty.left, empty.waits) == (None, TRIES, True)
            answered = await store.write(lambda tx: by_code(tx, DUTY, typed, "sms", clock.now()))
            assert answered.agreed is not None

    play(main)


def test_three_wrong_codes_end_that_numbers_chance_and_no_others() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            one = await proposed(store, clock)
            left = []
            for _ in range(4):
                answered = await store.write(lambda tx: by_code(tx, DUTY, "999999", "sms", clock.now()))
                left.append(answered.left)
            right = await store.write(lambda tx: by_code(tx, DUTY, "222222", "sms", clock.now()))
            assert (left, right.agreed) == ([2, 1, 0, 0], None)
            other = await store.write(lambda tx: by_code(tx, CENTRE, "111111", "sms", clock.now()))
            assert other.agreed is not None
            assert await stage(store, one) is Stage.SENDING

    play(main)


def test_a_proposal_lapses_and_its_codes_with_it() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            one = await proposed(store, clock)
            chore = Broadcasts(CITY)
            assert await store.write(lambda tx: chore.run(tx, clock.now())) == one.expires_at
            await clock.sleep(PROPOSED_FOR.total_seconds())
            late = await store.write(lambda tx: by_code(tx, DUTY, "222222", "sms", clock.now()))
            assert (late.agreed, late.waits) == (None, False)
            with pytest.raises(NotAgreed, match="not waiting"):
                await store.write(lambda tx: agree(tx, one, "budi", "page", clock.now()))
            await store.write(lambda tx: chore.run(tx, clock.now()))
            assert await stage(store, one) is Stage.LAPSED

    play(main)


@pytest.mark.parametrize(("by", "names"), [("sari", ()), ("SARI", ()), ("admin2", ("Sari",)), (CENTRE, ("x",))])
def test_nobody_is_the_second_person_of_the_own_proposal(by: str, names: tuple[str, ...]) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            one = await proposed(store, clock, number=CENTRE)

            def work(tx: Tx) -> str:
                try:
                    agree(tx, one, by, "page", clock.now(), names=names)
                except NotAgreed as why:
                    return why.why
                return ""

            assert await store.write(work) == "same"
            assert await stage(store, one) is Stage.PROPOSED
            assert "warning.own_consent" in await acts(store)
            await store.write(lambda tx: agree(tx, one, "budi", "page", clock.now(), names=("Budi",)))
            assert await stage(store, one) is Stage.SENDING

    play(main)


def test_it_is_called_off_by_a_second_warning_with_the_same_area_and_consent() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            one = await proposed(store, clock)
            clear = flood(template="", area="", said={"place": "Jl. Kentang", "description": "air surut"}, over=one.id)
            with pytest.raises(NotAgreed, match="could be over"):
                await store.write(lambda tx: propose(tx, CITY, clear, clock.now(), codes()))
            await store.write(lambda tx: agree(tx, one, "budi", "page", clock.now()))
            two = await store.write(lambda tx: propose(tx, CITY, clear, clock.now(), codes()))
            assert (two.area, two.template, two.follows) == (one.area, "flood", one.id)
            assert two.stage is Stage.PROPOSED
            assert two.texts["id"] == "Peringatan banjir Jl. Kentang selesai. air surut. Terima kasih."

    play(main)


def test_what_is_called_off_is_sent_no_more() -> None:
    """Else somebody reads that the flood is over, and then that it comes."""

    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            one, chore = await proposed(store, clock), Broadcasts(CITY)
            await store.write(lambda tx: agree(tx, one, "budi", "page", clock.now()))
            await store.write(lambda tx: chore.run(tx, clock.now()))
            clear = flood(template="", area="", over=one.id)
            two = await store.write(lambda tx: propose(tx, CITY, clear, clock.now(), codes()))
            assert await stage(store, one) is Stage.SENDING, "only proposed"
            await store.write(lambda tx: agree(tx, two, "budi", "page", clock.now()))
            assert await stage(store, one) is Stage.STOPPED
            await store.write(lambda tx: chore.run(tx, clock.now()))
            assert await store.read(lambda tx: (ends_of(tx, one), ends_of(tx, two))) == (
                {"cancelled": 3},
                {"queued": 3},
            )
            assert (await acts(store)).count("warning.stop") == 1

    play(main)


def test_a_proposal_is_taken_back_and_then_nobody_agrees() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            one = await proposed(store, clock)
            assert await store.write(lambda tx: end(tx, one, "sari", "page", clock.now())) is not None
            answered = await store.write(lambda tx: by_code(tx, DUTY, "222222", "sms", clock.now() + timedelta(1)))
            assert (answered.agreed, answered.waits) == (None, False)
            taken = await store.read(lambda tx: find(tx, one.id))
            assert taken is not None
            assert await store.write(lambda tx: end(tx, taken, "sari", "page", clock.now())) is None

    play(main)


@pytest.mark.sqlite_only("nothing is kept")
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"template": "quake"}, "template"),
        ({"said": {"place": "Jl. Kentang"}}, "field"),
        ({"said": {**FLOOD, "place": "x" * 31}}, "field"),
        ({"said": {**FLOOD, "description": "   "}}, "field"),
        ({"said": {**FLOOD, "description": "\u200b\u200b"}}, "field"),
    ],
)
def test_what_is_missing_or_too_long_is_no_warning(changes: dict[str, object], why: str) -> None:
    with pytest.raises(NotAgreed) as fault:
        texts_of(CITY, flood(**changes))
    assert fault.value.why == why
