"""Calls that last a minute on every line there is do not keep the letters of the same emergency waiting behind them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from modem.virtual import Behaviour, NetworkSettings
from tests.fixtures.whole import on_one_engine
from tests.walks.house import GINA
from tests.walks.indoors import Indoors, indoors

MAILBOX = Behaviour(voicemail=True, answer_after_s=3.0, echo=True)
AIR_S = 3.0
WITH_HIS_CALL = timedelta(seconds=15)
TOLD = timedelta(seconds=120 + 75 + 15)  # 120 s, and one call that was under way on each line


@on_one_engine("of lines and their order")
@pytest.mark.parametrize("modems", [1, 2])
def test_who_is_rung_has_the_code_while_he_is_rung_though_every_line_is_in_a_call(modems: int, tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        for number in (*town.city.roster_numbers(), *(post.number for post in town.city.operators)):
            town.network.phone(number).behave(MAILBOX)
        begun = town.clock.now()
        await town.sms(GINA, "TOLONG RAMPOK", then=300.0)
        rung = [phone for phone in town.network.phones.values() if phone.calls and phone.number != GINA]
        officers = [phone for phone in rung if phone.number in town.city.roster_numbers()]
        assert len(officers) > 1
        late = {
            phone.number: (phone.inbox[0].received_at - phone.calls[0].started_at).total_seconds()
            for phone in officers
            if not phone.inbox or phone.inbox[0].received_at > phone.calls[0].started_at + WITH_HIS_CALL
        }
        assert late == {}
        told = [sms for sms in town.network.phone(GINA).inbox if "belum" in sms.text.lower()]
        assert told, [sms.text for sms in town.network.phone(GINA).inbox]
        assert told[0].received_at - begun < TOLD

    indoors(tmp_path, scene, modems=modems, network=NetworkSettings(air_s=AIR_S, setup_s=3.0))
