"""Fixes on their way into the store: newest wins, bounded, in groups, and nothing of it holds up a letter."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config.clock import VirtualClock, run_virtual
from eservices.bus.route import Fix
from eservices.bus.seeing import listing, units
from eservices.bus.store import BUS_FIX, BUS_TRAIL, TRAIL, keep, newest, tracks
from eservices.bus.tracking import BURST, WAITING, Trackers
from gateway.pulse import Part, Pulse, Status
from gateway.store import Store, StoreFault
from tests.eservices.bus.town import OTHER, TOKEN, bus_town, fix
from tests.fixtures.engines import fresh, open_store

EPOCH = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # Monday, 11.00 in the town


class Room:
    def __init__(self, store: Store, clock: VirtualClock) -> None:
        self.store, self.clock, self.pulse = store, clock, Pulse(clock)
        self.trackers = Trackers(bus_town(), [TOKEN, OTHER], store, clock, self.pulse)

    def post(self, lon: float, ago: float = 0.0, id: str = "bus-3", lat: float = -0.89) -> tuple[int, str]:
        at = self.clock.now() - timedelta(seconds=ago)
        reply = self.trackers.take({"id": id, "lat": str(lat), "lon": str(lon), "timestamp": at.isoformat()})
        return reply.status, reply.why

    def part(self) -> Part | None:
        return next((one for one in self.pulse.parts() if one.kind == "trackers"), None)


async def kept(room: Room, track: list[Fix]) -> None:
    await room.store.write(lambda tx: keep(tx, {"3": track}))


def play(tmp_path: Path, scene: object, begins: datetime = EPOCH) -> None:
    async def main(clock: VirtualClock) -> None:
        path = tmp_path / "k.db"
        fresh(path)
        async with await open_store(path, clock, inline=True) as store:
            await scene(Room(store, clock))  # type: ignore[operator]

    run_virtual(main, begins)


def test_only_a_token_of_ours_opens(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        assert room.trackers.opens(TOKEN)
        assert room.trackers.opens(OTHER)
        assert not any(room.trackers.opens(one) for one in ("", TOKEN[:-1], TOKEN + "x", "é" * 22))
        assert TOKEN not in repr(room.trackers)

    play(tmp_path, scene)


def test_a_fix_is_kept_and_the_newest_is_where_the_bus_is(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        assert room.post(119.82, ago=60) == (200, "")
        assert room.post(119.825) == (200, "")
        await room.trackers.round()
        found = await room.store.read(newest)
        assert found["3"].lon == 119.825
        track = (await room.store.read(lambda tx: tracks(tx, ["3"])))["3"]
        assert [one.lon for one in track] == [119.82, 119.825]

    play(tmp_path, scene)


def test_old_and_repeated_fixes_do_not_move_a_bus_backwards(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        room.post(119.84)
        await room.trackers.round()
        assert room.post(119.82, ago=300) == (200, "older than the newest")
        assert room.post(119.84) == (200, "known already")
        await room.trackers.round()
        assert (await room.store.read(newest))["3"].lon == 119.84
        await room.store.write(lambda tx: keep(tx, {"3": [fix(EPOCH - timedelta(hours=1), 119.81)]}))
        assert (await room.store.read(newest))["3"].lon == 119.84  # nor by another process

    play(tmp_path, scene)


def test_a_batch_from_a_dead_zone_ends_where_the_bus_is(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        for step in range(int(BURST)):
            assert room.post(119.81 + step / 2000, ago=600 - step * 10)[0] == 200
        await room.trackers.round()
        found = (await room.store.read(newest))["3"]
        assert found.at == EPOCH - timedelta(seconds=600 - (BURST - 1) * 10)
        assert len((await room.store.read(lambda tx: tracks(tx, ["3"])))["3"]) <= WAITING + 1

    play(tmp_path, scene)


def test_after_a_restart_the_newest_is_known(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        room.post(119.84)
        await room.trackers.round()
        again = Room(room.store, room.clock)
        await again.trackers.round()
        assert again.post(119.82, ago=5) == (200, "older than the newest")

    play(tmp_path, scene)


def test_ten_thousand_in_a_second_are_turned_away_and_nothing_grows(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        answers = [room.post(119.82 + n / 1e6, ago=10 - n / 1000)[0] for n in range(10_000)]
        assert answers.count(200) == BURST
        assert answers.count(429) == 10_000 - BURST
        assert room.post(119.83, id="bus-7") == (200, "")  # another bus is not held up
        await room.trackers.round()
        rows = select(func.count()).select_from(BUS_TRAIL)
        assert (await room.store.read(lambda tx: tx.execute(rows).scalar_one())) <= WAITING
        await room.clock.sleep(60)
        assert room.post(119.84)[0] == 200  # and it is heard again

    play(tmp_path, scene)


def test_the_trail_is_short_however_long_a_bus_drives(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        for minute in range(120):
            at = EPOCH + timedelta(minutes=minute)
            track = [fix(at, 119.81 + minute / 4000), fix(at + timedelta(seconds=3), 119.81 + minute / 4000)]
            await kept(room, track)
        count = select(func.count()).select_from(BUS_TRAIL)
        assert (await room.store.read(lambda tx: tx.execute(count).scalar_one())) <= TRAIL
        many = select(func.count()).select_from(BUS_FIX)
        assert (await room.store.read(lambda tx: tx.execute(many).scalar_one())) == 1

    play(tmp_path, scene)


def test_a_store_that_fails_loses_no_newest_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(room: Room) -> None:
        async def broken(work: object) -> None:
            raise StoreFault("gone")

        with monkeypatch.context() as patch:
            patch.setattr(room.store, "write", broken)
            for n in range(50):
                room.post(119.81 + n / 2000, ago=100 - n)
                await room.trackers.round()
        await room.trackers.round()
        assert (await room.store.read(newest))["3"].lon == pytest.approx(119.81 + 49 / 2000)

    play(tmp_path, scene)


def test_many_posts_are_one_transaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(room: Room) -> None:
        written, really = [], room.store.write

        async def counted(work: object) -> object:
            written.append(work)
            return await really(work)  # type: ignore[arg-type]

        monkeypatch.setattr(room.store, "write", counted)
        task = asyncio.create_task(room.trackers.run())
        await room.clock.sleep(3)
        for n in range(20):
            room.post(119.81 + n / 5000, ago=20 - n)
            room.post(119.81 + n / 5000, ago=20 - n, id="bus-7")
        await room.clock.sleep(5)
        task.cancel()
        assert len(written) == 1
        assert set(await room.store.read(newest)) == {"3", "7"}

    play(tmp_path, scene)


def test_health_is_well_while_one_bus_is_heard_and_not_when_all_are_silent(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.trackers.round()
        part = room.part()
        assert part is not None
        assert (part.status, part.detail) == (Status.DEGRADED, "2 of 2 buses silent")
        room.post(119.82)
        await room.trackers.round()
        part = room.part()
        assert part is not None
        assert (part.status, part.detail) == (Status.OK, "1 of 2 buses silent")
        await room.clock.sleep(bus_town().buses.silent_s + 1)
        await room.trackers.round()
        assert (part := room.part()) is not None
        assert part.status is Status.DEGRADED

    play(tmp_path, scene)


def test_out_of_service_hours_silence_is_no_illness(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.trackers.round()
        part = room.part()
        assert part is not None
        assert part.status is Status.OK

    play(tmp_path, scene, EPOCH.replace(hour=14))  # 22.00 in the town


def test_where_no_token_is_set_nobody_is_judged(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        room.trackers = Trackers(bus_town(), [], room.store, room.clock, room.pulse)
        await room.trackers.round()
        assert room.part() is None
        assert not room.trackers.opens("")

    play(tmp_path, scene)


def test_the_list_has_the_silent_ones_first_and_the_map_those_of_late(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        now, city = room.clock.now(), bus_town()
        rows = await room.store.read(lambda tx: listing(tx, city, now))
        assert [(one.vehicle.number, one.state, one.stop) for one in rows] == [
            ("3", "silent", None),
            ("7", "silent", None),
        ]
        room.post(119.829)
        await room.trackers.round()
        rows = await room.store.read(lambda tx: listing(tx, city, now))
        assert [(one.vehicle.number, one.state) for one in rows] == [("7", "silent"), ("3", "heard")]
        assert rows[1].stop is city.buses.stops["bening"]
        (one,) = await room.store.read(lambda tx: units(tx, city, now))
        assert (one.name, one.about, one.fresh) == ("Bus 3", "Timur", True)
        later = now + timedelta(minutes=10)
        (one,) = await room.store.read(lambda tx: units(tx, city, later))
        assert not one.fresh
        assert await room.store.read(lambda tx: units(tx, city, now + timedelta(days=1))) == []

    play(tmp_path, scene)
