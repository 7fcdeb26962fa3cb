"""What became untrue while it waited is not said any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.acceptance import Who, accept, cancel, close
from dispatch.incident import State
from tests.dispatch.stage import ANI, GINA, STRANGER, Stage, play

WHO = Who(name="Operator Sari", how="page")
WANTED = ("sedang dihubungi", "masih dihubungi", "untuk terima", "belum ada petugas", "BELUM ADA")


@pytest.mark.parametrize("ends", [accept, cancel, close])
def test_after_the_network_was_away_nobody_hears_that_an_officer_is_wanted_still(ends: object, tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.air.well = False
        await stage.sms(GINA, "RAMPOK", then=5)
        await stage.sms(GINA, "RAMPOK pakai motor", then=150)
        assert len(await stage.queued(GINA)) >= 3, "kept, kept_repeat, nobody"
        await stage.store.write(lambda tx: ends(tx, stage.city, 1, WHO, stage.clock.now()))  # type: ignore[operator]
        stage.air.well = True
        stage.dispatch.look([1])
        stage.outbox.wake()
        await stage.go(300)
        said = [sms.text for sms in stage.air.sent]
        assert not [text for text in said if any(words in text for words in WANTED)]

    play(tmp_path, scene)


def test_a_text_in_doubt_is_not_repeated_once_an_officer_accepted(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.letter(GINA, "RAMPOK")
        await stage.go(2)  # the first text is on the air
        await stage.stop(drop=True)
        await stage.start()
        await stage.go(10)
        code = await stage.code(ANI)
        await stage.sms(ANI, code, then=300)
        assert (await stage.case()).incident.state is State.ACCEPTED
        accepted_at = (await stage.case()).incident.accepted_at
        late = [sms for sms in stage.air.sent if accepted_at is not None and sms.at > accepted_at]
        assert any("diterima petugas" in sms.text for sms in late)
        assert not [sms for sms in late if any(words in sms.text for words in WANTED)]

    play(tmp_path, scene)


def test_a_stranger_whose_place_is_asked_does_not_hear_after_the_acceptance_that_officers_are_being_called(
    tmp_path: Path,
) -> None:
    async def scene(stage: Stage) -> None:
        stage.air.well = False
        await stage.sms(STRANGER, "RAMPOK", then=5)
        assert any("Di mana tempatnya?" in one for one in await stage.queued(STRANGER))
        await stage.store.write(lambda tx: accept(tx, stage.city, 1, WHO, stage.clock.now()))
        stage.air.well = True
        stage.dispatch.look([1])
        stage.outbox.wake()
        await stage.go(60)
        said = [sms.text for sms in stage.air.sent if sms.to == STRANGER]
        assert said
        assert not [text for text in said if any(words in text for words in WANTED)]

    play(tmp_path, scene)
