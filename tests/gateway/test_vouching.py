"""A person of the city vouches for what residents said of themselves; nothing confirmed is written over before."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from config.city import City, load_city
from config.clock import VirtualClock
from config.command import DONE, USAGE, CommandError, Context
from gateway.commands import COMMANDS
from gateway.dialogue import Choice, Register, Who
from gateway.effects import register
from gateway.registry import Resident, find
from gateway.store import Store, Tx
from gateway.store.changes import change_of
from gateway.store.people import save
from gateway.store.talks import Talk, keep_talk, talk_of
from gateway.store.vouching import vouched
from tests.gateway.room import EPOCH, SITI, opened, play

TINY = Path(__file__).parents[1] / "fixtures" / "tinytown"
HULU, HILIR = "99.01.01.1001", "99.01.02.1001"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(TINY)


@dataclass(slots=True)
class Said:
    """``Out`` that remembers."""

    rows: list[tuple[Mapping[str, Any], str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def row(self, row: Mapping[str, Any], text: str) -> None:
        json.dumps(row)
        self.rows.append((row, text))

    def note(self, text: str) -> None:
        self.notes.append(text)

    def progress(self, done: int, total: int, what: str) -> None:
        raise AssertionError("nothing here is long")


async def told(store: Store, city: City, clock: VirtualClock, *words: str) -> tuple[int, Said]:
    """Run a command as the front door does."""
    command = next(one for one in COMMANDS if one.name == ("residents", words[0]))
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    said = Said()
    context = Context(settings=None, city=city, clock=clock, out=said, store=store)
    return await command.run(context, parser.parse_args(words[1:])), said


def line(**said: Any) -> Resident:
    known: dict[str, Any] = {
        "phone": SITI,
        "name": "Siti",
        "kelurahan": HULU,
        "address": "Jl. Lama 1",
        "lat": -0.89,
        "lon": 119.81,
        "language": "id",
        "quiet": False,
        "notes": "lansia",
        "confirmed": True,
        "panic_button": True,
        "address_at": EPOCH,
    }
    return Resident(**(known | said))


def speaks(store: Store, resident: Resident, *only: str) -> Any:
    """The resident says this of himself, as a conversation writes it."""
    who = Who(number=SITI, at=EPOCH, language="id")
    return store.write(lambda tx: register(tx, resident, who, only))


def state(tx: Tx) -> tuple[Resident | None, str | None]:
    wish = change_of(tx, SITI)
    return find(tx, SITI), wish.address if wish is not None else None


def test_a_self_registration_waits_in_the_list_until_a_person_confirms_it(city: City) -> None:
    async def scene(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await speaks(store, line(confirmed=True, panic_button=True))
            _, said = await told(store, city, clock, "list", "--unconfirmed")
            assert [row["phone"] for row, _ in said.rows] == [SITI]
            code, said = await told(store, city, clock, "confirm", "0" + SITI[3:], "--as", "Kepling III")
            assert (code, said.rows[0][0]["by"]) == (DONE, "Kepling III")
            resident, _ = await store.read(state)
            assert resident is not None
            assert resident.confirmed
            assert not resident.panic_button
            assert [row[1:] for row in await store.read(lambda tx: vouched(tx, SITI))] == [("Kepling III", "confirmed")]
            _, said = await told(store, city, clock, "list", "--unconfirmed")
            assert said.rows == []
            _, said = await told(store, city, clock, "list")
            assert [row["phone"] for row, _ in said.rows] == [SITI]

    play(scene)


def test_a_confirmed_line_stands_until_the_change_is_confirmed(city: City) -> None:
    async def scene(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await store.write(lambda tx: save(tx, line()))
            await speaks(store, line(name="Siti Lubis", kelurahan=HILIR, address="Jl. Baru 2", lat=None, lon=None))
            assert await store.read(state) == (line(), "Jl. Baru 2")
            _, said = await told(store, city, clock, "list", "--unconfirmed")
            assert "Jl. Lama 1" in said.rows[0][1]
            assert "wishes: Siti Lubis, Jl. Baru 2" in said.rows[0][1]
            assert said.rows[0][0]["change"]["kelurahan"] == HILIR
            _, all_of_them = await told(store, city, clock, "list")
            assert all_of_them.rows == said.rows, "what waits is shown among all residents too"
            await told(store, city, clock, "confirm", SITI, "--as", "Ani")
            resident, wish = await store.read(state)
            assert wish is None
            assert resident is not None
            assert (resident.name, resident.kelurahan, resident.address) == ("Siti Lubis", HILIR, "Jl. Baru 2")
            assert (resident.lat, resident.lon, resident.confirmed) == (None, None, True)
            assert (resident.notes, resident.panic_button) == ("lansia", True)

    play(scene)


def test_what_is_refused_is_dropped_and_the_confirmed_line_stands(city: City) -> None:
    async def scene(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await store.write(lambda tx: save(tx, line()))
            await speaks(store, line(address="Jl. Baru 2"), "address")
            await told(store, city, clock, "refuse", SITI, "--as", "Ani")
            assert await store.read(state) == (line(), None)
            assert [row[2] for row in await store.read(lambda tx: vouched(tx, SITI))] == ["refused"]

    play(scene)


def test_a_language_holds_at_once_and_leaves_the_change_that_waits(city: City) -> None:
    async def scene(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await store.write(lambda tx: save(tx, line()))
            await speaks(store, line(address="Jl. Baru 2"), "address")
            await speaks(store, line(language="en"), "language")
            assert await store.read(state) == (line(language="en"), "Jl. Baru 2")

    play(scene)


def test_a_change_of_the_name_keeps_the_change_of_the_street_that_waits(city: City) -> None:
    async def scene(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await store.write(lambda tx: save(tx, line()))
            await speaks(store, line(address="Jl. Baru 2"), "address")
            await speaks(store, line(name="Siti Lubis"), "name")
            wish = await store.read(lambda tx: change_of(tx, SITI))
            assert wish is not None
            assert (wish.name, wish.address) == ("Siti Lubis", "Jl. Baru 2")

    play(scene)


def test_registering_with_the_confirmed_data_takes_the_wish_back(city: City) -> None:
    async def scene(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await store.write(lambda tx: save(tx, line()))
            await speaks(store, line(address="Jl. Baru 2"), "address")
            await speaks(store, replace(line(), lat=None, lon=None))
            assert await store.read(state) == (line(), None)

    play(scene)


def test_nothing_waits_and_names_that_say_nothing_are_refused(city: City) -> None:
    async def scene(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await store.write(lambda tx: save(tx, line()))
            for verb in ("confirm", "refuse"):
                with pytest.raises(CommandError, match="nothing of"):
                    await told(store, city, clock, verb, SITI, "--as", "Ani")
            for words in (
                ("confirm", "3636", "--as", "Ani"),
                ("confirm", SITI, "--as", " "),
                ("confirm", SITI, "--as", "\x1b[2J"),
            ):
                with pytest.raises(CommandError) as fault:
                    await told(store, city, clock, *words)
                assert fault.value.code == USAGE

    play(scene)


def test_erasing_forgets_the_wish_the_talk_and_who_vouched_too(city: City) -> None:
    async def scene(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await speaks(store, line())
            await told(store, city, clock, "confirm", SITI, "--as", "Ani")
            await speaks(store, line(address="Jl. Baru 2"), "address")
            talk = Talk(
                number=SITI,
                dialogue="registration",
                state={"at": "street", "name": "Siti"},
                text="?",
                choices=(Choice(key="1", label="x"),),
                asked_at=EPOCH,
            )
            await store.write(lambda tx: keep_talk(tx, talk))
            await told(store, city, clock, "erase", SITI)
            assert await store.read(state) == (None, None)
            assert await store.read(lambda tx: (talk_of(tx, SITI), vouched(tx, SITI))) == (None, [])

    play(scene)


def test_an_effect_registers_only_the_phone_it_is_held_with(city: City) -> None:
    async def scene(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            effect = Register(resident=line(phone="+6281211111111"))
            with pytest.raises(ValueError, match="nobody but the phone"):
                await speaks(store, effect.resident)

    play(scene)
