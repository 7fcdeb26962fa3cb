"""The fake provider: an account, its letters, USSD sessions, calls, posts and faults, beside a virtual network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from random import Random
from typing import Protocol
from urllib.parse import urlencode

from config.clock import Clock
from gateway.virtual.account import CALLBACKS, Account, Pace
from gateway.virtual.faultlist import Value
from gateway.virtual.faults import Faults
from gateway.virtual.jobs import Jobs
from gateway.virtual.letters import Letters
from gateway.virtual.poster import Heard, Poster
from gateway.virtual.sessions import Sessions
from gateway.virtual.voice import Voice
from gateway.virtual.wire import Wire
from modem.virtual.journal import Event, Journal
from modem.virtual.network import Network


class Line(Protocol):
    """A listening socket of the provider."""

    async def turn(self, up: bool) -> None:
        """Listen, or refuse connections; on the same port always."""


class FakeProvider:
    """Make it, ``open_provider`` it, then drive it: its phones are the network's.

    Without a network it has one of its own, in which everybody has a phone from the first letter on. ``callbacks`` may
    be changed at any time. ``seed`` fixes every chance. ``poster.send`` is the way out, ``wire`` the way in:
    tests on virtual time use these instead of sockets."""

    def __init__(
        self,
        network: Network | None,
        clock: Clock,
        *,
        account: Account | None = None,
        pace: Pace | None = None,
        seed: int = 0,
    ) -> None:
        self._own = network is None
        self.network = network if network is not None else Network(clock, seed)
        self.clock = clock
        self.account = account or Account()
        self.pace = pace or Pace()
        self.log = Journal(clock)
        ids = Random(
            f"{seed} {clock.now().timestamp()}"
        )  # a customer keeps ids for ever: never the same after a restart
        self.faults = Faults(clock, self.log, Random(seed))
        self.jobs = Jobs()
        self.poster = Poster(self.account, self.pace, clock, self.log, self.faults, self.jobs)
        shared = (self.network, self.account, self.pace, self.poster, self.faults)
        self.letters = Letters(*shared, ids, self._own)
        self.letters.log = lambda **fields: self.log.add("sms", **fields)
        self.sessions = Sessions(*shared, self.jobs, ids, self.log)
        self.voice = Voice(*shared, self.jobs, ids, self.log, self._own)
        self.wire = Wire(self.account, self.pace, clock, self.letters, self.voice, self.faults, self.log)
        self.lines: list[Line] = []
        self._turn: asyncio.Task[None] | None = None

    # -- the customer's addresses

    @property
    def callbacks(self) -> dict[str, str]:
        """The address of each of CALLBACKS; what has none is not posted."""
        return self.account.callbacks

    @callbacks.setter
    def callbacks(self, addresses: Mapping[str, str]) -> None:
        unknown = sorted(set(addresses) - set(CALLBACKS))
        if unknown:
            raise ValueError(f"callbacks: {', '.join(unknown)} is none of {', '.join(CALLBACKS)}")
        self.account.callbacks = {name: url for name, url in addresses.items() if url}
        self.log.add("account", callbacks=", ".join(sorted(self.account.callbacks)))

    def callbacks_at(self, url: str, secret: str = "") -> None:
        """All of them below the program's address: ``url``/callbacks/africastalking/``secret``/sms and so on; without
        a secret, directly below ``url``."""
        base = url.rstrip("/")
        if secret:
            base = f"{base}/callbacks/africastalking/{secret}"
        self.callbacks = {what: f"{base}/{what}" for what in CALLBACKS}

    # -- what goes wrong

    def fault(
        self,
        name: str,
        *,
        for_s: float | None = None,
        count: int | None = None,
        chance: float = 1.0,
        value: Value = None,
        seed: int | None = None,
    ) -> None:
        """Set a fault of ``faultlist.FAULTS``: for that many seconds, that many strikes, or until healed. Raises
        ValueError for one that is not in the list."""
        self.faults.put(name, for_s=for_s, count=count, chance=chance, value=value, seed=seed)
        if name == "down":
            self._turn = self.jobs.start(self.down(for_s), "down")

    def heal(self, name: str | None = None) -> None:
        """Take one fault away, or all."""
        self.faults.heal(name)
        if name in (None, "down"):
            self._turn = self.jobs.start(self.up(), "up")

    async def turned(self) -> None:
        """Wait until the line is as the last ``fault`` or ``heal`` asked."""
        if self._turn is not None:
            await asyncio.wait([self._turn])

    async def down(self, for_s: float | None = None) -> None:
        """The line to the customer is cut, both ways: connections are refused, those that are open break, posts fail
        (and come again by their rule). Back after ``for_s`` where it is given."""
        self.poster.up = False
        self.log.add("line", up=False)
        for line in self.lines:
            await line.turn(False)
        if for_s is not None:
            self.network.timers.after(for_s, lambda: self.heal("down"))

    async def up(self) -> None:
        """Listen again, on the same port."""
        self.faults.heal("down")
        self.poster.up = True
        self.log.add("line", up=True)
        for line in self.lines:
            await line.turn(True)

    async def forge(
        self,
        what: str,
        fields: Mapping[str, str] | None = None,
        *,
        body: bytes | None = None,
        secret: str | None = None,
        url: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Heard:
        """Post once what nobody sent: ``fields`` as a form, or a ``body`` as it is. ``secret``: instead of the right
        one, where the address ends in …/SECRET/what."""
        at = url or self.callbacks.get(what, "")
        if secret is not None:
            head, _, last = at.rpartition("/")
            at = f"{head.rpartition('/')[0]}/{secret}/{last}"
        sent = urlencode(dict(fields or {})).encode() if body is None else body
        return await self.poster.raw(what, sent, url=at, headers=headers)

    def opt_out(self, number: str, sender: str = "") -> None:
        """That subscriber wants no more bulk letters of ``sender`` (default the number of the account)."""
        self.letters.opt_out(number, sender or self.account.number)

    # -- looking on

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call ``listener`` with each line of the log from now on; returns what ends it."""
        return self.log.subscribe(listener)

    async def close(self) -> None:
        """End every post that waits; close the network where it is its own."""
        await self.jobs.close()
        if self._own:
            self.network.close()
