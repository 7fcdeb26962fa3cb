"""Whole conversations by SMS, through the real inbox, store and desks, as readable transcripts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.enough import MOST
from gateway.messages import Lane
from gateway.store import Tx
from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND
from gateway.store.people import residents_after, save
from tests.dispatch.phones import Post, played, post_office, settled
from tests.dispatch.talks import PHONE, Transcript, pack, somebody, transcripts

SCRIPTS = transcripts(Path(__file__).with_name("talks_sms.txt"))
LINES = ("1 DARURAT", "2 Lapor keluhan", "3 Antre dokter", "4 Daftar", "5 Data saya", "6 Layanan lain")
MENU = " / ".join(("Layanan Kota Binjai", *LINES))


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.title for script in SCRIPTS])
def test_a_conversation_goes_as_it_is_written(tmp_path: Path, script: Transcript) -> None:
    async def scene(post: Post) -> list[str]:
        await settled(script.setting)(post)
        return await played(post, script)

    assert post_office(tmp_path, script.setting[0], scene) == list(script.lines)


@pytest.mark.parametrize("sender", ["3636", "TELKOMSEL", ""])
def test_a_machine_is_never_answered(tmp_path: Path, sender: str) -> None:
    async def scene(post: Post) -> list[str]:
        return [*await post.writes("MENU", sender), *await post.writes("DAFTAR", sender)]

    assert post_office(tmp_path, "binjai", scene) == []


def test_two_phones_hold_their_own_conversations(tmp_path: Path) -> None:
    other = "+6281300000008"

    async def scene(post: Post) -> None:
        await post.writes("DAFTAR")
        assert "lengkap" in (await post.writes("DAFTAR", other))[0]
        await post.writes("Siti")
        await post.writes("Budi", other)
        await post.writes("1")
        await post.writes("2", other)
        for text, number in (("1", PHONE), ("2", other), ("jl satu", PHONE), ("jl dua", other)):
            await post.writes(text, number)
        await post.writes("1")
        await post.writes("1", other)
        lines = [line for line in await post.store.read(residents_after) if line.phone in (PHONE, other)]
        assert [(line.name, line.kelurahan, line.address) for line in lines] == [
            ("Siti", "12.75.01.1001", "jl satu"),
            ("Budi", "12.75.02.1002", "jl dua"),
        ]

    post_office(tmp_path, "binjai", scene)


def test_limits_touch_replies_and_never_the_alarm(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        answers = [await post.writes("MENU") for _ in range(MOST + 10)]
        assert sum(MENU in one for one in answers) == MOST
        assert [nth for nth, one in enumerate(answers) if "tanpa balasan" in str(one)] == [MOST - 1]  # said, and once
        await post.writes("1")
        assert [case.incident.kind for case in await post.cases()] == []
        await post.writes("2")
        assert [case.incident.kind for case in await post.cases()] == ["fire"]

    post_office(tmp_path, "binjai", scene)


def test_a_question_is_worthless_after_its_time_and_goes_in_its_lane(tmp_path: Path) -> None:
    def rows(tx: Tx) -> list[tuple[str, str, timedelta]]:
        found = tx.execute(select(OUTBOUND).where(OUTBOUND.c.key.startswith("talk/")).order_by(OUTBOUND.c.id))
        return [(row.text[:9], row.lane, row.expires_at - row.created_at) for row in found]

    async def scene(post: Post) -> None:
        for text in ("MENU", "1", "2"):
            await post.writes(text)
        stands = timedelta(seconds=pack("binjai").clocks.choice_s)
        assert await post.store.read(rows) == [
            ("Layanan K", Lane.SERVICE, stands),
            ("1 PERAMPO", Lane.EMERGENCY, stands),
            ("KEBAKARAN", Lane.EMERGENCY, stands),
        ]

    post_office(tmp_path, "binjai", scene)


def test_the_digit_that_may_raise_an_alarm_is_urgent_and_one_of_a_registration_is_not(tmp_path: Path) -> None:
    def urgencies(tx: Tx) -> list[tuple[str, int]]:
        return [(row.text, row.urgency) for row in tx.execute(select(INBOUND).order_by(INBOUND.c.id))]

    async def scene(post: Post) -> None:
        for text in ("DAFTAR", "Siti", "1", "MENU", "1", "2"):
            await post.writes(text)
        told = [("DAFTAR", 1), ("Siti", 1), ("1", 1), ("MENU", 1), ("1", 0), ("2", 0), ("KEBAKARAN", 0)]
        assert await post.store.read(urgencies) == told

    post_office(tmp_path, "binjai", scene)


def test_a_forged_letter_shows_and_changes_nothing(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        city = pack("binjai")
        await post.store.write(lambda tx: save(tx, somebody(city, "id", name="Rahasia")))
        said = [
            *await post.writes("DATA SAYA", doubts=("no such field",)),
            *await post.writes("DAFTAR", doubts=("no such field",)),
            *await post.writes("MENU"),
            *await post.writes("1", doubts=("no such field",)),
            *await post.writes("2", doubts=("no such field",)),
        ]
        assert not any("Rahasia" in text or "terdaftar:" in text for text in said)
        (case,) = await post.cases()
        assert case.incident.kind == "fire"

    post_office(tmp_path, "binjai", scene)


def test_what_is_typed_ahead_counts(tmp_path: Path) -> None:
    """Five letters at once, as a hurried thumb or a slow network brings them."""

    async def scene(post: Post) -> None:
        await post.writes("MENU")
        async with post.clock.timeout(60):
            for text in ("1", "2"):
                await post.say(text)
        await post.passes(5)
        assert [case.incident.kind for case in await post.cases()] == ["fire"]

    post_office(tmp_path, "binjai", scene)


def test_an_alarm_and_its_place_that_are_read_together_belong_together(tmp_path: Path) -> None:
    """As after an outage, or when a whole path was dialled at once."""

    async def scene(post: Post) -> None:
        async with post.asleep():
            await post.say("RAMPOK")
            await post.say("di kel paya roba jl labu")
        await post.passes(2)
        (case,) = await post.cases()
        assert case.incident.place.kelurahan == "12.75.03.1004"

    post_office(tmp_path, "binjai", scene)


def test_a_dialogue_and_its_first_answer_that_are_read_together_belong_together(tmp_path: Path) -> None:
    async def scene(post: Post) -> list[str]:
        async with post.asleep():
            await post.say("DAFTAR")
            await post.say("Siti Aminah")
        await post.passes(2)
        return await post.news()

    assert [text[:12] for text in post_office(tmp_path, "binjai", scene)] == ["Pendaftaran.", "Anda tinggal"]
