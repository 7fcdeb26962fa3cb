"""Posting to the customer's callbacks: again every minute until 200, up to twelve hours (help article 742510)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from config.clock import Clock
from gateway.virtual import forms
from gateway.virtual.account import AGAIN, Account, Pace
from gateway.virtual.faults import Faults, SetFault
from gateway.virtual.jobs import Jobs
from modem.virtual.journal import Journal

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a post was answered. ``error``: why there is no answer; then ``status`` is 0. Header names in lower case."""

    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    error: str = ""


Send = Callable[[str, bytes, Mapping[str, str]], Awaitable[Heard]]
"""Posts a body to an address with those headers. What goes wrong is in ``Heard.error``; it raises nothing."""


Fetch = Callable[[str], Awaitable[Heard]]
"""Gets what is at an address. What goes wrong is in ``Heard.error``; it raises nothing."""


async def nothing(url: str) -> Heard:
    """Before ``open_provider``: nothing is fetched."""
    return Heard(error="the provider is not open")


async def nowhere(url: str, body: bytes, headers: Mapping[str, str]) -> Heard:
    """Before ``open_provider``: nobody is reached."""
    return Heard(error="the provider is not open")


@dataclass(slots=True, eq=False)
class Post:
    """One post on its way. ``tried`` is set when it was answered, or given up, for the first time."""

    what: str
    id: str
    body: bytes
    wait_s: float = 0.0
    copies: int = 1
    tried: asyncio.Event = field(default_factory=asyncio.Event)


class Poster:
    """``send`` is the way out, and ``get`` fetches; tests on virtual time put functions there."""

    def __init__(self, account: Account, pace: Pace, clock: Clock, log: Journal, faults: Faults, jobs: Jobs) -> None:
        self._account, self._pace, self._clock = account, pace, clock
        self._log, self._faults, self._jobs = log, faults, jobs
        self.send: Send = nowhere
        self.get: Fetch = nothing
        self.up = True
        """The line to the customer holds."""

    def post(self, what: str, form: forms.Form, *, id: str) -> Post:
        """Post it, now and again as the rule says; the faults that are set strike here. ``id`` is for the log."""
        post = Post(what, id, self._spoilt(form))
        if not self._account.callbacks.get(what):
            self._log.add("post", what=what, id=id, status=0, error="no address is set")
            post.tried.set()
            return post
        if self._faults.strike("lost"):
            post.tried.set()
            return post
        for name in ("late", "reorder"):
            if (fault := self._faults.strike(name)) is not None:
                post.wait_s += fault.number if name == "late" else fault.random.uniform(0.0, fault.number)
        if (fault := self._faults.strike("duplicate")) is not None:
            post.copies = max(1, int(fault.number))
        for copy in range(post.copies):
            self._jobs.start(self._until_heard(post), f"{what}-{id}-{copy}")
        return post

    async def ask(
        self,
        what: str,
        form: forms.Form,
        headers: Mapping[str, str],
        *,
        id: str,
        url: str = "",
        answer_s: float | None = None,
    ) -> Heard:
        """Post once and hear the answer. ``url``: instead of the callback's; ``answer_s``: instead of the pace's."""
        return await self._attempt(what, id, self._spoilt(form), headers, 1, url=url, answer_s=answer_s)

    async def fetch(self, url: str) -> Heard:
        """What is at an address of the customer's."""
        if not self.up:
            return Heard(error="the line is down")
        try:
            async with self._clock.timeout(self._pace.answer_s):
                heard = await self.get(url)
        except TimeoutError:
            heard = Heard(error=f"no answer within {self._pace.answer_s:g} s")
        self._log.add("fetch", status=heard.status, error=heard.error or None, octets=len(heard.body))
        return heard

    async def raw(self, what: str, body: bytes, *, url: str = "", headers: Mapping[str, str] | None = None) -> Heard:
        """Post this body once, as it is: what a forger does. ``url``: instead of the callback's."""
        return await self._attempt(what, "forged", body, headers or {}, 1, url=url)

    async def _until_heard(self, post: Post) -> None:
        if post.wait_s:
            await self._clock.sleep(post.wait_s)
        begun, attempt = self._clock.monotonic(), 0
        while True:
            attempt += 1
            heard = await self._attempt(post.what, post.id, post.body, {}, attempt)
            post.tried.set()
            taken = heard.status == 200 and not self._faults.strike("deaf")
            past = self._clock.monotonic() + self._pace.again_s - begun > self._pace.again_for_s
            if taken or past or post.what not in AGAIN:
                return
            await self._clock.sleep(self._pace.again_s)

    async def _attempt(
        self,
        what: str,
        id: str,
        body: bytes,
        headers: Mapping[str, str],
        attempt: int,
        *,
        url: str = "",
        answer_s: float | None = None,
    ) -> Heard:
        answer_s = self._pace.answer_s if answer_s is None else answer_s
        url = url or self._account.callbacks.get(what, "")
        began = self._clock.monotonic()
        if not url:
            heard = Heard(error="no address is set")
        elif not self.up:
            heard = Heard(error="the line is down")
        else:
            try:
                async with self._clock.timeout(answer_s):
                    heard = await self.send(url, body, {"Content-Type": FORM, **headers})
            except TimeoutError:
                heard = Heard(error=f"no answer within {answer_s:g} s")
        took = round(self._clock.monotonic() - began, 4)
        self._log.add(
            "post", what=what, id=id, attempt=attempt, status=heard.status, error=heard.error or None, took_s=took
        )
        return heard

    def _spoilt(self, form: forms.Form) -> bytes:
        struck: list[SetFault] = [one for name in forms.SPOILS if (one := self._faults.strike(name)) is not None]
        return forms.SPOILS[struck[0].name](form, struck[0].number) if struck else forms.body(form)
