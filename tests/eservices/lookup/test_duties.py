"""Staff are asked about rows by SMS; what they answer with the code of the letter is what the next one reads."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from config.lookup import Lookup
from eservices.lookup.rows import Found
from eservices.lookup.standing.duties import giving, store
from eservices.lookup.standing.duties.chore import A_DAY
from eservices.lookup.standing.duties.store import State
from eservices.lookup.standing.duties.words import codes_in, value_before_code, value_in
from eservices.lookup.tables import Tables
from gateway.store.audit_reading import Wanted, found
from tests.eservices.lookup.standing_room import (
    HADI,
    LETTERS,
    STRANGER,
    UMAR,
    VERA,
    Scene,
    letter,
    play,
    town,
)

WORDS = {"diterima": ("terima", "kami terima"), "diteruskan": ("teruskan",), "selesai": ("selesai",)}


async def state(scene: Scene, key: str = "3001", of: Lookup = LETTERS) -> str:
    """What the next one who asks is told."""
    outcome = await scene.store.read(lambda tx: Tables(scene.city).find(tx, of, key, scene.who(HADI), "turn"))
    assert isinstance(outcome, Found)
    return outcome.rows[0]["state"]


async def given(scene: Scene) -> None:
    await scene.imported(LETTERS, letter("3001"), letter("3002", "selesai"))
    assert await scene.texts() == ["Surat 3001: disposisi. Balas 4001 TERIMA atau 4001 SELESAI"]
    assert [sms.to for sms in await scene.sent()] == [UMAR]


@pytest.mark.parametrize("said", ["4001 TERIMA", "terima 4001", "Kode 4001 kami terima pak", "4001 trima surat"])
def test_an_answer_is_what_the_next_one_reads_at_once(said: str) -> None:
    async def main(scene: Scene) -> None:
        await given(scene)
        assert await scene.says(UMAR, said) == "Dicatat: 3001 kini diterima."
        assert await state(scene) == "diterima"
        assert await scene.says(UMAR, "4001 selesai") == "Dicatat: 3001 kini sudah selesai."
        assert await state(scene) == "selesai"
        [line, _] = await scene.store.read(lambda tx: found(tx, Wanted(what="lookup.answer"), 10))
        assert line.by == "office"
        assert line.how == "sms"

    play(main)


def test_it_survives_the_next_import_until_that_says_something_else() -> None:
    async def main(scene: Scene) -> None:
        await given(scene)
        await scene.says(UMAR, "4001 TERIMA")
        await scene.imported(LETTERS, letter("3001"))
        assert await state(scene) == "diterima"
        assert len(await scene.texts(UMAR)) == 2  # the letter and the receipt: nobody is asked again
        await scene.imported(LETTERS, letter("3001", "selesai"), run=False)
        assert await state(scene) == "selesai"  # at once, before the table was gone through
        await scene.rounds()
        assert "tidak menunggu jawaban" in await scene.says(UMAR, "4001 TERIMA")
        await scene.imported(LETTERS, letter("3001"))  # given once more
        assert await state(scene) == "disposisi"
        assert "Balas 4002 TERIMA" in (await scene.texts(UMAR))[-1]

    play(main)


def test_another_telephone_changes_nothing() -> None:
    async def main(scene: Scene) -> None:
        await given(scene)
        assert await scene.says(STRANGER, "4001 TERIMA") == ""
        assert "salah" in await scene.says(VERA, "4001 TERIMA")  # of the same office, but not asked
        assert await scene.says(UMAR, "4001 TERIMA", doubt="forged") == ""
        assert await scene.says(UMAR, "TERIMA 9999", doubt="forged") == ""
        assert await scene.unread() == ["4001 TERIMA", "TERIMA 9999"]
        assert await state(scene) == "disposisi"

    play(main)


def test_wrong_codes_are_limited_in_whatever_order_they_are_typed() -> None:
    async def main(scene: Scene) -> None:
        await given(scene)
        assert "Sisa percobaan: 2" in await scene.says(UMAR, "9999 TERIMA")
        assert "Sisa percobaan: 1" in await scene.says(UMAR, "TERIMA 9998")
        assert "coba lagi pukul" in await scene.says(UMAR, "9997 TERIMA")
        assert "coba lagi pukul" in await scene.says(UMAR, "4001 TERIMA")
        assert await state(scene) == "disposisi"
        await scene.clock.sleep(timedelta(hours=1, minutes=1).total_seconds())
        assert "Dicatat" in await scene.says(UMAR, "4001 TERIMA")

    play(main)


def test_words_that_say_nothing_are_asked_again() -> None:
    async def main(scene: Scene) -> None:
        await given(scene)
        help = "Belum jelas, belum dicatat. Untuk 3001 balas 4001 lalu satu kata: TERIMA, SELESAI"
        assert await scene.says(UMAR, "4001 apa ini?") == help
        assert await state(scene) == "disposisi"

    play(main)


@pytest.mark.parametrize(
    ("named", "asked"),
    [("Vera Contoh", VERA), ("vera contoh", VERA), ("Umar Contoh", UMAR), ("Wati Contoh", UMAR), ("", UMAR)],
)
def test_the_official_whom_the_row_names_is_asked_if_the_office_has_such_a_one(named: str, asked: str) -> None:
    assert LETTERS.duty is not None
    by_name = replace(LETTERS, duty=replace(LETTERS.duty, official="official"))

    async def main(scene: Scene) -> None:
        await scene.imported(by_name, {**letter("3001"), "official": named})
        assert [sms.to for sms in await scene.sent()] == [asked]
        assert await scene.says(asked, "4001 TERIMA") == "Dicatat: 3001 kini diterima."

    play(main, city=replace(town(), lookups={"surat": by_name}))


def test_many_letters_wait_for_their_day_and_for_office_hours() -> None:
    async def main(scene: Scene) -> None:
        await scene.imported(LETTERS, *[letter(str(4000 + n)) for n in range(A_DAY * 2 + 5)])
        assert len(await scene.sent(UMAR)) == A_DAY
        await scene.days(1)
        assert len(await scene.sent(UMAR)) == A_DAY * 2
        await scene.days(1)
        assert len(await scene.sent(UMAR)) == A_DAY * 2 + 5
        assert all(8 <= sms.at.hour < 16 for sms in await scene.sent())
        codes = [re.findall(r"\d{4}", sms.text)[1] for sms in await scene.sent()]
        assert len(set(codes)) == len(codes)

    play(main)


def test_what_an_import_takes_away_is_asked_of_nobody() -> None:
    async def main(scene: Scene) -> None:
        await given(scene)
        await scene.imported(LETTERS, letter("3009", "selesai"))
        assert "tidak menunggu jawaban" in await scene.says(UMAR, "4001 TERIMA")
        assert await scene.store.read(lambda tx: store.open_count(tx, "surat")) == 0

    play(main)


def test_a_number_that_comes_again_in_a_later_year_is_another_letter() -> None:
    async def main(scene: Scene) -> None:
        await given(scene)
        await scene.says(UMAR, "4001 SELESAI")
        await scene.imported(LETTERS, letter("3009", "selesai"))
        await scene.imported(LETTERS, letter("3001"))
        assert await state(scene) == "disposisi", "what was answered of the old letter is not said of the new one"
        assert "Balas 4002 TERIMA" in (await scene.texts(UMAR))[-1]

    play(main)


def test_where_an_import_names_another_official_that_one_is_asked_and_the_first_answers_no_more() -> None:
    assert LETTERS.duty is not None
    by_name = replace(LETTERS, duty=replace(LETTERS.duty, official="official"))

    async def main(scene: Scene) -> None:
        await scene.imported(by_name, {**letter("3001"), "official": "Umar Contoh"})
        await scene.imported(by_name, {**letter("3001"), "official": "Vera Contoh"})
        assert [sms.to for sms in await scene.sent()] == [UMAR, VERA]
        assert "tidak menunggu jawaban" in await scene.says(UMAR, "4001 SELESAI")
        assert await state(scene, of=by_name) == "disposisi"
        assert await scene.says(VERA, "4002 TERIMA") == "Dicatat: 3001 kini diterima."
        await scene.imported(by_name, {**letter("3001"), "official": "Umar Contoh"})
        assert await state(scene, of=by_name) == "diterima", "what was answered stays"
        assert len(await scene.sent(UMAR)) == 2

    play(main, city=replace(town(), lookups={"surat": by_name}))


def test_a_person_gives_one_by_hand_and_not_twice() -> None:
    async def main(scene: Scene) -> None:
        await scene.imported(LETTERS, row := letter("3002", "diterima"))
        now = scene.clock.now()
        one = await scene.store.write(lambda tx: giving.give(tx, LETTERS, "3002", row, now))
        assert one is not None
        assert one.state is State.WAITS
        assert await scene.store.write(lambda tx: giving.give(tx, LETTERS, "3002", row, now)) is None
        await scene.rounds()
        assert len(await scene.sent(UMAR)) == 1
        assert "kini sudah selesai" in await scene.says(UMAR, "SELESAI 4001")

    play(main)


def test_only_rows_of_which_the_description_says_so() -> None:
    assert LETTERS.duty is not None
    some = replace(LETTERS, duty=replace(LETTERS.duty, when={"state": ("disposisi",)}))

    async def main(scene: Scene) -> None:
        await scene.imported(some, letter("3001", "arsip"), letter("3002", "disposisi"))
        assert len(await scene.sent(UMAR)) == 1

    play(main, city=replace(town(), lookups={"surat": some}))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4821 terima", "diterima"),
        ("4821 TERUSKAN ke bagian hukum", "diteruskan"),
        ("4821 treuskan", "diteruskan"),
        ("4821 selesai", "selesai"),
        ("4821 terima dan selesai", None),
        ("4821", None),
        ("4821 baik pak", None),
    ],
)
def test_words_are_read_with_slips_and_never_guessed(text: str, value: str | None) -> None:
    assert codes_in(text) == ["4821"]
    assert value_in(text, WORDS) == value


def test_a_sentence_with_figures_is_no_answer() -> None:
    assert value_before_code("teruskan 4821", WORDS) == "diteruskan"
    assert value_before_code("rapat kemarin selesai jam empat sore di ruang 4821", WORDS) is None
    assert value_before_code("selesai", WORDS) is None
