"""Who asked is reminded of a day: once, by day, of what the row says then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from config.lookup import Row, Source
from config.template import Template
from eservices.lookup.kept.store import Kept, keep
from eservices.lookup.standing.reminding import plan, store
from gateway.erasing import erase_person
from gateway.store import Tx
from gateway.store.callbacks import opt_out
from tests.eservices.lookup.standing_room import GINA, MONDAY, TAX, ZONE, Scene, play, tax, town


async def asked(scene: Scene, due: str = "2026-12-10", number: str = GINA) -> None:
    row = tax("1001", due)
    await scene.imported(TAX, row)
    assert "Ingatkan saya" in await scene.offers(TAX, "1001", number, row)
    assert "7, 1 hari sebelum" in await scene.takes(TAX, "remind", "1001", number, row)


def test_each_reminder_comes_once_on_its_morning_with_the_name_masked() -> None:
    async def main(scene: Scene) -> None:
        await asked(scene)
        await scene.until(datetime(2026, 12, 20, 12, 0, tzinfo=ZONE))
        sent = await scene.sent(GINA)
        assert [sms.at.date() for sms in sent] == [date(2026, 12, 3), date(2026, 12, 9)]
        assert {sms.at.hour for sms in sent} == {9}
        assert {sms.text for sms in sent} == {"S*** A*** bayar sebelum 10/12/2026"}
        assert await scene.store.read(store.soonest) is None  # its day is over, and so is the reminder

    play(main)


def test_who_has_paid_by_then_is_left_alone() -> None:
    async def main(scene: Scene) -> None:
        await asked(scene)
        await scene.imported(TAX, tax("1001", "2026-12-10", paid="2026-12-01"))
        await scene.days(20)
        assert await scene.sent(GINA) == []

    play(main)


def test_a_day_that_an_import_moves_moves_the_reminder() -> None:
    async def main(scene: Scene) -> None:
        await asked(scene, due="2026-12-30")
        await scene.imported(TAX, tax("1001", "2026-12-02"))  # earlier
        await scene.days(2)
        assert [sms.at.date() for sms in await scene.sent(GINA)] == [date(2026, 11, 25)]  # seven days before
        await scene.imported(TAX, tax("1001", "2026-12-20"))  # and later again
        await scene.days(30)
        days = [sms.at.date() for sms in await scene.sent(GINA)]
        assert days == [date(2026, 11, 25), date(2026, 12, 13), date(2026, 12, 19)]

    play(main)


def test_a_table_without_the_row_is_waited_out_until_its_day() -> None:
    """Half a table was brought by mistake, and the whole one later."""

    async def main(scene: Scene) -> None:
        await asked(scene)
        await scene.imported(TAX, tax("1009", "2026-12-10"))
        await scene.until(datetime(2026, 12, 4, 12, 0, tzinfo=ZONE))
        assert await scene.sent(GINA) == [], "of a row that nobody knows nothing is said"
        await scene.imported(TAX, tax("1001", "2026-12-10"))
        await scene.until(datetime(2026, 12, 20, 12, 0, tzinfo=ZONE))
        assert [sms.at.date() for sms in await scene.sent(GINA)] == [date(2026, 12, 5), date(2026, 12, 9)]
        assert await scene.store.read(lambda tx: store.count(tx, TAX.id)) == 0

    play(main)


def test_nothing_is_said_at_night_and_only_the_newest_after_the_program_was_away() -> None:
    async def main(scene: Scene) -> None:
        await asked(scene)
        await scene.clock.sleep((datetime(2026, 12, 9, 22, 0, tzinfo=ZONE) - scene.clock.now()).total_seconds())
        await scene.rounds()
        assert await scene.sent(GINA) == []
        await scene.until(datetime(2026, 12, 10, 12, 0, tzinfo=ZONE))
        assert len(await scene.sent(GINA)) == 1

    play(main)


def test_a_kill_between_the_letter_and_its_mark_makes_no_second_letter() -> None:
    async def main(scene: Scene) -> None:
        await asked(scene)
        await scene.until(datetime(2026, 12, 3, 8, 59, tzinfo=ZONE))
        await scene.clock.sleep(120)
        chore, now = scene.chores[1], scene.clock.now()

        class Killed(Exception):
            pass

        def killed(tx: Tx) -> None:
            chore.run(tx, now)
            raise Killed

        with pytest.raises(Killed):
            await scene.store.write(killed)
        assert await scene.sent(GINA) == []
        await scene.rounds()
        await scene.rounds()
        assert len(await scene.sent(GINA)) == 1

    play(main)


@pytest.mark.parametrize("ends", ["erased", "stop", "unremind"])
def test_it_ends_with_the_person_with_stop_and_with_a_word(ends: str) -> None:
    async def main(scene: Scene) -> None:
        await asked(scene)
        await scene.clock.sleep(60)
        if ends == "erased":
            await scene.store.write(lambda tx: erase_person(tx, GINA, GINA, "sms"))
            assert await scene.store.read(lambda tx: store.of(tx, GINA)) == []
        elif ends == "stop":
            await scene.store.write(lambda tx: opt_out(tx, GINA, "sms", ""))
        else:
            assert "Jangan ingatkan lagi" in await scene.offers(TAX, "1001", GINA, tax("1001", "2026-12-10"))
            assert "1 pengingat dihentikan" in await scene.takes(TAX, "unremind", "1001", GINA)
        await scene.days(20)
        assert await scene.sent(GINA) == []

    play(main)


def test_what_was_asked_for_after_stop_is_sent() -> None:
    async def main(scene: Scene) -> None:
        await scene.store.write(lambda tx: opt_out(tx, GINA, "sms", ""))
        await scene.clock.sleep(60)
        await asked(scene)
        await scene.days(20)
        assert len(await scene.sent(GINA)) == 2

    play(main)


def test_nothing_is_offered_where_nothing_is_left_to_be_said() -> None:
    async def main(scene: Scene) -> None:
        paid, near = tax("1001", "2026-12-10", paid="2026-11-01"), tax("1001", "2026-11-24")
        for row in (paid, near):
            await scene.imported(TAX, row)
            assert await scene.offers(TAX, "1001", GINA, row) == []
            assert "Tidak ada yang perlu diingatkan" in await scene.takes(TAX, "remind", "1001", GINA, row)
        row = tax("1001", "2026-12-10")
        await scene.imported(TAX, row)
        assert await scene.offers(TAX, "1001", GINA, row, doubt=True) == []
        assert await scene.offers(TAX, "1001", "PLN", row) == []

    play(main)


def test_who_asks_in_the_last_week_is_told_once() -> None:
    async def main(scene: Scene) -> None:
        row = tax("1001", "2026-11-27")
        await scene.imported(TAX, row)
        assert "1 hari sebelum 27/11/2026" in await scene.takes(TAX, "remind", "1001", GINA, row)
        assert "Sudah dicatat" in await scene.takes(TAX, "remind", "1001", GINA, row)
        await scene.days(7)
        assert [sms.at.date() for sms in await scene.sent(GINA)] == [date(2026, 11, 26)]

    play(main)


def test_a_letter_is_not_sent_after_its_day() -> None:
    due = date(2026, 12, 10)
    for now in (MONDAY, MONDAY + timedelta(days=17)):
        ends = plan.worth_until(due.isoformat(), now, ZONE, timedelta(days=2))
        assert now < ends <= max(now + timedelta(days=2), now + timedelta(hours=1))
        assert ends.astimezone(ZONE).date() <= due


def test_a_thousand_reminders_are_looked_at_in_pieces() -> None:
    async def main(scene: Scene) -> None:
        rows = [tax(str(10_000 + n), "2026-11-30") for n in range(60)]
        await scene.imported(TAX, *rows)
        for n, row in enumerate(rows):
            await scene.takes(TAX, "remind", row["nop"], f"+6281200{n:06}", row)
        await scene.clock.sleep((datetime(2026, 11, 29, 9, 0, tzinfo=ZONE) - scene.clock.now()).total_seconds())
        now = scene.clock.now()
        sent = []
        for _ in range(3):
            await scene.store.write(lambda tx: scene.chores[1].run(tx, now))
            sent.append(len(await scene.sent()))
        assert sent == [25, 50, 60]

    play(main)


def test_of_a_system_what_it_said_last_counts_also_when_nobody_asked_for_long() -> None:
    asks = replace(TAX, source=Source(url=Template.of("http://127.0.0.1/{key}")))
    city = replace(town(), lookups={"pajak": asks})

    def answers(tx: Tx, row: Row, at: datetime) -> None:
        keep(tx, "pajak", "1001", "", Kept((row,), at), 100)

    async def main(scene: Scene) -> None:
        row = tax("1001", "2026-12-30")
        assert "7, 1 hari" in await scene.takes(asks, "remind", "1001", GINA, row)
        await scene.until(datetime(2026, 12, 24, 12, 0, tzinfo=ZONE))  # nothing is kept any more
        assert await scene.texts(GINA) == ["S*** A*** bayar sebelum 30/12/2026"]
        paid = tax("1001", "2026-12-30", paid="2026-12-24")
        await scene.store.write(lambda tx: answers(tx, paid, scene.clock.now()))  # somebody asked meanwhile
        await scene.days(10)
        assert len(await scene.sent(GINA)) == 1

    play(main, city=city)
