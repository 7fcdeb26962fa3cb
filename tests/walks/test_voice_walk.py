"""An emergency by voice, joined from end to end in memory: the officer's phone rings, he hears it, and presses one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from dispatch.case import Case
from dispatch.incident import State
from dispatch.store.incidents import listed
from gateway.pulse import Status
from gateway.store.forgetting import forget_person, kept_besides
from gateway.store.people import find
from ivr.store import CALLS
from modem.virtual import Behaviour
from tests.fixtures.whole import on_one_engine
from tests.walks.house import GINA, HADI
from tests.walks.indoors import Indoors, indoors

CRY = "TOLONG RAMPOK"
LISTENS = Behaviour(answer_after_s=4.0, keys="1", key_after_s=2.0)


async def case(town: Indoors) -> Case:
    """The one incident."""
    (one,) = await town.house.store.read(lambda tx: listed(tx, latest=10))
    return one


def officers(town: Indoors, does: Behaviour) -> None:
    for number in (*town.city.roster_numbers(), *(post.number for post in town.city.operators)):
        town.network.phone(number).behave(does)


def test_an_officer_hears_the_incident_and_accepts_by_key(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        officers(town, LISTENS)
        await town.sms(GINA, CRY, then=60.0)
        here = (await case(town)).incident
        assert here.state is State.ACCEPTED
        phone = town.network.phone(here.accepted_by or "")
        assert any(phone.calls)
        rows = await town.house.store.read(lambda tx: tx.execute(select(CALLS)).all())
        (mine,) = [row for row in rows if row.number == here.accepted_by]
        assert (mine.flow, mine.about.split("/")[0]) == ("officer", str(here.id))
        assert mine.said.index('"us"') < mine.said.index('"them"'), "he heard it before he pressed"
        assert mine.ended_at is not None
        assert town.part("calls").status is Status.OK
        voice = next(part for part in town.house.pulse.parts() if part.kind == "voice")
        assert voice.detail == "can carry a voice"

    indoors(tmp_path, scene)


@pytest.mark.parametrize(
    "does",
    [
        Behaviour(answer_after_s=4.0),
        Behaviour(answer_after_s=4.0, hangup_after_s=3.0),
        Behaviour(voicemail=True, answer_after_s=4.0),
        Behaviour(voicemail=True, answer_after_s=4.0, echo=True),
        Behaviour(answer_after_s=4.0, keys="2", key_after_s=2.0),
        Behaviour(answer_after_s=4.0, keys="98", key_after_s=2.0),
    ],
    ids=["silent", "hangs up", "voicemail", "an echo", "cannot", "other keys"],
)
@on_one_engine("that nothing is kept of it: tests/dispatch/test_voice.py, on both")
def test_whoever_answers_and_does_not_press_one_has_not_accepted(tmp_path: Path, does: Behaviour) -> None:
    async def scene(town: Indoors) -> None:
        officers(town, does)
        await town.sms(GINA, CRY, then=240.0)
        assert (await case(town)).incident.state is State.CONFIRMED

    indoors(tmp_path, scene)


def test_a_modem_unplugged_in_mid_call_gives_the_officer_another_call(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        officers(town, Behaviour(answer_after_s=4.0))
        await town.sms(GINA, CRY, then=20.0)
        while not any(call.answered_at for phone in town.network.phones.values() for call in phone.calls):
            await town.clock.sleep(1.0)
        town.modem.unplug()
        await town.clock.sleep(20.0)
        officers(town, LISTENS)
        town.modem.plug()
        await town.clock.sleep(240.0)
        assert (await case(town)).incident.state is State.ACCEPTED

    indoors(tmp_path, scene)


def test_who_is_forgotten_is_forgotten_in_the_calls_about_him_too_and_the_officer_in_mid_call_is_served(
    tmp_path: Path,
) -> None:
    async def scene(town: Indoors) -> None:
        store = town.house.store
        officers(town, Behaviour(answer_after_s=4.0, keys="1", key_after_s=12.0))
        await town.sms(GINA, CRY, then=14.0)
        (name,) = await store.read(lambda tx: [find(tx, GINA)])
        assert name is not None
        ours = select(CALLS.c.said, CALLS.c.state, CALLS.c.turn, CALLS.c.ended_at).where(CALLS.c.flow == "officer")
        (told,) = await store.read(lambda tx: tx.execute(ours).all())
        assert told.ended_at is None
        assert name.name in told.said
        assert await store.read(lambda tx: kept_besides(tx, GINA)["calls_about"])
        await store.write(lambda tx: forget_person(tx, GINA))
        await town.clock.sleep(60.0)
        assert (await case(town)).incident.state is State.ACCEPTED, "he was served to the end"
        (said,) = await store.read(lambda tx: tx.execute(ours).all())
        assert (said.said, said.ended_at is not None) == ("null", True)
        await town.clock.sleep(4000.0)
        (swept,) = await store.read(lambda tx: tx.execute(ours).all())
        assert (swept.said, swept.state, swept.turn) == ("null", "", "")

    indoors(tmp_path, scene)


def test_words_of_a_call_that_is_over_go_at_once_and_those_about_others_stay(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        store = town.house.store
        officers(town, LISTENS)
        await town.sms(GINA, CRY, then=60.0)
        await town.sms(HADI, CRY, then=60.0)
        ours = select(CALLS.c.said, CALLS.c.state, CALLS.c.turn).where(CALLS.c.flow == "officer").order_by(CALLS.c.id)
        before = {row.said: row for row in await store.read(lambda tx: tx.execute(ours).all())}
        assert len(before) == 2
        await store.write(lambda tx: forget_person(tx, GINA))
        gone, stays = sorted(await store.read(lambda tx: tx.execute(ours).all()), key=lambda row: row.said != "null")
        assert tuple(gone) == ("null", "", "")
        assert stays == before[stays.said]
        assert len(await store.read(lambda tx: kept_besides(tx, HADI)["calls_about"])) == 1

    indoors(tmp_path, scene)
