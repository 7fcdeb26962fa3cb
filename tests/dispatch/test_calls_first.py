"""The siren's call is claimed before the letters of its incident are: what is claimed for a siren is one sync less."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.outbox import Outbox
from tests.dispatch.stage import GINA, HULU_SIREN, Stage, play
from tests.fixtures.engines import outside


def claimed_sirens(path: Path) -> int:
    """Sirens whose call is under way or over, as the disk has it."""
    return int(outside(path, "SELECT count(*) AS n FROM effect WHERE kind = 'siren' AND state <> 'intended'")[0]["n"])


def queued_letters(path: Path) -> int:
    return int(outside(path, "SELECT count(*) AS n FROM outbound")[0]["n"])


def heard(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """At each waking of the outbox: (claimed sirens, letters in it)."""
    told: list[tuple[int, int]] = []
    wake = Outbox.wake

    def listening(outbox: Outbox) -> None:
        told.append((claimed_sirens(stage.path), queued_letters(stage.path)))
        wake(outbox)

    monkeypatch.setattr(Outbox, "wake", listening)
    return told


def test_letters_of_an_emergency_are_woken_when_its_siren_is_about_to_be_dialled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        told = heard(stage, monkeypatch)
        await stage.stop()
        await stage.start()
        told.clear()
        await stage.sms(GINA, "RAMPOK", then=2)
        assert stage.world.calls(HULU_SIREN) == 1
        assert [letters for _, letters in told if letters]
        assert all(sirens for sirens, letters in told if letters)

    play(tmp_path, scene)


def test_letters_do_not_wait_for_a_call_that_no_line_is_free_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        told = heard(stage, monkeypatch)
        await stage.stop()
        await stage.start()
        stage.modems[0].well = False
        told.clear()
        await stage.sms(GINA, "RAMPOK", then=2)
        assert stage.world.calls(HULU_SIREN) == 0
        assert told[-1] == (0, queued_letters(stage.path))
        assert queued_letters(stage.path) > 0

    play(tmp_path, scene, lines=1)
