"""When no call comes through, people get texts at a bearable pace, and the climb goes on for ever."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from dispatch.incident import State
from dispatch.plan import EffectKind
from tests.dispatch.stage import ANI, DODI, EKO, GINA, POSKO, Stage, play
from tests.ivr.scripted import IS_ENGAGED, IS_OFF

SPELL_S = 1800.0  # how long it stays so


OTHERWISE = pytest.mark.rest("another reason why no call comes through")


@pytest.mark.parametrize(
    "why",
    [
        "every phone is off",
        pytest.param("every phone is engaged", marks=OTHERWISE),
        pytest.param("the modem dials nothing", marks=OTHERWISE),
    ],
)
def test_while_every_call_fails_at_once_nobody_is_flooded_with_offers_or_alarms(why: str, tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        for phone in (ANI, DODI, EKO, POSKO):
            stage.world.phone(phone, IS_OFF if why == "every phone is off" else IS_ENGAGED)
        for modem in stage.modems:
            modem.broken = why == "the modem dials nothing"
        await stage.sms(GINA, "RAMPOK", then=SPELL_S)
        most = SPELL_S / stage.city.clocks.nobody_s + 2
        for phone in (GINA, ANI, DODI, EKO, POSKO):
            texts = Counter(_kind(text) for text in stage.texts(phone))
            assert all(count <= most for count in texts.values()), (phone, texts)
        assert Counter(_kind(text) for text in stage.texts(GINA)) == {"dicatat": 1, "belum ada petugas": 1}
        assert len(stage.texts(POSKO)) > 5, "and headquarters is not left in peace either"
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert (await stage.case()).alarm
        calls = await stage.rows(kind=EffectKind.CALL)
        assert len({row.effect.round for row in calls}) > 5, "round after round"
        await stage.sms(ANI, await stage.code(ANI), then=30)
        assert (await stage.case()).incident.state is State.ACCEPTED

    play(tmp_path, scene)


def _kind(text: str) -> str:
    words = ("dicatat", "belum ada petugas", "untuk terima", "BELUM ADA YANG MENERIMA")
    return next((word for word in words if word in text), text)
