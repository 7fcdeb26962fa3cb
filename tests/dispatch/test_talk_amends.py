"""What a conversation says amends the incident: siren and officers first, then the place, as it becomes known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from dispatch.incident import Source, State
from gateway.dialogue import Effect, Say, Who
from gateway.effects import carry_out
from gateway.registry import find
from tests.dispatch.stage import ANI, DODI, EKO, GINA, HULU, HULU_SIREN, STRANGER, Stage, play
from tests.dispatch.talks import Held, dialogues, held

BATU_MERAH, TANJUNG = HULU, "99.01.02.1001"


class Dialled:
    """A phone in a USSD session whose effects are really carried out."""

    def __init__(self, stage: Stage, number: str) -> None:
        self.stage, self.number, self.turns = stage, number, 0

    async def dials(self) -> None:
        found = await self.stage.store.read(lambda tx: find(tx, self.number))
        who = Who(number=self.number, at=self.stage.clock.now(), language="id", resident=found)
        self.held: Held = held("tinytown", who)

    async def types(self, *keys: str, then: float = 1.0) -> None:
        for key in keys:
            before = len(self.held.effects)
            self.held.say(key)
            await self._carried_out(self.held.effects[before:])
            await self.stage.go(then)

    async def _carried_out(self, effects: Sequence[Effect]) -> None:
        self.turns += 1
        key = f"session/{self.turns}"
        await self.stage.store.write(lambda tx: carry_out(tx, effects, self.held.who, "air", self.stage, key))
        self.stage.inbox.wake()


def test_after_the_second_press_the_siren_and_the_officer_ring_though_nobody_says_more(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        phone = Dialled(stage, GINA)
        await phone.dials()
        await phone.types("1", "1", then=8)  # and hangs up
        here = (await stage.case()).incident
        assert (here.state, here.kind, here.registered, here.siren_allowed) == (State.CONFIRMED, "robbery", True, True)
        assert [call.to for call in stage.world.dialled[:2]] == [HULU_SIREN, ANI]
        assert "PERAMPOKAN" in stage.texts(ANI)[0]
        assert "Bambu Kuning" in stage.texts(ANI)[0]

    play(tmp_path, scene)


def test_of_an_unregistered_caller_the_place_is_learned_step_by_step(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        phone = Dialled(stage, STRANGER)
        await phone.dials()
        await phone.types("1", "1", then=8)
        here = (await stage.case()).incident
        assert (here.state, here.siren_allowed, here.place.known) == (State.CONFIRMED, False, False)
        await phone.types("1")
        here = (await stage.case()).incident
        assert (here.place.kecamatan, here.station) == ("99.01.01", "polsek-hulu")
        await phone.types("1")
        here = (await stage.case()).incident
        assert (here.place.kelurahan, here.place.source, here.place.street) == (BATU_MERAH, Source.TEXT, None)
        await phone.types("jl bambu kuning no 7")
        here = (await stage.case()).incident
        assert (here.place.kelurahan, here.place.street) == (BATU_MERAH, "Bambu Kuning")
        await stage.go(30)
        told = stage.texts(ANI) + stage.texts(DODI) + stage.texts(EKO)
        assert any("tempat kini: Batu Merah" in text or "Batu Merah (" in text for text in told)
        assert any("jl bambu kuning no 7" in text for text in told), told
        assert len(await stage.cases()) == 1

    play(tmp_path, scene)


def test_elsewhere_than_at_home_moves_the_incident_and_the_officers_hear_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        phone = Dialled(stage, GINA)
        await phone.dials()
        await phone.types("1", "1", then=8)
        await phone.types("2", "2", "1", "0", then=8)
        here = (await stage.case()).incident
        assert (here.place.kelurahan, here.place.source) == (TANJUNG, Source.TEXT)
        told = stage.texts(ANI)
        assert any("bukan di alamat terdaftar" in text for text in told), told
        assert any("tempat kini: Tanjung Sepi" in text for text in told), told

    play(tmp_path, scene)


def test_still_at_home_keeps_the_registered_point_and_is_told_to_the_officers(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        phone = Dialled(stage, GINA)
        await phone.dials()
        await phone.types("1", "1", then=8)
        await phone.types("1", then=8)
        here = (await stage.case()).incident
        assert (here.place.source, here.place.lat, here.place.lon) == (Source.REGISTERED, -0.89, 119.81)
        assert any("Masih di alamat terdaftar" in text for text in stage.texts(ANI))

    play(tmp_path, scene)


def test_batal_in_its_minute_stops_everything(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        phone = Dialled(stage, GINA)
        await phone.dials()
        await phone.types("1", "1", "batal", then=5)
        assert (await stage.case()).incident.state is State.CANCELLED

    play(tmp_path, scene)


@pytest.mark.parametrize("digit", ["1", "2"])
def test_a_kind_chosen_while_a_missed_call_is_asked_about_is_that_kind_and_no_answer(
    tmp_path: Path, digit: str
) -> None:
    """By SMS "2" would say "pressed by mistake": what a conversation says is words."""

    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.rings(GINA, then=2)
        phone = Dialled(stage, GINA)
        await phone.dials()
        await phone.types("1", digit, then=3)
        cases = [case.incident for case in await stage.cases()]
        assert State.CONFIRMED in [one.state for one in cases]
        assert {"1": "robbery", "2": "fire"}[digit] in [one.kind for one in cases]
        assert State.CANCELLED not in [one.state for one in cases]

    play(tmp_path, scene)


def test_what_a_conversation_says_is_not_acknowledged_by_sms_once_more(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        phone = Dialled(stage, GINA)
        await phone.dials()
        await phone.types("1", "1", then=5)
        await phone.types("1", then=10)
        assert [text[:9] for text in await stage.queued(GINA)] == ["Laporan 1"]

    play(tmp_path, scene)


def test_the_same_turn_again_says_nothing_twice(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        phone = Dialled(stage, STRANGER)
        await phone.dials()
        for _ in range(3):
            phone.turns = 0
            await phone._carried_out([Say(text="PERAMPOKAN", urgent=True)])
            await stage.go(2)
        assert len(await stage.cases()) == 1
        assert (await stage.said()).count("opened") == 1

    play(tmp_path, scene)


def test_dialogues_are_the_same_for_both_faces() -> None:
    names = [one.name for one in dialogues("tinytown")]
    ours = ["menu", "clinic", "complaints", "registration", "my_data", "message", "emergency", "place"]
    assert [name for name in names if name in ours] == ours
    assert len(set(names)) == len(names)
