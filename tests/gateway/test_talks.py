"""Dialogues by SMS and wishes to change the registry, in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from config.clock import VirtualClock
from gateway.dialogue import Choice
from gateway.store.changes import Change, change_of, changes, end_change, keep_change
from gateway.store.talks import Talk, end_talk, keep_talk, lapsed, open_talks, talk_of
from tests.gateway.room import BUDI, EPOCH, SITI, opened, play


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
