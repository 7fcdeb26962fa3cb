"""A tracker gone wild: ten thousand posts a second delay no letter."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from eservices.bus.store import newest
from eservices.bus.tracking import GROUP_S, Trackers
from tests.eservices.bus.town import TOKEN, bus_town
from tests.eservices.lookup.far_room import PAID, Far, scene
from tests.gateway.room import BUDI

A_TENTH = 1000  # posts
SECONDS = 3


def test_a_flood_of_posts_delays_no_emergency_and_no_question() -> None:
    async def main(there: Far) -> None:
        trackers = Trackers(bus_town(), [TOKEN], there.store, there.clock, there.pulse)
        running, answers = asyncio.create_task(trackers.run()), list[int]()

        async def wild() -> None:
            for tenth in range(10 * SECONDS):
                for nth in range(A_TENTH):
                    at = there.clock.now() - timedelta(microseconds=A_TENTH - nth)
                    said = {"lat": "-0.89", "lon": str(119.81 + tenth / 1000), "timestamp": at.isoformat()}
                    answers.append(trackers.take({"id": f"bus-{3 + 4 * (nth % 2)}", **said}).status)
                await there.clock.sleep(0.1)

        flood = asyncio.create_task(wild())
        await there.clock.sleep(0.05)
        began = there.clock.monotonic()
        await there.writes("TOLONG RAMPOK DI BUS 3", BUDI)
        while not await there.letters(BUDI):
            await there.clock.sleep(0.01)
        assert there.clock.monotonic() - began <= 0.1
        text, took = await there.by_sms(PAID)
        assert "LUNAS" in text
        assert took <= 0.2
        assert not flood.done()
        await flood
        await there.clock.sleep(2 * GROUP_S)
        assert set(await there.store.read(newest)) == {"3", "7"}
        assert answers.count(429) > len(answers) * 0.9
        running.cancel()

    scene(main)
