"""Two dispatchers, an officer, the caller and the ladder in any order: no act of one is undone unseen by the other,
and a confirmed incident never stands without a timer or an alarm."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch import store
from dispatch.acceptance import Who
from dispatch.acts import carry_out
from dispatch.case import Event
from dispatch.incident import State
from dispatch.plan import EffectKind
from dispatch.seen import UNDOES, revision
from tests.dispatch.stage import ANI, DODI, GINA, Stage, play
from tests.fixtures.whole import examples

PEOPLE = {name: Who(name=name, how="page", login=name.lower()) for name in ("Sari", "Budi")}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "accept": {},
    "next": {},
    "cancel": {},
    "close": {"finding": "handled"},
    "assign": {"to": DODI},
    "place": {"lat": "-0.89", "lon": "119.81"},
    "call": {},
    "text": {"words": "di mana?"},
    "mark": {"as": "real"},
    "note": {"words": "dicatat"},
}
ENDS = ("cancel", "close")
MILD = tuple(act for act in FIELDS if act not in ENDS)

looks = st.tuples(st.just("look"), st.sampled_from(list(PEOPLE)))
acts = st.tuples(st.just("act"), st.sampled_from(list(PEOPLE)), st.sampled_from([*MILD, *MILD, *ENDS]))
others = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1.0, 20.0, 150.0])),
    st.tuples(st.just("caller"), st.sampled_from(["cepat pak", "di kel hulu"])),
    st.tuples(st.just("officer"), st.sampled_from([ANI, DODI])),
)
courses = st.lists(st.one_of(acts, acts, looks, others), min_size=4, max_size=12)


@pytest.mark.sqlite_only("sequences of verbs that test_acts.py tries on both")
@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(course=courses)
def test_whatever_two_people_and_the_ladder_do_nothing_is_undone_unseen(course: list[tuple[str, ...]]) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", then=3)
        saw = dict.fromkeys(PEOPLE, await seen(stage))
        for step in course:
            if step[0] == "look":
                saw[step[1]] = await seen(stage)
            elif step[0] == "act":
                await acted(stage, step[1], step[2], saw[step[1]])
            elif step[0] == "wait":
                await stage.go(float(step[1]))
            elif step[0] == "caller":
                await stage.sms(GINA, step[1])
            elif codes := [offer.code for offer in await stage.offers(step[1])]:
                await stage.sms(step[1], codes[-1])
            await holds(stage)
        await stage.go(5)
        await holds(stage)

    with TemporaryDirectory() as folder:
        play(Path(folder), scene)


async def seen(stage: Stage) -> int:
    return await stage.store.read(lambda tx: revision(tx, 1))


async def acted(stage: Stage, name: str, act: str, saw: int) -> None:
    """He acts on what he saw last. Where it would undo what another did since, nothing may change."""
    newer = [
        line for line in await lines(stage) if line.id > saw and line.who != name and line.kind in UNDOES.get(act, ())
    ]
    before = await stage.case()
    now = stage.clock.now()
    verdict = await stage.store.write(
        lambda tx: carry_out(tx, stage.city, 1, act, PEOPLE[name], now, FIELDS[act], seen=saw, new_code=stage.new_code)
    )
    stage.dispatch.look([1])
    if newer:
        assert not verdict.done
        assert verdict.undone
        assert await stage.case() == before
    elif not before.incident.state.open:
        assert verdict.done == (act in ("note", "text", "mark"))
        assert (await stage.case()).incident.state is before.incident.state


async def lines(stage: Stage) -> list[Event]:
    return await stage.store.read(lambda tx: store.events_of(tx, 1))


async def holds(stage: Stage) -> None:
    """What is true at every moment."""
    await stage.go(0.5)  # the loop has looked
    case, rows = await stage.case(), await stage.rows()
    if case.incident.state is State.CONFIRMED:
        assert case.wake_at is not None or case.alarm
    if case.incident.state is State.ACCEPTED:
        assert case.incident.accepted_by
    if not case.incident.state.open:
        assert case.assigned_to is None
        assert not [row for row in rows if row.effect.kind is EffectKind.CALL and row.state.under_way]
    assert len({row.effect.key for row in rows}) == len(rows)
