"""What a conversation wants done is done once, and never to another's line of the registry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.clock import VirtualClock
from gateway.dialogue import Erase, Register, Say, Who
from gateway.effects import carry_out, spoken
from gateway.messages import Inbound
from gateway.store import Tx
from gateway.store.audit import lines_after
from gateway.store.changes import change_of, changes
from gateway.store.inbound import add_letter, is_known
from gateway.store.people import Resident, find, save
from tests.gateway.room import BUDI, EPOCH, SITI, listed, opened, play

WHO = Who(number=SITI, at=EPOCH, language="id")
HOME = Resident(
    phone=SITI,
    name="Siti",
    kelurahan="12.75.01.1001",
    address="Jl. Melati 3",
    lat=None,
    lon=None,
    language="",
    quiet=False,
    notes="",
    confirmed=False,
    panic_button=False,
    address_at=EPOCH,
)


class Letters:
    """An inbox's door."""

    def put_in(self, tx: Tx, letter: Inbound, *, urgent: bool) -> None:
        if not is_known(tx, letter.external_id):
            add_letter(tx, letter, urgent=urgent)


def test_the_same_turn_again_says_the_same_letters() -> None:
    async def main(clock: VirtualClock) -> None:
        says = (Say(text="RAMPOK", urgent=True), Say(text="Jl. Melati"))
        async with opened(clock) as store:
            for _ in range(3):
                assert await store.write(lambda tx: carry_out(tx, says, WHO, "at", Letters(), "turn 1"))
            await store.write(lambda tx: carry_out(tx, says[:1], WHO, "at", Letters(), "turn 2"))
            await store.write(lambda tx: carry_out(tx, says[:1], WHO, "other", Letters(), "turn 1"))
            texts = [one.text for one in await listed(store)]
            assert sorted(texts) == ["Jl. Melati", "RAMPOK", "RAMPOK", "RAMPOK"]
            assert not await store.write(lambda tx: carry_out(tx, (), WHO, "at", Letters(), "turn 3"))
        first, second = spoken(says, WHO, "at", "turn 1")
        assert (first.urgent, second.urgent) == (True, False)
        assert first.letter.external_id != second.letter.external_id

    play(main)


def test_who_registers_himself_is_not_confirmed_by_that() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            bold = Register(resident=replace(HOME, confirmed=True, panic_button=True))
            await store.write(lambda tx: carry_out(tx, (bold,), WHO, "at", Letters(), "a"))
            assert await store.read(lambda tx: find(tx, SITI)) == HOME
            moved = replace(HOME, address="Jl. Mawar 1")
            await store.write(lambda tx: carry_out(tx, (Register(resident=moved),), WHO, "at", Letters(), "b"))
            assert await store.read(lambda tx: find(tx, SITI)) == moved

    play(main)


def test_a_confirmed_line_is_not_written_over_but_the_wish_is_kept() -> None:
    async def main(clock: VirtualClock) -> None:
        confirmed = replace(HOME, confirmed=True, quiet=True, notes="tuli", panic_button=True)
        async with opened(clock) as store:
            await store.write(lambda tx: save(tx, confirmed))
            moved = Register(resident=replace(HOME, address="Jl. Mawar 1"))
            await store.write(lambda tx: carry_out(tx, (moved,), WHO, "at", Letters(), "a"))
            assert await store.read(lambda tx: find(tx, SITI)) == confirmed
            wish = await store.read(lambda tx: change_of(tx, SITI))
            assert wish is not None
            assert wish.address == "Jl. Mawar 1"
            same = Register(resident=HOME)
            await store.write(lambda tx: carry_out(tx, (same,), WHO, "at", Letters(), "b"))
            assert await store.read(lambda tx: find(tx, SITI)) == confirmed
            assert await store.read(changes) == []

    play(main)


@pytest.mark.parametrize("whose", [BUDI, "", "3344"])
def test_nobody_registers_another(whose: str) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            other = Register(resident=replace(HOME, phone=whose))
            for number in (SITI, whose if whose != BUDI else SITI):
                who = replace(WHO, number=number)
                with pytest.raises(ValueError, match="registers nobody"):
                    await store.write(lambda tx, who=who: carry_out(tx, (other,), who, "at", Letters(), "a"))  # type: ignore[misc]
            assert await store.read(lambda tx: find(tx, whose)) is None

    play(main)


def test_the_audit_says_by_what_somebody_spoke_to_us() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            for who in (WHO, replace(WHO, screen=True), replace(WHO, screen=True, voice=True)):
                said = (Register(resident=HOME), Erase())
                await store.write(lambda tx, who=who, said=said: carry_out(tx, said, who, "at", Letters(), "a"))  # type: ignore[misc]
            lines = await store.read(lambda tx: lines_after(tx, 0, 100))
        assert [f"{line.how} {line.what}" for line in lines] == [
            f"{how} person.{what}" for how in ("sms", "ussd", "voice") for what in ("new", "erase")
        ]

    play(main)
