"""Who follows a look-up is told what is new, once, in bulk and by day; nobody else, and nothing that was there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from config.lookup import Subscription
from eservices.lookup.standing.following import store
from eservices.lookup.standing.following.chore import PIECE, QUEUED
from eservices.lookup.standing.following.store import FOLLOWER, WISH
from eservices.lookup.standing.passing import chore as passing
from eservices.lookup.standing.passing.store import pass_of
from gateway.erasing import erase_person
from gateway.store import Tx
from gateway.store.callbacks import opt_out
from gateway.store.outbound import OUTBOUND
from tests.eservices.lookup.standing_room import GINA, HADI, JOBS, ZONE, Scene, job, play, said, town

OLD = [job("jahit", "Penjahit lama"), job("supir", "Supir lama")]


async def begun(scene: Scene, *words: str, number: str = GINA) -> None:
    await scene.imported(JOBS, *OLD)
    for word in words or ("jahit",):
        assert "Dicatat" in await scene.takes(JOBS, "follow", word, number)


def test_only_what_is_new_and_fits_is_told_and_only_once() -> None:
    async def main(scene: Scene) -> None:
        await begun(scene)
        await scene.imported(JOBS, *OLD, job("jahit", "Penjahit baru"), job("supir", "Supir baru"))
        await scene.days(3)
        assert await scene.texts() == ["Baru: Penjahit baru"]
        assert [sms.lane for sms in await scene.sent()] == ["bulk"]
        await scene.imported(JOBS, *OLD, job("jahit", "Penjahit baru"))  # all of it once more
        await scene.days(3)
        assert len(await scene.sent()) == 1

    play(main)


def test_of_the_first_table_nothing_is_news() -> None:
    async def main(scene: Scene) -> None:
        await scene.takes(JOBS, "follow", "jahit", GINA)
        await scene.imported(JOBS, *OLD)
        await scene.days(1)
        assert await scene.sent() == []

    play(main)


def test_several_in_one_letter_and_no_more_letters_than_a_day_may_have() -> None:
    async def main(scene: Scene) -> None:
        await begun(scene, "jahit", "supir")
        new = [job("jahit", f"Penjahit {n}") for n in range(9)]
        await scene.imported(JOBS, *OLD, *new[:8], job("supir", "Supir baru"))
        [first] = await scene.texts()
        assert "9 baru: Penjahit 0; Penjahit 1" in first
        assert "KERJA STOP" in first
        assert len(first) <= 160
        await scene.clock.sleep(3600)
        await scene.imported(JOBS, *OLD, *new)
        await scene.until(scene.clock.now().astimezone(ZONE).replace(hour=19))
        assert len(await scene.sent()) == 1
        await scene.days(1)
        assert (await scene.texts())[1:] == ["Baru: Penjahit 8"]

    play(main)


def test_nothing_leaves_in_quiet_hours_nor_can_what_was_written_by_day() -> None:
    async def main(scene: Scene) -> None:
        await begun(scene)
        await scene.until(datetime(2026, 11, 23, 20, 30, tzinfo=ZONE))
        await scene.imported(JOBS, *OLD, job("jahit", "Penjahit baru"))
        await scene.until(datetime(2026, 11, 24, 6, 59, tzinfo=ZONE))
        assert await scene.sent() == []
        await scene.until(datetime(2026, 11, 24, 9, 0, tzinfo=ZONE))
        [sms] = await scene.sent()
        assert sms.expires_at <= datetime(2026, 11, 24, 20, 0, tzinfo=ZONE)

    play(main)


@pytest.mark.parametrize("ends", ["all", "one", "general", "erased"])
def test_it_ends_by_word_by_stop_and_with_the_person(ends: str) -> None:
    async def main(scene: Scene) -> None:
        await begun(scene, "jahit", "supir")
        await begun(scene, "jahit", number=HADI)
        await scene.clock.sleep(60)
        if ends == "all":
            await scene.takes(JOBS, "unfollow", "jahit", GINA)
            await scene.takes(JOBS, "unfollow", "supir", GINA)
        elif ends == "one":
            assert "Jangan kabari lagi" in await scene.offers(JOBS, "supir", GINA)
            assert await scene.takes(JOBS, "unfollow", "supir", GINA) == "Dicatat. Tidak dikabari lagi: supir"
        elif ends == "general":
            await scene.store.write(lambda tx: opt_out(tx, GINA, "sms", ""))
        else:
            await scene.store.write(lambda tx: erase_person(tx, GINA, GINA, "sms"))
            assert await scene.store.read(lambda tx: store.following(tx, GINA)) == []
        await scene.imported(JOBS, *OLD, job("jahit", "Penjahit baru"), job("supir", "Supir baru"))
        await scene.days(2)
        assert await scene.texts(GINA) == (["Baru: Penjahit baru"] if ends == "one" else [])
        assert await scene.texts(HADI) == ["Baru: Penjahit baru"]

    play(main)


def test_who_wrote_stop_is_told_what_it_means_and_what_came_meanwhile_is_not_told_later() -> None:
    async def main(scene: Scene) -> None:
        await scene.imported(JOBS, *OLD)
        await scene.store.write(lambda tx: opt_out(tx, GINA, "sms", ""))
        assert "pernah kirim STOP" in await scene.takes(JOBS, "follow", "jahit", GINA)
        await scene.imported(JOBS, *OLD, job("jahit", "Penjahit baru"))
        assert await scene.sent() == []

    play(main)


def test_five_fields_are_the_most() -> None:
    async def main(scene: Scene) -> None:
        await begun(scene, "satu", "dua", "tiga", "empat", "lima")
        assert "Sudah 5 langganan" in await scene.takes(JOBS, "follow", "enam", GINA)
        assert len(await scene.store.read(lambda tx: store.wishes(tx, "kerja", GINA))) == 5
        assert await scene.offers(JOBS, "enam", "INFO") == []
        assert await scene.offers(JOBS, "enam", HADI, doubt=True) == []

    play(main)


def test_a_row_is_the_same_by_the_columns_that_the_description_names() -> None:
    same = replace(JOBS, subscription=Subscription(texts=said("Baru: {job}"), same=("field",)))
    city = replace(town(), lookups={**town().lookups, "kerja": same})

    async def main(scene: Scene) -> None:
        await scene.imported(same, *OLD)
        await scene.takes(same, "follow", "jahit", GINA)
        await scene.imported(same, job("jahit", "Penjahit, kini lebih mahal"))
        assert await scene.sent() == []

    play(main, city=city)


def test_a_table_that_was_taken_back_and_comes_again_is_no_news() -> None:
    async def main(scene: Scene) -> None:
        await begun(scene)
        new = job("jahit", "Penjahit baru")
        for rows in ([*OLD, new], OLD, [*OLD, new]):
            await scene.imported(JOBS, *rows)
            await scene.days(1)
        assert len(await scene.sent()) == 1

    play(main)


# -- many


async def crowd(scene: Scene, many: int, word: str = "jahit") -> None:
    """So many phones that follow that word."""
    now = scene.clock.now()
    numbers = [f"+62813{n:07}" for n in range(many)]

    def work(tx: Tx) -> None:
        one = {"lookup": "kerja", "language": "id", "asked_at": now, "told_to": 0, "next_at": now, "day": "", "told": 0}
        tx.execute(insert(FOLLOWER), [{**one, "number": number} for number in numbers])
        wish = {"lookup": "kerja", "word": word, "asked_at": now}
        tx.execute(insert(WISH), [{**wish, "number": number} for number in numbers])

    await scene.store.write(work)


async def drained(scene: Scene) -> None:
    """The channel sends what waits."""
    await scene.store.write(
        lambda tx: tx.execute(update(OUTBOUND).where(OUTBOUND.c.state == "queued").values(state="sent")) and None
    )


async def letters(scene: Scene) -> int:
    """How many were written so far."""

    def work(tx: Tx) -> int:
        return int(tx.execute(select(func.count()).select_from(OUTBOUND)).scalar() or 0)

    return await scene.store.read(work)


class Killed(Exception):
    """The program ends before the commit."""


@pytest.mark.parametrize(("phones", "kill"), [(400, 3), pytest.param(5000, 20, marks=pytest.mark.rest("more of them"))])
def test_many_rows_for_many_phones_go_in_pieces_and_a_kill_makes_no_double(phones: int, kill: int) -> None:
    fields = [f"bidang{n % 40}" for n in range(2 * phones)]

    async def main(scene: Scene) -> None:
        await scene.imported(JOBS, *OLD)
        await crowd(scene, phones, "bidang7")
        await scene.imported(JOBS, *[job(field, f"Kerja {n}") for n, field in enumerate(fields)], run=False)
        pass_chore, news = scene.chores[0], scene.chores[2]
        while await scene.once(pass_chore):
            one = await scene.store.read(lambda tx: pass_of(tx, "kerja"))
            assert one is not None
            assert one.after < 2 * phones
        rounds, killed, now = 0, 0, scene.clock.now()

        def dies(tx: Tx) -> None:
            news.run(tx, now)
            raise Killed

        while (told := await letters(scene)) < phones:
            rounds += 1
            if rounds % kill == 0:
                killed += 1
                with pytest.raises(Killed):
                    await scene.store.write(dies)
                assert await letters(scene) == told
            await scene.once(news)
            assert await letters(scene) - told <= PIECE
            assert await scene.store.read(lambda tx: store.waiting(tx, 1000)) <= QUEUED
            if rounds % 2 == 0:
                await drained(scene)
        await scene.rounds()
        counted = Counter(sms.to for sms in await scene.sent())
        assert len(counted) == phones
        assert set(counted.values()) == {1}
        assert killed > 2
        assert all(f"{2 * phones // 40} baru" in text for text in (await scene.texts())[:3])

    play(main)


def test_a_pass_that_is_killed_goes_on_where_it_was_and_a_newer_table_begins_anew() -> None:
    async def main(scene: Scene) -> None:
        await begun(scene)
        many = [job("jahit", f"Penjahit {n}") for n in range(passing.PIECE + 50)]
        await scene.imported(JOBS, *many, run=False)
        assert await scene.once(scene.chores[0])
        now = scene.clock.now()

        def dies(tx: Tx) -> None:
            scene.chores[0].run(tx, now)
            raise Killed

        with pytest.raises(Killed):
            await scene.store.write(dies)
        newest = await scene.imported(JOBS, *many, job("jahit", "Penjahit baru"), run=False)
        await scene.rounds()
        one = await scene.store.read(lambda tx: pass_of(tx, "kerja"))
        assert one is not None
        assert one.version == newest
        assert one.done_at is not None
        [text] = await scene.texts()
        assert f"{passing.PIECE + 51} baru" in text  # each once, though most were gone through twice

    play(main)


def test_old_news_is_forgotten() -> None:
    async def main(scene: Scene) -> None:
        await begun(scene)
        await scene.imported(JOBS, *OLD, job("supir", "Supir baru"))
        assert await scene.store.read(lambda tx: store.newest(tx, "kerja")) > 0
        await scene.clock.sleep(timedelta(days=15).total_seconds())
        await scene.rounds()
        assert await scene.store.read(lambda tx: store.newest(tx, "kerja")) == 0

    play(main)
