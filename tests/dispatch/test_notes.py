"""Health notes reach the officer who accepted, and nobody else."""

from __future__ import annotations

from pathlib import Path

from gateway.store.households import Member, keep_member
from tests.dispatch.stage import ANI, DODI, GINA, Stage, play


def test_the_officer_who_accepted_is_told_the_notes_and_nobody_else(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident(notes="jantung", cannot_walk=True)
        mother = Member(phone=GINA, name="Rohani", notes="tuli", at=stage.clock.now())
        await stage.store.write(lambda tx: keep_member(tx, mother))
        await stage.sms(GINA, "RAMPOK", then=50)
        assert not any("jantung" in text for text in (*stage.texts(ANI), *stage.texts(DODI)))
        await stage.sms(ANI, f"siap {await stage.code(ANI)}", then=20)
        told = [text for text in stage.texts(ANI) if "jantung" in text]
        assert told == ["Laporan 1: catatan warga: Tidak bisa jalan, jantung; Rohani: tuli"]
        assert not any("jantung" in text or "tuli" in text for text in stage.texts(DODI))
        assert not any("jantung" in text for text in stage.texts(GINA))

    play(tmp_path, scene)


def test_notes_of_a_line_that_nobody_vouched_for_are_not_passed_on(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident(notes="jantung", confirmed=False)
        await stage.sms(GINA, "RAMPOK di Batu Merah", then=50)
        await stage.sms(ANI, f"siap {await stage.code(ANI)}", then=20)
        assert not any("jantung" in text for text in stage.texts(ANI))

    play(tmp_path, scene)
