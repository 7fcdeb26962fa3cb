"""The provider without sockets, on virtual time: its requests and posts are function calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs

from config.clock import VirtualClock, run_virtual
from gateway.virtual import FakeProvider, Pace
from gateway.virtual.poster import Heard
from gateway.virtual.wire import Reply, Request
from modem.virtual import Network, Phone

T = TypeVar("T")
EPOCH = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
SITI, RIZAL = "+6281260000001", "+6281260000002"
LIMIT_S = 3 * 86_400.0  # virtual seconds
Answer = Callable[["Got"], Heard]


@dataclass(frozen=True, slots=True)
class Got:
    """A post as the customer got it. ``t``: seconds since the start."""

    t: float
    what: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def form(self) -> dict[str, str]:
        parsed = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[0] for name, values in parsed.items()}


def taken(_got: Got) -> Heard:
    return Heard(status=200)


def con(text: str, **headers: str) -> Heard:
    return Heard(status=200, body=f"CON {text}".encode(), headers={k.replace("_", "-"): v for k, v in headers.items()})


def end(text: str) -> Heard:
    return Heard(status=200, body=f"END {text}".encode())


@dataclass(slots=True)
class Shop:
    """Everything of one test. ``answer``: what each post is answered; ``takes_s``: how long that takes."""

    clock: VirtualClock
    provider: FakeProvider
    siti: Phone
    got: list[Got] = field(default_factory=list)
    answer: Answer = taken
    takes_s: float = 0.0

    async def took(self, url: str, body: bytes, headers: Mapping[str, str]) -> Heard:
        got = Got(self.clock.monotonic(), url.rsplit("/", 1)[-1], body, headers)
        self.got.append(got)
        if self.takes_s:
            await self.clock.sleep(self.takes_s)
        return self.answer(got)

    def of(self, what: str) -> list[Got]:
        return [one for one in self.got if one.what == what]

    async def send(self, to: str = SITI, text: str = "hai", **more: str) -> Reply:
        account = self.provider.account
        fields = {"username": account.username, "to": to, "message": text, **more}
        return await self.provider.wire.messaging(
            Request(method="POST", fields=fields, headers={"apikey": account.api_key})
        )


def shop(walk: Callable[[Shop], Awaitable[T]], *, pace: Pace | None = None, seed: int = 1) -> T:
    """Run ``walk`` on virtual time."""

    async def main(clock: VirtualClock) -> T:
        network = Network(clock, seed)
        provider = FakeProvider(network, clock, pace=pace, seed=seed)
        here = Shop(clock, provider, network.phone(SITI))
        network.phone(RIZAL)
        provider.poster.send = here.took
        provider.callbacks_at("http://program", "s")
        try:
            async with clock.timeout(LIMIT_S):
                return await walk(here)
        finally:
            await provider.close()
            network.close()

    return run_virtual(main, EPOCH)


def seen(provider: FakeProvider, kind: Any) -> list[dict[str, Any]]:
    """Lines of the log."""
    return [event.row() for event in provider.log.of(kind)]
