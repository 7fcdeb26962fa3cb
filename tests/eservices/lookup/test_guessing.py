"""Somebody who types one number after the other is answered twenty in an hour, and told when to come again."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from config.lookup import Key, KeyForm
from eservices.lookup.guessing import store as guessing
from eservices.lookup.guessing.store import HOUR, MOST
from gateway.store import Tx
from gateway.store.forgetting import forget_person
from tests.eservices.lookup.far_room import FACES, PAID, Far, scene
from tests.gateway.room import BUDI

ENOUGH = "SUDAH BANYAK NOMOR"


def key(nth: int) -> str:
    return f"{127503000400600000 + nth}"


@pytest.mark.parametrize("face", FACES)
def test_after_twenty_numbers_in_an_hour_no_more_are_told_by_any_face(face: str) -> None:
    async def main(there: Far) -> None:
        began = there.clock.monotonic()
        for nth in range(MOST):
            text, _ = await there.by_sms(key(nth))
            assert "TIDAK ADA" in text.upper()
        text, _ = await FACES[face](there, PAID)
        assert ENOUGH in text.upper(), text
        assert "COBA LAGI SESUDAH PUKUL" in text.upper()
        assert face == "voice" or "21.00" in text
        others, _ = await FACES[face](there, PAID, BUDI)
        assert "LUNAS" in others.upper()
        await there.clock.sleep(HOUR.total_seconds() - (there.clock.monotonic() - began) + 1)
        text, _ = await FACES[face](there, PAID)
        assert "LUNAS" in text.upper()

    scene(main)


def test_an_hour_that_a_clock_which_jumped_put_into_the_future_shuts_nobody_out() -> None:
    async def main(there: Far) -> None:
        now, form = there.clock.now(), Key(form=KeyForm.DIGITS)

        def work(tx: Tx) -> list[datetime | None]:
            for _ in range(MOST):
                guessing.count(tx, form, BUDI, now)
            at = (now, now - 2 * HOUR, now + HOUR)
            return [guessing.paused_until(tx, form, BUDI, one) for one in at]

        assert await there.store.write(work) == [now + HOUR, None, None]

    scene(main)


def test_what_anybody_may_ask_is_not_counted() -> None:
    async def main(there: Far) -> None:
        now, form = there.clock.now(), Key(form=KeyForm.WORDS)

        def work(tx: Tx) -> datetime | None:
            for _ in range(MOST):
                guessing.count(tx, form, BUDI, now)
            return guessing.paused_until(tx, Key(form=KeyForm.DIGITS), BUDI, now)

        assert await there.store.write(work) is None

    scene(main)


def test_to_be_forgotten_is_not_the_way_to_twenty_more_and_leaves_no_number() -> None:
    async def main(there: Far) -> None:
        form = Key(form=KeyForm.DIGITS)

        def work(tx: Tx) -> tuple[datetime | None, list[str]]:
            for _ in range(MOST):
                guessing.count(tx, form, BUDI, there.clock.now())
            for _ in range(2):
                assert forget_person(tx, BUDI) is (_ == 0)
            return guessing.paused_until(tx, form, BUDI, there.clock.now()), list(
                tx.execute(select(guessing.ASKER.c.number)).scalars()
            )

        until, kept = await there.store.write(work)
        assert until == there.clock.now() + HOUR
        assert len(kept) == 1
        assert BUDI not in kept[0]
        await there.clock.sleep(HOUR.total_seconds())

        def later(tx: Tx) -> int:
            guessing.count(tx, form, BUDI, there.clock.now())
            return int(tx.execute(select(guessing.ASKER.c.many)).scalar_one())

        assert await there.store.write(later) == 1, "the next hour begins anew"

    scene(main)


def test_who_hides_his_number_shares_his_twenty_with_all_who_do() -> None:
    async def main(there: Far) -> None:
        now, form = there.clock.now(), Key(form=KeyForm.DIGITS)

        def work(tx: Tx) -> list[datetime | None]:
            for _ in range(MOST):
                guessing.count(tx, form, "", now)
            return [guessing.paused_until(tx, form, number, now) for number in ("", BUDI)]

        assert await there.store.write(work) == [now + HOUR, None]

    scene(main)
