"""Looking into a provider's inbox: what arrived while it could not reach us is read once.

A letter that is fetched and posted has the same id, and is one letter by that. Where the provider numbers the two
differently (its posts carry a name, its inbox a count) it is known by sender, words and second: a letter that was
posted is not fetched again, and one that was fetched is remembered for as long as the provider goes on posting it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from config.clock import Clock
from gateway.africas_talking_answers import Page
from gateway.callback import Came
from gateway.envelope import storable
from gateway.messages import Inbound
from gateway.number import normal
from gateway.posted import letter_from
from gateway.pulse import Bell, Pulse
from gateway.store import Store, StoreFault, Tx
from gateway.store.callbacks import forget_polled, is_polled, keep_note, keep_polled, polled_since, read_note
from gateway.store.inbound import is_sent_alike

log = logging.getLogger(__name__)

BEAT_S = 900.0  # without a beat for that long the loop counts as stuck
PAGES = 20  # of one look; the next one goes on from there
OLDEST = timedelta(days=1)  # at the very first look: what came before the program did is no news
REPEATED = timedelta(hours=13)  # a provider posts a letter again for twelve
SAME = timedelta(seconds=1.5)  # the post gives the second, the inbox the millisecond
START = "0"


class Keeping(Protocol):
    """What is needed of the inbox."""

    def judged(self, letter: Inbound) -> bool: ...
    def put_in(self, tx: Tx, letter: Inbound, *, urgent: bool, request: str = "") -> None: ...
    def wake(self) -> None: ...


class Poller:
    """One provider's inbox. ``fetch`` gives the page after an id, and raises Busy or Doubtful."""

    def __init__(
        self,
        channel: str,
        fetch: Callable[[str], Awaitable[Page]],
        store: Store,
        inbox: Keeping,
        clock: Clock,
        pulse: Pulse,
        *,
        every_s: float,
    ) -> None:
        self._channel, self._fetch, self._store, self._inbox = channel, fetch, store, inbox
        self._clock, self._pulse, self._every_s = clock, pulse, every_s
        self._note = f"{channel} fetched"
        self._lately: set[str] | None = None
        self._turn = asyncio.Lock()
        self._bell = Bell()

    async def run(self) -> None:
        """Look, for ever. The circuit's probe looks too: what goes wrong is told there."""
        while True:
            self._pulse.beat(f"{self._channel} inbox", limit_s=max(BEAT_S, 3 * self._every_s))
            await self._clock.sleep(self._every_s)
            try:
                await self.look()
            except Exception as error:
                log.warning("the inbox of %s was not read: %s", self._channel, error)

    async def look(self) -> None:
        """Fetch and keep what is new. Raises Busy or Doubtful: the provider's fault; a fault of the store is not, and
        what was not kept is fetched again."""
        async with self._turn:
            try:
                after, new = await self._store.read(lambda tx: read_note(tx, self._note)), True
                first = not after
                for _ in range(PAGES):
                    page = await self._fetch(after or START)
                    new = bool(page.last) and page.last != after
                    await self._keep(page, first=first)
                    if not new:
                        return
                    after = page.last
                    await self._store.write(lambda tx, last=after: self._went_on(tx, last))  # type: ignore[misc]
            except StoreFault as fault:
                log.error("what %s has for us is left there: %s", self._channel, fault)

    def _went_on(self, tx: Tx, last: str) -> None:
        keep_note(tx, self._note, last)
        forget_polled(tx, self._channel, self._clock.now() - REPEATED)

    async def _keep(self, page: Page, *, first: bool) -> None:
        at = self._clock.now()
        fresh = [one for one in page.letters if not (first and one.sent_at and one.sent_at < at - OLDEST)]
        if len(fresh) < len(page.letters):
            log.warning("%d older letters stay in the inbox of %s", len(page.letters) - len(fresh), self._channel)
        lately = await self._known()
        lately.update(likeness(self._channel, one, second) for one in fresh for second in _seconds(one)[1:2])
        await asyncio.gather(*(self._keep_one(one, at) for one in fresh))
        if fresh:
            self._inbox.wake()

    async def _keep_one(self, came: Came, at: datetime) -> None:
        letter = letter_from(self._channel, came, at)
        urgent = self._inbox.judged(letter)
        seconds = _seconds(came)

        def work(tx: Tx) -> None:
            if is_sent_alike(tx, letter, SAME):
                return
            self._inbox.put_in(tx, letter, urgent=urgent, request=came.raw)
            if seconds:
                keep_polled(tx, self._channel, likeness(self._channel, came, seconds[1]), at)

        await self._store.write(work)

    async def fetched(self, channel: str, came: Came) -> bool:
        """Whether this letter, posted now, was fetched before under whatever id. Raises StoreFault."""
        if channel != self._channel or not came.sent_at:
            return False
        lately = await self._known()
        if not lately:  # nearly always, and every letter comes by here
            return False
        like = [one for second in _seconds(came) if (one := likeness(channel, came, second)) in lately]
        if not like:
            return False
        return await self._store.write(lambda tx: any(is_polled(tx, channel, one) for one in like))

    async def _known(self) -> set[str]:
        if self._lately is None:
            since = self._clock.now() - REPEATED
            self._lately = await self._store.read(lambda tx: polled_since(tx, self._channel, since))
        return self._lately


def likeness(channel: str, came: Came, second: int) -> str:
    """What two numberings of one letter have in common."""
    said = "|".join((channel, normal(came.sender) or came.sender, came.text, str(second)))
    return hashlib.sha256(storable(said).encode()).hexdigest()


def _seconds(came: Came) -> tuple[int, ...]:
    """The second it was sent, between its neighbours: of the two numberings one rounds."""
    if came.sent_at is None:
        return ()
    second = int(came.sent_at.timestamp())
    return (second - 1, second, second + 1)
