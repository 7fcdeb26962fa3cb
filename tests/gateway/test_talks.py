"""Conversations in the store: sessions keyed by provider, id and phone; answers; dialogues by SMS."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from config.clock import VirtualClock
from gateway.callback import UssdReply
from gateway.dialogue import Choice
from gateway.store.changes import Change, change_of, changes, end_change, keep_change
from gateway.store.talks import (
    Session,
    Stale,
    Talk,
    end_talk,
    forget_sessions,
    keep_talk,
    keep_turn,
    lapsed,
    last_session,
    open_talks,
    session_of,
    talk_of,
)
from tests.gateway.room import BUDI, EPOCH, SITI, opened, play

MENU = UssdReply(text="1 Darurat", more=True)
KEPT = UssdReply(text="dicatat", more=False)


def session(number: str = SITI, **changes: object) -> Session:
    return replace(Session(channel="at", session="ATUid_1", number=number, at=EPOCH, version=1), **changes)  # type: ignore[arg-type]


def test_a_session_is_of_one_provider_one_id_and_one_phone() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await store.write(lambda tx: keep_turn(tx, session(stage="siti"), "k", MENU))
            await store.write(lambda tx: keep_turn(tx, session(BUDI, stage="budi"), "k", KEPT))
            mine = await store.read(lambda tx: session_of(tx, "at", "ATUid_1", SITI))
            his = await store.read(lambda tx: session_of(tx, "at", "ATUid_1", BUDI))
            assert mine is not None
            assert his is not None
            assert (mine.stage, mine.answers) == ("siti", {"k": MENU})
            assert (his.stage, his.answers) == ("budi", {"k": KEPT})
            assert await store.read(lambda tx: session_of(tx, "other", "ATUid_1", SITI)) is None

    play(main)


def test_an_older_turn_is_not_written_over_a_newer() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            number = await store.write(lambda tx: keep_turn(tx, session(), "a", MENU))
            await store.write(lambda tx: keep_turn(tx, session(id=number, version=3, path="1"), "b", MENU))
            with pytest.raises(Stale):
                await store.write(lambda tx: keep_turn(tx, session(id=number, version=3, path="2"), "c", MENU))
            with pytest.raises(Stale):  # nor by one who never saw that it is stored
                await store.write(lambda tx: keep_turn(tx, session(version=2, path="3"), "d", MENU))
            found = await store.read(lambda tx: session_of(tx, "at", "ATUid_1", SITI))
            assert found is not None
            assert (found.path, found.version, set(found.answers)) == ("1", 3, {"a", "b"})

    play(main)


def test_an_id_given_again_has_its_own_answers() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            number = await store.write(lambda tx: keep_turn(tx, session(), "a", MENU))
            await store.write(lambda tx: keep_turn(tx, session(id=number, version=2, run=1), "a", KEPT))
            found = await store.read(lambda tx: session_of(tx, "at", "ATUid_1", SITI))
            assert found is not None
            assert found.answers == {"a": KEPT}

    play(main)


def test_a_phones_last_session_is_found_and_old_ones_are_forgotten() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            for minute in range(5):
                one = session(session=f"s{minute}", at=EPOCH + timedelta(minutes=minute))
                await store.write(lambda tx, one=one: keep_turn(tx, one, "a", MENU))  # type: ignore[misc]
            last = await store.read(lambda tx: last_session(tx, SITI, EPOCH))
            assert last is not None
            assert last.session == "s4"
            assert await store.read(lambda tx: last_session(tx, SITI, EPOCH + timedelta(minutes=5))) is None
            assert await store.read(lambda tx: last_session(tx, BUDI, EPOCH)) is None
            early = EPOCH + timedelta(minutes=3)
            assert await store.write(lambda tx: forget_sessions(tx, early, 2)) == 2
            assert await store.write(lambda tx: forget_sessions(tx, early, 2)) == 1
            assert await store.write(lambda tx: forget_sessions(tx, early, 2)) == 0
            assert await store.read(lambda tx: session_of(tx, "at", "s0", SITI)) is None
            assert await store.read(lambda tx: session_of(tx, "at", "s3", SITI)) is not None

    play(main)


def test_a_number_is_in_one_dialogue_by_sms() -> None:
    async def main(clock: VirtualClock) -> None:
        first = Talk(
            number=SITI, dialogue="registration", state={"name": "Siti"}, text="Kecamatan?", choices=(), asked_at=EPOCH
        )
        then = replace(
            first, dialogue="menu", choices=(Choice(key="1", label="Darurat"),), asked_at=EPOCH + timedelta(hours=1)
        )
        async with opened(clock) as store:
            await store.write(lambda tx: keep_talk(tx, first))
            assert await store.read(lambda tx: talk_of(tx, SITI)) == first
            await store.write(lambda tx: keep_talk(tx, then))
            await store.write(lambda tx: keep_talk(tx, replace(first, number=BUDI)))
            assert [one.number for one in await store.read(open_talks)] == [BUDI, SITI]
            early = EPOCH + timedelta(minutes=1)
            assert [one.number for one in await store.read(lambda tx: open_talks(tx, asked_before=early))] == [BUDI]
            assert await store.write(lambda tx: end_talk(tx, SITI))
            assert not await store.write(lambda tx: end_talk(tx, SITI))
            assert await store.read(lambda tx: talk_of(tx, SITI)) is None
        assert lapsed(first, early, 59.0)
        assert not lapsed(first, early, 60.0)

    play(main)


def test_a_wish_to_change_the_registry_waits_for_a_person() -> None:
    async def main(clock: VirtualClock) -> None:
        wish = Change(
            phone=SITI, name="Siti", kelurahan="12.75.01.1001", address="Jl. Melati 3", language="", asked_at=EPOCH
        )
        async with opened(clock) as store:
            await store.write(lambda tx: keep_change(tx, replace(wish, name="Sitti")))
            await store.write(lambda tx: keep_change(tx, wish))
            assert await store.read(changes) == [wish]
            assert await store.read(lambda tx: change_of(tx, SITI)) == wish
            assert await store.write(lambda tx: end_change(tx, SITI))
            assert not await store.write(lambda tx: end_change(tx, SITI))
            assert await store.read(lambda tx: change_of(tx, SITI)) is None

    play(main)
