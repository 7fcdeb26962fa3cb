"""Whole conversations about the registry by SMS, and what passes between residents, keplings and other phones."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select

from eservices.kepling import KeplingRound, KeplingTalk, Vouch
from gateway.dialogue import Who
from gateway.erasing import finish
from gateway.number import subscriber
from gateway.store import Tx, metadata
from gateway.store.households import members_of
from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND
from gateway.store.people import find, save
from gateway.store.vouching import vouched
from tests.dispatch.phones import Post, played, post_office, settled
from tests.dispatch.talks import PHONE, Transcript, pack, somebody, transcripts

SCRIPTS = transcripts(Path(__file__).with_name("talks_registry.txt"))
KEPLING, OTHER_KEPLING, MOTHER = "+6281200005003", "+6281200005001", "+6281300000009"
LETTER = "DAFTAR Siti Aminah#Paya Roba#Jl. Kentang 7 Lk III"


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.title for script in SCRIPTS])
def test_a_conversation_goes_as_it_is_written(tmp_path: Path, script: Transcript) -> None:
    async def scene(post: Post) -> list[str]:
        await settled(script.setting)(post)
        return await played(post, script)

    assert post_office(tmp_path, script.setting[0], scene) == list(script.lines)


class Pins:
    """Codes that a test foresees."""

    def __init__(self) -> None:
        self.last = 4820

    def __call__(self) -> str:
        self.last += 1
        return str(self.last)


async def round_of(post: Post, pins: Pins, days: float = 0.0) -> None:
    chore = KeplingRound(pack("binjai"), pins)
    await post.store.write(lambda tx: chore.run(tx, post.clock.now() + timedelta(days=days)))


async def confirmed(post: Post, number: str = PHONE) -> bool:
    line = await post.store.read(lambda tx: find(tx, number))
    return line is not None and line.confirmed


def test_the_kepling_of_the_lingkungan_vouches_by_a_code_and_the_resident_is_told(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        await post.writes(LETTER)
        pins = Pins()
        await round_of(post, pins)
        await round_of(post, pins)
        (asked,) = await post.news(KEPLING)
        assert asked == (
            "Siti Aminah, 081300000007, Jl. Kentang 7 Lk III, Paya Roba, mendaftar. Benar warga Anda? "
            "Balas YA 4821 atau TIDAK 4821."
        )
        assert await post.news(OTHER_KEPLING) == []
        assert not await confirmed(post)
        await post.say("ya 4821", KEPLING)
        await post.passes(2)
        assert await confirmed(post)
        assert await post.news(KEPLING) == ["Terima kasih. Siti Aminah sudah dikonfirmasi."]
        assert [row[1:] for row in await post.store.read(lambda tx: vouched(tx, PHONE))] == [
            ("Chairul Contoh", "confirmed")
        ]

    post_office(tmp_path, "binjai", scene)


def test_only_that_kepling_with_that_code_vouches_and_only_once(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        await post.writes(LETTER)
        await round_of(post, Pins())
        for number in (OTHER_KEPLING, PHONE, MOTHER):
            await post.writes("YA 4821", number)
            assert not await confirmed(post), number
        await post.writes("YA 4821", KEPLING, doubts=("no such field",))
        assert not await confirmed(post), "a forged letter"
        assert "Sisa 2" in " ".join(await post.writes("YA 1111", KEPLING))
        assert "Sertakan" in " ".join(await post.writes("YA", KEPLING))
        assert "Siti Aminah 4821" in " ".join(await post.writes("TUNGGU", KEPLING))
        await post.writes("YA 4821", KEPLING)
        assert await confirmed(post)
        assert "Tidak ada" in " ".join(await post.writes("TIDAK 4821", KEPLING))
        assert await confirmed(post)

    post_office(tmp_path, "binjai", scene)


def test_three_wrong_codes_and_too_late_a_one_leave_it_to_a_person(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        await post.writes(LETTER)
        await round_of(post, Pins())
        for _ in range(3):
            await post.writes("YA 1111", KEPLING)
        await post.writes("YA 4821", KEPLING)
        assert not await confirmed(post)

    post_office(tmp_path, "binjai", scene)


def test_a_kepling_is_reminded_once_and_an_old_code_is_none(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        await post.writes(LETTER)
        pins = Pins()
        for days, said in ((0.0, 1), (0.9, 0), (1.1, 1), (1.2, 0), (6.0, 0), (8.0, 0)):
            await round_of(post, pins, days)
            told = await post.news(KEPLING)
            assert len(told) == said, days
        talk, city = KeplingTalk(pack("binjai")), pack("binjai")
        late = Who(number=KEPLING, at=post.clock.now() + timedelta(days=8), language=city.languages[0])
        await post.store.write(lambda tx: talk.answer(tx, Vouch(yes=True, pin="4821"), late, "late"))
        assert not await confirmed(post)

    post_office(tmp_path, "binjai", scene)


def test_a_no_is_left_to_a_person_and_what_changes_is_asked_about_anew(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        await post.writes(LETTER)
        pins = Pins()
        await round_of(post, pins)
        await post.writes("PINDAH jl labu 12 lk 3 paya roba")
        await post.writes("YA 4821", KEPLING)
        assert not await confirmed(post), "he was shown another address"
        await round_of(post, pins)
        await post.writes("TIDAK 4822", KEPLING)
        assert await post.store.read(lambda tx: find(tx, PHONE)) is not None
        assert not await confirmed(post)
        await round_of(post, pins)
        await post.writes("YA 4822", KEPLING)
        assert not await confirmed(post)

    post_office(tmp_path, "binjai", scene)


def test_another_phone_is_registered_only_by_its_own_yes(tmp_path: Path) -> None:
    ask = "DAFTAR untuk ibu saya Rohani 081300000009#paya roba#jl kentang 9"

    async def scene(post: Post) -> None:
        await post.store.write(lambda tx: save(tx, somebody(pack("binjai"), "id", kelurahan="12.75.03.1004")))
        await post.writes(ask)
        asked = await post.store.read(lambda tx: find(tx, MOTHER))
        assert asked is None
        assert "tidak dapat" in " ".join(await post.writes(ask)), "asked once"
        assert "dicatat" in " ".join(await post.writes("Ya", MOTHER))
        line = await post.store.read(lambda tx: find(tx, MOTHER))
        assert line is not None
        assert (line.name, line.confirmed, bool(line.household)) == ("Rohani", False, True)

    async def refused(post: Post) -> None:
        await post.writes(ask)
        await post.writes("TIDAK", MOTHER)
        await post.writes("YA", MOTHER)
        assert await post.store.read(lambda tx: find(tx, MOTHER)) is None
        for nth in range(3):
            await post.writes(f"DAFTAR budi 08130000001{nth}#paya roba#jl kentang 9")
        told = await post.writes("DAFTAR budi 081300000019#paya roba#jl kentang 9")
        assert "tidak dapat" in " ".join(told), "too many a day"

    post_office(tmp_path, "binjai", scene)
    (tmp_path / "no").mkdir()
    post_office(tmp_path / "no", "binjai", refused)


def everywhere(tx: Tx, *sought: str) -> list[str]:
    """Tables in which one of these stands anywhere."""
    found = []
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if not isinstance(column.type, LargeBinary)]
        for row in tx.execute(select(*columns)):
            found += [table.name for cell in row if any(one in str(cell) for one in sought)]
    return sorted(set(found))


def letters_of(tx: Tx, number: str) -> list[str]:
    """From and to that number, and those to others that name it."""
    came = select(INBOUND.c.text).where(INBOUND.c.sender == number)
    named = OUTBOUND.c.text.contains(number) | OUTBOUND.c.text.contains(f"0{number[3:]}")
    went = select(OUTBOUND.c.text).where((OUTBOUND.c.recipient == number) | named)
    return [*tx.execute(came).scalars(), *tx.execute(went).scalars()]


def test_erasing_leaves_nothing_but_the_exchange_itself(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        await post.writes(LETTER)
        await round_of(post, Pins())
        await post.writes("YA 4821", KEPLING)
        await post.writes("daftar untuk ibu saya Rohani")
        await post.writes("0")
        assert len(await post.store.read(lambda tx: members_of(tx, [PHONE]))) == 1
        await post.writes("CATATAN jantung")
        await post.writes("PINDAH jl labu 12 nangka")
        await post.writes("DAFTAR budi 081300000019#paya roba#jl kentang 9")
        await post.writes("DOKTER UMUM BESOK")
        await post.writes("DOKTER UMUM BESOK untuk anak saya Dewi 081300000019")
        await post.writes("LAPOR lampu jalan mati di jl kentang paya roba")
        await post.store.write(lambda tx: tx.exec_driver_sql("UPDATE outbound SET state = 'delivered'"))
        await post.writes("HAPUS DATA")
        await post.store.write(lambda tx: tx.exec_driver_sql("UPDATE outbound SET state = 'delivered'"))
        await post.writes("HAPUS YA")
        sought = (PHONE, "081300000007", "Rohani", "jantung", "Jl. Kentang 7", "jl labu 12")
        left = await post.store.read(lambda tx: everywhere(tx, *sought))
        assert left == ["erasing", "inbound", "outbound"], "HAPUS YA, its answer, and what is still to be gone through"
        texts = await post.store.read(lambda tx: letters_of(tx, PHONE))
        assert len(texts) == 2
        assert texts[0] == "HAPUS YA"
        assert "dihapus" in texts[1]
        await finish(post.store, post.clock)
        assert "erasing" in await post.store.read(lambda tx: everywhere(tx, PHONE)), "its answer is on the way"
        await post.store.write(lambda tx: tx.exec_driver_sql("UPDATE outbound SET state = 'delivered'"))
        await finish(post.store, post.clock)
        assert await post.store.read(lambda tx: everywhere(tx, *sought)) == []
        assert subscriber(PHONE)

    post_office(tmp_path, "binjai", scene)


def test_the_address_of_a_nik_is_nowhere_and_its_digits_in_no_table_but_the_letter(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        await post.writes("DAFTAR Siti#1275044507620003#paya roba#jl kentang 7")
        assert await post.store.read(lambda tx: everywhere(tx, "1275044507620003")) == ["inbound"]
        line = await post.store.read(lambda tx: find(tx, PHONE))
        assert line is not None
        assert line.kelurahan == "12.75.03.1004"

    post_office(tmp_path, "binjai", scene)
