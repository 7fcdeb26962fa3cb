"""One secret replaces another while letters come in: both open, then the new one alone; none is told twice."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from config.city import load_city
from config.clock import SystemClock, VirtualClock
from config.command import DONE, NOT_SO, USAGE, CommandError, Context
from config.settings import AfricasTalkingSettings, HttpSettings, Settings
from gateway.commands import COMMANDS
from gateway.pulse import Pulse
from gateway.rotation import TICK_S, Keys
from gateway.store import Store
from tests.contracts.office import SECRET, SMS, Office, but, counter, served
from tests.gateway.room import opened, play

TINY = Path(__file__).parents[1] / "fixtures" / "tinytown"
AT = "africastalking"


@dataclass(slots=True)
class Said:
    """``Out`` that remembers."""

    rows: list[Mapping[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def row(self, row: Mapping[str, Any], text: str) -> None:
        self.rows.append(json.loads(json.dumps(row)))

    def note(self, text: str) -> None:
        self.notes.append(text)

    def progress(self, done: int, total: int, what: str) -> None:
        raise AssertionError("this takes no time")


def settings(*secrets: str, url: str = "https://kota.example") -> Settings:
    account = AfricasTalkingSettings(username="u", api_key="k", secrets=secrets)
    return Settings(city="", data_dir=Path(), http=HttpSettings(public_url=url), africastalking=account)


async def told(store: Store, of: Settings, *words: str, wake: Keys | None = None) -> Said:
    """Run ``secrets …`` as the front door does. Raises CommandError."""
    said, command = Said(), next(one for one in COMMANDS if one.name == ("secrets", words[0]))
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    context = Context(
        settings=of,
        city=load_city(TINY),
        clock=SystemClock(),
        out=said,
        store=store,
        wake=wake.wake if wake else lambda: None,
    )
    assert await command.run(context, parser.parse_args(list(words[1:]))) == DONE
    return said


@contextlib.asynccontextmanager
async def keeping_up(keys: Keys) -> Any:
    task = asyncio.create_task(keys.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until_opens(office: Office, secret: str, opens: bool = True) -> None:
    async with asyncio.timeout(10):
        while office.keys.opens(AT, secret) is not opens:
            await asyncio.sleep(0.01)


async def test_both_open_during_a_rotation_and_the_new_one_alone_after_it() -> None:
    async with counter(SystemClock(), SECRET) as office, served(office), keeping_up(office.keys):
        of = settings(SECRET)
        said = await told(office.store, of, "rotate", AT, wake=office.keys)
        new = said.rows[0]["secret"]
        assert len(new) == 32
        assert said.rows[0]["urls"]["sms"] == f"https://kota.example/callbacks/{AT}/{new}/sms"
        await until_opens(office, new)
        for number, secret in enumerate((SECRET, new)):
            assert (await office.post("sms", but(SMS, id=str(number)), secret=secret))[0] == 200
        said = await told(office.store, of, "rotate", AT, "--drop", wake=office.keys)
        assert "in the settings still" in " ".join(said.notes)
        await until_opens(office, SECRET, opens=False)
        assert (await office.post("sms", but(SMS, id="9"), secret=SECRET))[0] == 404
        assert (await office.post("sms", but(SMS, id="9"), secret=new))[0] == 200
        assert len(await office.letters()) == 3


async def test_the_list_tells_when_each_was_used_and_tells_none() -> None:
    async with opened(SystemClock()) as store:
        of = settings(SECRET, "t" * 22)
        before = await told(store, of, "list")
        assert [(row["state"], row["used_at"]) for row in before.rows] == [("valid", None)] * 2
        keys = Keys(store, {AT: of.africastalking.secrets}, SystemClock(), Pulse(SystemClock()))
        await keys.load()
        assert keys.opens(AT, SECRET)
        await keys.load()
        rows = (await told(store, of, "list")).rows
        assert [bool(row["used_at"]) for row in rows] == [True, False]
        assert SECRET not in json.dumps(rows)
        assert [row["state"] for row in (await told(store, settings(SECRET), "list")).rows] == ["valid", "gone"]


async def test_a_secret_is_nowhere_in_the_store() -> None:
    async with opened(SystemClock()) as store:
        new = (await told(store, settings(SECRET), "rotate", AT)).rows[0]["secret"]
        rows = await store.read(lambda tx: [*tx.execute(text("SELECT * FROM callback_secret"))])
        assert len(rows) == 2
        assert new not in repr(rows)
        assert SECRET not in repr(rows)


async def test_a_third_is_not_made_before_the_first_is_dropped() -> None:
    async with opened(SystemClock()) as store:
        of = settings(SECRET)
        await told(store, of, "rotate", AT)
        with pytest.raises(CommandError, match="--drop first") as caught:
            await told(store, of, "rotate", AT)
        assert caught.value.code == NOT_SO
        await told(store, of, "rotate", AT, "--drop")
        with pytest.raises(CommandError, match="no older secret"):
            await told(store, of, "rotate", AT, "--drop")
        assert (await told(store, of, "rotate", AT)).rows[0]["valid"] == 2


async def test_dropping_what_is_in_use_for_what_never_was_is_said() -> None:
    async with opened(SystemClock()) as store:
        of = settings(SECRET)
        keys = Keys(store, {AT: of.africastalking.secrets}, SystemClock(), Pulse(SystemClock()))
        keys.opens(AT, SECRET)
        await keys.load()
        await told(store, of, "rotate", AT)
        said = await told(store, of, "rotate", AT, "--drop")
        assert any("never been used" in note for note in said.notes)


async def test_a_name_that_is_no_providers_is_refused() -> None:
    async with opened(SystemClock()) as store:
        with pytest.raises(CommandError) as caught:
            await told(store, settings(SECRET), "rotate", "kannel")
        assert caught.value.code == USAGE
        assert (await told(store, settings(), "rotate", AT)).rows[0]["valid"] == 1


def test_another_process_that_rotates_is_heard_of_within_a_tick() -> None:
    async def main(clock: VirtualClock) -> None:
        async with counter(clock, SECRET) as office, keeping_up(office.keys):
            new = (await told(office.store, settings(SECRET), "rotate", AT)).rows[0]["secret"]
            await clock.sleep(TICK_S + 1)
            assert office.keys.opens(AT, new)

    play(main)


def test_what_opened_goes_on_opening_while_the_store_cannot_be_read() -> None:
    async def main(clock: VirtualClock) -> None:
        async with counter(clock, SECRET) as office, keeping_up(office.keys):
            await office.store.close()
            await clock.sleep(timedelta(minutes=10).total_seconds())
            assert office.keys.opens(AT, SECRET)
            assert not office.keys.opens(AT, SECRET + "x")
            assert not office.keys.opens("kannel", SECRET)

    play(main)
