"""With one line the siren is rung before anybody is called, whatever was written down first."""

from __future__ import annotations

from pathlib import Path

from tests.dispatch.stage import ANI, GINA, HULU_SIREN, Stage, play


def test_a_siren_whose_ring_a_crash_cut_off_is_rung_again_before_the_officer_is_called(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=1)
        assert [call.to for call in stage.world.dialled] == [HULU_SIREN]
        await stage.stop(drop=True)
        await stage.start()
        await stage.go(20)
        assert [call.to for call in stage.world.dialled[:3]] == [HULU_SIREN, HULU_SIREN, ANI]

    play(tmp_path, scene, lines=1)
