"""USSD sessions in the store: keyed by provider, id and phone, with their answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from config.clock import VirtualClock
from gateway.callback import UssdReply
from gateway.store.sessions import (
    Session,
    Stale,
    Turn,
    forget_sessions,
    keep_turns,
    last_sessions,
    session_id,
    sessions_of,
)
from tests.gateway.room import BUDI, EPOCH, SITI, opened, play

MENU = UssdReply(text="1 Darurat", more=True)
KEPT = UssdReply(text="dicatat", more=False)


def turn(number: str = SITI, key: str = "a", reply: UssdReply = MENU, **changes: object) -> Turn:
    session = Session(channel="at", session="ATUid_1", number=number, at=EPOCH, version=1)
    return Turn(session=replace(session, **changes), key=key, reply=reply)  # type: ignore[arg-type]


MINE, HIS = session_id("at", "ATUid_1", SITI), session_id("at", "ATUid_1", BUDI)


def test_a_session_is_of_one_provider_one_id_and_one_phone() -> None:
    assert len({MINE, HIS, session_id("other", "ATUid_1", SITI), session_id("at", "ATUid_1|", SITI)}) == 4
    assert session_id("a", "b|c", "d") != session_id("a|b", "c", "d")

    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            both = [turn(stage="siti"), turn(BUDI, reply=KEPT, stage="budi")]
            await store.write(lambda tx: keep_turns(tx, both))
            found = await store.read(lambda tx: sessions_of(tx, [MINE, HIS, "nobody's"]))
            assert {key: (one.stage, dict(one.answers)) for key, one in found.items()} == {
                MINE: ("siti", {"a": MENU}),
                HIS: ("budi", {"a": KEPT}),
            }

    play(main)


def test_an_older_turn_is_not_written_over_a_newer_and_takes_its_neighbours_along() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await store.write(lambda tx: keep_turns(tx, [turn()]))
            await store.write(lambda tx: keep_turns(tx, [turn(key="b", version=3, path="1")]))
            for version in (1, 2, 3):
                late = [turn(BUDI), turn(key="c", version=version, path="2")]
                with pytest.raises(Stale):
                    await store.write(lambda tx, late=late: keep_turns(tx, late))  # type: ignore[misc]
            found = await store.read(lambda tx: sessions_of(tx, [MINE, HIS]))
            assert set(found) == {MINE}
            assert (found[MINE].path, found[MINE].version, set(found[MINE].answers)) == ("1", 3, {"a", "b"})

    play(main)


def test_an_id_given_again_has_its_own_answers() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await store.write(lambda tx: keep_turns(tx, [turn()]))
            await store.write(lambda tx: keep_turns(tx, [turn(version=2, run=1, reply=KEPT)]))
            found = await store.read(lambda tx: sessions_of(tx, [MINE]))
            assert found[MINE].answers == {"a": KEPT}

    play(main)


def test_a_phones_last_session_is_found_and_old_ones_are_forgotten() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            many = [turn(session=f"s{minute}", at=EPOCH + timedelta(minutes=minute)) for minute in (3, 4, 0, 1, 2)]
            await store.write(lambda tx: keep_turns(tx, many))
            last = await store.read(lambda tx: last_sessions(tx, [SITI, BUDI], EPOCH))
            assert {number: one.session for number, one in last.items()} == {SITI: "s4"}
            assert await store.read(lambda tx: last_sessions(tx, [SITI], EPOCH + timedelta(minutes=5))) == {}
            early = EPOCH + timedelta(minutes=3)
            for left in (2, 1, 0):
                assert await store.write(lambda tx: forget_sessions(tx, early, 2)) == left
            ids = [session_id("at", f"s{minute}", SITI) for minute in range(5)]
            assert set(await store.read(lambda tx: sessions_of(tx, ids))) == {*ids[3:]}

    play(main)
