"""What came while the provider could not reach us is read once, however it numbers its letters."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from config.clock import VirtualClock
from config.crash import no_crash
from gateway.africas_talking_answers import Page
from gateway.callback import Came
from gateway.channel import Busy
from gateway.inbox import Inbox
from gateway.polling import PAGES, Poller
from gateway.pulse import Pulse
from gateway.store import Store, StoreBusy
from tests.gateway.room import EPOCH, SITI, Notebook, Waits, listed, opened, play

pytestmark = pytest.mark.either_engine

AT = "africastalking"
PAGE = 100


def came(number: int | str, text: str = "", *, at: datetime = EPOCH, **more: object) -> Came:
    return Came(id=str(number), sender=SITI, text=text or f"surat {number}", sent_at=at, **more)  # type: ignore[arg-type]


@dataclass(slots=True)
class There:
    """The provider's inbox, numbered by a count."""

    letters: list[Came] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    down: bool = False

    async def fetch(self, after: str) -> Page:
        self.asked.append(after)
        if self.down:
            raise Busy("nobody answers")
        new = [one for one in self.letters if int(one.id) > int(after)][:PAGE]
        return Page(letters=tuple(new), last=new[-1].id if new else "")


@dataclass(slots=True, kw_only=True)
class Here:
    store: Store
    inbox: Inbox
    there: There
    poller: Poller
    clock: VirtualClock

    async def posted(self, one: Came) -> None:
        """As ``Callbacks.act`` takes it."""
        if not await self.poller.fetched(AT, one):
            await self.inbox.came(AT, one)

    async def texts(self) -> list[str]:
        return sorted(one.text for one in await listed(self.store))

    def again(self) -> Poller:
        """As after a restart."""
        return Poller(AT, self.there.fetch, self.store, self.inbox, self.clock, Pulse(self.clock), every_s=300.0)


@contextlib.asynccontextmanager
async def house(clock: VirtualClock) -> AsyncIterator[Here]:
    async with opened(clock) as store:
        inbox = Inbox(store, (Notebook(),), clock, no_crash, Pulse(clock), waits=Waits())
        there = There()
        poller = Poller(AT, there.fetch, store, inbox, clock, Pulse(clock), every_s=300.0)
        yield Here(store=store, inbox=inbox, there=there, poller=poller, clock=clock)


def test_what_arrived_during_an_outage_is_read_once_whole_pages_of_it() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as here:
            here.there.letters = [came(number) for number in range(1, 251)]
            await here.poller.look()
            assert len(await here.texts()) == 250
            assert here.there.asked == ["0", "100", "200", "250"]
            await here.poller.look()
            await here.again().look()
            assert here.there.asked[4:] == ["250", "250"]
            assert len(await here.texts()) == 250

    play(main)


def test_at_the_very_first_look_what_came_before_the_program_did_is_no_news() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as here:
            old = clock.now() - timedelta(days=2)
            here.there.letters = [
                came(1, "TOLONG lama", at=old),
                came(2, "TOLONG", at=clock.now() - timedelta(hours=3)),
            ]
            await here.poller.look()
            assert await here.texts() == ["TOLONG"]
            here.there.letters.append(came(3, "sampai juga", at=old))  # and after it, everything is
            await here.poller.look()
            assert await here.texts() == ["TOLONG", "sampai juga"]

    play(main)


@pytest.mark.parametrize("other", ["1", "bb2bfc33-7b9b"], ids=["one numbering", "two numberings"])
@pytest.mark.parametrize("shift_s", [0.0, 0.445, -0.999, 0.999])
@pytest.mark.parametrize("posted_first", [True, False])
def test_a_letter_that_is_posted_and_fetched_is_one(other: str, shift_s: float, posted_first: bool) -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as here:
            here.there.letters = [came(1, "SOS", at=EPOCH + timedelta(seconds=shift_s))]
            posted = came(other, "SOS")
            if posted_first:
                await here.posted(posted)
            await here.poller.look()
            for poller in (here.poller, here.again()):
                here.poller = poller
                await here.posted(posted)
                await clock.sleep(6 * 3600)
                await here.posted(posted)
            assert await here.texts() == ["SOS"]

    play(main)


def test_the_same_words_at_another_second_are_another_letter() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as here:
            here.there.letters = [came(1, "SOS"), came(2, "SOS", at=EPOCH + timedelta(seconds=5))]
            await here.poller.look()
            await here.posted(came("x", "SOS", at=EPOCH + timedelta(seconds=30)))
            await here.posted(came("y", "SOS", at=EPOCH))
            assert await here.texts() == ["SOS"] * 3

    play(main)


def test_a_letter_without_a_date_or_an_id_is_kept() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as here:
            here.there.letters = [came(1, "tanpa tanggal", at=None, doubts=("no date",), raw="{}")]  # type: ignore[arg-type]
            await here.poller.look()
            await here.again().look()
            assert await here.texts() == ["tanpa tanggal"]

    play(main)


def test_what_the_store_could_not_keep_is_fetched_again_and_is_nobodys_outage() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as here:
            here.there.letters = [came(number) for number in range(1, 4)]
            real, left = here.store.write, 2

            async def write(work: object) -> object:
                nonlocal left
                left -= 1
                if left < 0:
                    raise StoreBusy("locked")
                return await real(work)  # type: ignore[arg-type]

            here.store.write = write  # type: ignore[method-assign, assignment]
            await here.poller.look()
            here.store.write = real  # type: ignore[method-assign]
            assert len(await here.texts()) < 3
            await here.poller.look()
            assert await here.texts() == ["surat 1", "surat 2", "surat 3"]

    play(main)


def test_the_loop_looks_every_so_often_and_an_outage_does_not_end_it() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as here:
            loop = asyncio.create_task(here.poller.run())
            here.there.down = True
            await clock.sleep(3601)
            assert len(here.there.asked) == 12
            here.there.down = False
            here.there.letters = [came(1)]
            await clock.sleep(300)
            assert await here.texts() == ["surat 1"]
            loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await loop

    play(main)


def test_a_provider_that_repeats_itself_for_ever_is_not_asked_for_ever() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as here:
            asked = 0

            async def fetch(after: str) -> Page:
                nonlocal asked
                asked += 1
                return Page(letters=(came(asked),), last=str(asked))

            poller = Poller(AT, fetch, here.store, here.inbox, clock, Pulse(clock), every_s=300.0)
            await poller.look()
            assert asked == PAGES

    play(main)


def test_two_looks_at_once_keep_each_letter_once() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as here:
            here.there.letters = [came(number) for number in range(1, 20)]
            await asyncio.gather(
                here.poller.look(), here.poller.look(), *(here.posted(one) for one in here.there.letters)
            )
            assert len(await here.texts()) == 19

    play(main)
