"""TOLONG BUS 3: an emergency at the bus's newest fix, followed until somebody accepts; without a fix it is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dispatch.acceptance import Who
from dispatch.console.incidents.reasons import reason_of
from dispatch.correcting import correct, place_at
from dispatch.incident import Certainty, Incident, Place, Source, State
from dispatch.locate import locate
from dispatch.spoken import where
from dispatch.vehicles import NONE, Following, at_vehicle
from dispatch.wording import certainty_words
from gateway.store import Tx
from tests.dispatch.stage import ANI, EPOCH, GINA, STRANGER, Stage, play, town

BATU, BENING, TANJUNG = "99.01.01.1001", "99.01.01.1002", "99.01.02.1001"


@dataclass(frozen=True, kw_only=True)
class Seen:
    words: str
    lat: float
    lon: float
    at: datetime
    accuracy_m: float | None = None


@dataclass
class OneBus:
    """Bus 3, where the test puts it."""

    seen: Seen | None = None
    asked: list[str] = field(default_factory=list)

    def named(self, text: str) -> str | None:
        words = text.lower().split()
        at = words.index("bus") + 1 if "bus" in words[:-1] else 0
        return words[at] if at and words[at].isdigit() else None

    def where(self, tx: Tx, number: str, now: datetime) -> Seen | None:
        self.asked.append(number)
        return self.seen if number == "3" else None

    def put(self, lon: float, at: datetime, lat: float = -0.89) -> None:
        self.seen = Seen(words=f"Bus 3 {at:%H.%M}", lat=lat, lon=lon, at=at)


def bus_at(lon: float, ago: float = 0.0) -> OneBus:
    found = OneBus()
    found.put(lon, EPOCH - timedelta(seconds=ago))
    return found


def placed(vehicles: OneBus, text: str) -> Place:
    tx: Tx = None  # type: ignore[assignment]  # nobody reads here
    return at_vehicle(vehicles, tx, town(), text, locate(text, None, town(), EPOCH), EPOCH)


@pytest.mark.parametrize(
    ("ago", "certainty"),
    [(0, Certainty.SURE), (119, Certainty.SURE), (121, Certainty.LIKELY), (1700, Certainty.LIKELY)],
)
def test_the_place_is_the_newest_fix_with_its_age(ago: float, certainty: Certainty) -> None:
    place = placed(bus_at(119.83, ago), "TOLONG BUS 3")
    assert (place.source, place.kelurahan, place.lat, place.lon) == (Source.VEHICLE, BENING, -0.89, 119.83)
    assert (place.age_s, place.certainty) == (ago, certainty)
    assert place.radius_m is not None
    assert place.radius_m >= 50 + ago


def test_a_bus_beyond_the_border_is_outside() -> None:
    place = placed(bus_at(121.0), "TOLONG BUS 3")
    assert (place.outside, place.kelurahan, place.known) == (True, None, False)


@pytest.mark.parametrize("text", ["TOLONG BUS 9", "tolong di bus 12"])
def test_a_bus_that_is_not_known_leaves_the_place_unknown(text: str) -> None:
    place = placed(bus_at(119.83), text)
    assert (place.known, place.source) == (False, Source.NONE)
    assert any("is not known" in one for one in place.saw)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("TOLONG BUS 3", "vehicle"),
        ("TOLONG BUS 9", "vehicle_lost"),
        ("tolong bus 3 di batu merah", "vehicle_words"),
        ("tolong bus 9 di batu merah", "vehicle_lost"),
    ],
)
def test_what_led_to_the_place_is_said_on_the_page_in_its_language(text: str, key: str) -> None:
    assert reason_of(placed(bus_at(119.83), text).saw[-1]).key == key


def test_words_that_name_no_bus_are_read_as_before() -> None:
    vehicles = bus_at(119.83)
    for text in ("TOLONG", "rampok di batu merah", "kebakaran di bus", "tolong bus"):
        assert placed(vehicles, text) == locate(text, None, town(), EPOCH)
    assert vehicles.asked == []


def test_a_place_that_is_named_beside_the_bus_is_believed() -> None:
    place = placed(bus_at(119.83), "tolong bus 3 di batu merah")
    assert (place.source, place.kelurahan) == (Source.TEXT, BATU)


def test_without_vehicles_nothing_changes() -> None:
    tx: Tx = None  # type: ignore[assignment]
    found = locate("TOLONG BUS 3", None, town(), EPOCH)
    assert at_vehicle(NONE, tx, town(), "TOLONG BUS 3", found, EPOCH) is found
    assert Following(town(), NONE).run(tx, EPOCH) is None


def test_officers_hear_and_read_that_it_comes_from_the_tracker_and_how_old_it_is() -> None:
    assert bus_at(119.83, 240).seen is not None
    place = placed(bus_at(119.83, 240), "TOLONG BUS 3")
    assert certainty_words(place) == "certainty_vehicle"
    case = replace(_incident(), place=place)
    said: list[str] = []

    def say(id: str, /, **fields: object) -> str:
        said.append(id)
        return f"{id}({','.join(map(str, fields.values()))})"

    assert "fact_vehicle(age_minutes(4))" in where(town(), case, EPOCH, say, "id")
    assert "age_minutes(9)" in where(town(), case, EPOCH + timedelta(minutes=5), say, "id")


def _incident() -> Incident:
    return Incident(id=1, code="1", state=State.CONFIRMED, kind="sos", caller=GINA, opened_at=EPOCH)


# -- a whole town


def on_stage(tmp_path: Path, scene: Callable[[Stage, OneBus], Awaitable[None]]) -> None:
    bus = OneBus()

    async def begun(stage: Stage) -> None:
        desk = stage.desk
        desk._vehicles, desk.following = bus, Following(stage.city, bus)
        await scene(stage, bus)

    play(tmp_path, begun)


async def follow(stage: Stage) -> None:
    await stage.store.write(lambda tx: stage.desk.following.run(tx, stage.clock.now()))
    await stage.go(5)


def test_the_place_is_where_the_bus_is_and_not_at_home(tmp_path: Path) -> None:
    async def scene(stage: Stage, bus: OneBus) -> None:
        await stage.resident()  # at Batu Merah
        bus.put(119.85, stage.clock.now())
        await stage.sms(GINA, "TOLONG BUS 3", then=30)
        here = (await stage.case()).incident
        assert (here.place.source, here.place.kelurahan) == (Source.VEHICLE, TANJUNG)

    on_stage(tmp_path, scene)


def test_an_unknown_bus_raises_the_alarm_all_the_same_and_asks_where(tmp_path: Path) -> None:
    async def scene(stage: Stage, bus: OneBus) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG BUS 8", then=30)
        here = (await stage.case()).incident
        assert (here.state, here.place.known) == (State.CONFIRMED, False)
        assert any("Di mana" in text for text in await stage.queued(GINA))
        assert await stage.rows()

    on_stage(tmp_path, scene)


def test_the_place_follows_the_bus_until_somebody_accepts(tmp_path: Path) -> None:
    async def scene(stage: Stage, bus: OneBus) -> None:
        bus.put(119.81, stage.clock.now())
        await stage.sms(STRANGER, "TOLONG BUS 3", then=30)
        first = (await stage.case()).incident
        assert first.place.kelurahan == BATU
        bus.put(119.811, stage.clock.now())
        await follow(stage)
        assert (await stage.case()).incident.place == first.place  # a hundred metres are no news
        bus.put(119.85, stage.clock.now())
        await follow(stage)
        moved = (await stage.case()).incident
        assert moved.place.kelurahan == TANJUNG
        assert any("tempat kini" in text for text in await stage.queued(ANI))

    on_stage(tmp_path, scene)


def test_whoever_accepted_is_told_once_where_it_is_now(tmp_path: Path) -> None:
    async def scene(stage: Stage, bus: OneBus) -> None:
        bus.put(119.81, stage.clock.now())
        await stage.sms(STRANGER, "TOLONG BUS 3", then=60)
        await stage.sms(ANI, await stage.code(ANI), then=30)
        assert (await stage.case()).incident.state is State.ACCEPTED

        def news(texts: list[str]) -> list[str]:
            return [text for text in texts if "tempat kini" in text]

        assert news(await stage.queued(ANI)) == []
        for lon in (119.82, 119.83, 119.84):
            bus.put(lon, stage.clock.now())
            await follow(stage)
        assert len(news(await stage.queued(ANI))) == 1
        assert (await stage.case()).incident.place.lon == 119.82
        assert (await stage.case()).incident.state is State.ACCEPTED

    on_stage(tmp_path, scene)


def test_a_person_who_put_the_place_right_is_not_overruled(tmp_path: Path) -> None:
    async def scene(stage: Stage, bus: OneBus) -> None:
        bus.put(119.81, stage.clock.now())
        await stage.sms(STRANGER, "TOLONG BUS 3", then=30)
        number, now = (await stage.case()).incident.id, stage.clock.now()
        here = place_at(stage.city, -0.89, 119.83)
        await stage.store.write(lambda tx: correct(tx, stage.city, number, Who(name="Wati", how="page"), now, here))
        bus.put(119.85, stage.clock.now())
        await follow(stage)
        assert (await stage.case()).incident.place.kelurahan == BENING

    on_stage(tmp_path, scene)


def test_later_words_about_the_bus_place_an_alarm_that_had_no_place(tmp_path: Path) -> None:
    async def scene(stage: Stage, bus: OneBus) -> None:
        bus.put(119.83, stage.clock.now())
        await stage.sms(STRANGER, "rampok!", then=30)
        assert not (await stage.case()).incident.place.known
        await stage.sms(STRANGER, "di bus 3", then=30)
        here = (await stage.case()).incident
        assert (here.place.source, here.place.kelurahan) == (Source.VEHICLE, BENING)

    on_stage(tmp_path, scene)
