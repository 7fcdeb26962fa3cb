"""The whole leg: letters in and out, reports, an outage and what came meanwhile, over real HTTP with the real SDK."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from config.city import load_city
from config.clock import SystemClock
from config.crash import no_crash
from config.settings import AfricasTalkingSettings, Settings
from gateway.inbox import Inbox
from gateway.legs import Legs, open_legs
from gateway.messages import Lane, Outbound
from gateway.outbox import Outbox
from gateway.pulse import Pulse, Status
from gateway.store import Store, put
from gateway.store.listing import Listed
from gateway.virtual import FakeProvider, Pace, open_provider
from gateway.web import add_callbacks
from modem.virtual import Network
from tests.contracts.office import SECRET, Menu
from tests.gateway.room import Notebook, Waits, listed, opened

pytestmark = pytest.mark.either_engine

TINY = Path(__file__).parents[1] / "fixtures" / "tinytown"
SITI, CODE = "+6281260000001", "38411"
LIMIT_S = 20.0
CLOCK = SystemClock()


@dataclass(slots=True, kw_only=True)
class Town:
    """A program with this one leg, and the provider at the other end."""

    provider: FakeProvider
    store: Store
    outbox: Outbox
    desk: Notebook
    legs: Legs
    pulse: Pulse

    async def until(self, holds: Callable[[], Coroutine[Any, Any, object]]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not await holds():
                await asyncio.sleep(0.02)

    async def sends(self, text: str, lane: Lane = Lane.SERVICE) -> None:
        letter = Outbound(to=SITI, text=text, lane=lane, key=text, expires_at=CLOCK.now() + timedelta(hours=1))
        await self.store.write(lambda tx: put(tx, letter))
        self.outbox.wake()

    async def one(self, text: str) -> Listed:
        return next(one for one in await listed(self.store) if one.text == text)

    async def ends(self, text: str, state: str) -> None:
        async def ended() -> bool:
            return (await self.one(text)).state == state

        await self.until(ended)

    async def hears(self, *texts: str) -> None:
        await self.until(lambda: so(sorted(self.desk.texts) == sorted(texts)))

    def part(self) -> Status:
        return next(one.status for one in self.pulse.parts() if (one.kind, one.name) == ("provider", "africastalking"))


@contextlib.asynccontextmanager
async def town(**pace: float) -> AsyncIterator[Town]:
    network, pulse, menu, desk = Network(CLOCK, 1), Pulse(CLOCK), Menu(), Notebook()
    network.phone(SITI)
    provider = FakeProvider(network, CLOCK, pace=Pace(**{"hang_s": 1.0, "again_s": 0.3, **pace}))
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(network.close)
        url = await stack.enter_async_context(open_provider(provider))
        account = AfricasTalkingSettings(
            username=provider.account.username, api_key=provider.account.api_key, sms_url=url, secrets=(SECRET,)
        )
        settings = Settings(city=str(TINY), data_dir=Path(), africastalking=account)
        store = await stack.enter_async_context(opened(CLOCK))
        inbox = Inbox(store, (desk,), CLOCK, no_crash, pulse, waits=Waits())
        legs = await stack.enter_async_context(
            open_legs(settings, load_city(TINY), CLOCK, inbox, menu, pulse, store, changed=lambda: outbox.wake())
        )
        outbox = Outbox(store, legs.channels, CLOCK, no_crash, pulse, doubt_s=45.0)
        runner = web.AppRunner(web.Application(), access_log=None, shutdown_timeout=0.2)
        add_callbacks(runner.app, legs.callbacks)
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        provider.callbacks_at("http://127.0.0.1:" + str(runner.addresses[0][1]), SECRET)
        loops: list[Callable[[], Awaitable[None]]] = [inbox.run, outbox.run, *legs.loops.values()]
        tasks = [asyncio.ensure_future(loop()) for loop in loops]
        here = Town(provider=provider, store=store, outbox=outbox, desk=desk, legs=legs, pulse=pulse)
        try:
            await here.until(lambda: so(here.part() is Status.OK))  # its first look is over
            yield here
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def test_letters_go_out_are_reported_and_come_in() -> None:
    async with town() as here:
        await here.sends("Petugas datang")
        await here.ends("Petugas datang", "delivered")
        assert [one.text for one in here.provider.network.phone(SITI).inbox] == ["Petugas datang"]
        here.provider.network.phone(SITI).sms(CODE, "TOLONG & rampok + 100% 🔥")
        await here.hears("TOLONG & rampok + 100% 🔥")
        (letter,) = here.desk.letters
        assert (letter.sender, letter.doubt, letter.channel) == (SITI, "", "africastalking")
        assert here.part() is Status.OK


async def test_a_report_that_comes_before_the_send_returns_is_not_lost() -> None:
    async with town() as here:
        here.provider.fault("early_report")
        await here.sends("Petugas datang")
        await here.ends("Petugas datang", "delivered")


@pytest.mark.parametrize("word", ["Failed:DeliveryFailure", "Rejected:UserInBlackList", "Expired"])
async def test_a_letter_that_did_not_arrive_is_told_so(word: str) -> None:
    async with town() as here:
        here.provider.fault("report", value=word)
        await here.sends("Petugas datang")
        await here.ends("Petugas datang", "failed")


async def test_every_post_twice_and_out_of_order_is_each_letter_once() -> None:
    async with town() as here:
        here.provider.fault("duplicate", value=3.0)
        here.provider.fault("reorder", value=0.3)
        here.provider.fault("interim", value="Sent,Submitted,Buffered")
        texts = [f"surat {number}" for number in range(10)]
        for text in texts:
            here.provider.network.phone(SITI).sms(CODE, text)
        await here.sends("Petugas datang")
        await here.hears(*texts)
        await here.ends("Petugas datang", "delivered")
        await asyncio.sleep(0.7)
        assert len(here.desk.letters) == 10


@pytest.mark.parametrize("fault", ["other_date", "lost_plus", "double_key", "bad_utf8", "no_id", "huge"])
async def test_whatever_is_wrong_with_a_post_the_letter_comes_in(fault: str) -> None:
    async with town(again_s=60.0) as here:
        here.provider.fault(fault)
        here.provider.network.phone(SITI).sms(CODE, "TOLONG")
        if fault == "huge":  # it is never taken: the inbox there has it
            await asyncio.sleep(0.3)
            await here.legs.channels[0].probe()
        await here.until(lambda: so(bool(here.desk.letters)))
        (letter,) = here.desk.letters
        assert letter.sender == SITI
        assert letter.text.startswith("TOLONG") or fault == "bad_utf8"
        assert bool(letter.doubt) is (fault in ("double_key", "bad_utf8", "no_id"))


async def test_what_arrived_during_an_outage_is_read_once_and_what_waited_leaves() -> None:
    async with town() as here:
        await here.provider.down()
        here.provider.network.phone(SITI).sms(CODE, "TOLONG")
        await here.sends("Petugas datang", Lane.EMERGENCY)
        await here.until(lambda: so(here.part() is Status.FAILED))
        await here.ends("Petugas datang", "queued")
        await here.provider.up()
        await here.ends("Petugas datang", "delivered")
        await here.hears("TOLONG")
        await asyncio.sleep(0.7)  # it is posted again meanwhile
        assert here.desk.texts == ["TOLONG"]


async def test_a_forged_post_is_none() -> None:
    async with town() as here:
        fields = {"from": SITI, "text": "BATAL", "id": "1", "to": CODE, "date": "2026-11-21 12:00:00"}
        assert (await here.provider.forge("sms", fields, secret="x" * 22)).status == 404
        assert (await here.provider.forge("sms", fields)).status == 200
        await here.hears("BATAL")


async def so(thing: bool) -> bool:
    return thing
