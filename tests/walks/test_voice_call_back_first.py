"""A missed call is rung back within ten seconds, whatever else the lines are wanted for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.messages import Lane, Outbound
from gateway.store import Tx, put
from modem.virtual import Behaviour
from tests.walks.house import GINA
from tests.walks.indoors import Indoors, indoors

OTHER = "+6281299990001"
WITHIN_S = 10.0
BULK = 1_000


def bulk(tx: Tx, town: Indoors, words: str) -> None:
    """Letters to a thousand people."""
    expires = town.clock.now() + timedelta(days=1)
    for nth in range(BULK):
        put(tx, Outbound(to=f"+62812{nth:08d}", text=words, lane=Lane.BULK, key=f"b/{nth}", expires_at=expires))


@pytest.mark.sqlite_only("letters and calls are the same in both")
@pytest.mark.parametrize("parts", [1])
@pytest.mark.parametrize("after_s", [1.0])
def test_a_missed_call_is_rung_back_in_ten_seconds_behind_letters_and_an_officer_s_talk(
    tmp_path: Path, parts: int, after_s: float
) -> None:
    async def scene(town: Indoors) -> None:
        people = [*town.city.roster_numbers(), *(post.number for post in town.city.operators)]
        for number in people:
            town.network.phone(number).behave(Behaviour(answer_after_s=2.0, keys="3", key_after_s=2.0))
        await town.sms(OTHER, "TOLONG RAMPOK", then=10.0)
        assert sum(town.network.phone(number).talking for number in people) == 1
        await town.house.store.write(lambda tx: bulk(tx, town, "Posyandu buka hari Rabu. " * 6 * parts))
        town.house.post.wake()
        await town.clock.sleep(8.0 + after_s)
        assert sum(town.network.phone(number).talking for number in people) == 1, "one officer still talks"
        caller = town.network.phone(GINA)
        free = next(modem for modem in town.network.modems if not modem.engaged())
        note = caller.call(free.number, 3.0)
        while caller.engaged():
            await town.clock.sleep(0.1)
        over = note.ended_at
        assert over is not None
        await town.clock.sleep(WITHIN_S)
        backs = [call for call in caller.calls if call.incoming and call.alerted_at is not None]
        assert backs, "rung back"
        assert (backs[0].alerted_at - over).total_seconds() <= WITHIN_S  # type: ignore[operator]

    indoors(tmp_path, scene, modems=2)
