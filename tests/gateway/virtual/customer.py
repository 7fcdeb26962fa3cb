"""The provider's customer: the real SDK on one side, a server for the callbacks on the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from africastalking.SMS import SMSService
from aiohttp import web

from config.clock import SystemClock
from gateway.virtual import Account, FakeProvider, Pace, open_provider
from modem.virtual import Network

LIMIT_S = 15.0  # seconds for what should take a moment, on a busy machine
SECRET = "s" * 22
SITI, RIZAL, STRANGER = "+6281260000001", "+6281260000002", "+6281299999999"
READ_S = (1.0, 1.0)  # seconds to connect and to read, where a test wants the SDK to give up


class Sms(SMSService):  # type: ignore[misc]
    """The SDK's own service, at another address."""

    def __init__(self, username: str, api_key: str, url: str) -> None:
        self._url = url
        super().__init__(username, api_key)

    def _init_service(self) -> None:
        self._baseUrl = self._contentUrl = f"{self._url}/version1"


@dataclass(slots=True)
class Posted:
    """A request that the customer's server got."""

    what: str
    secret: str
    body: bytes
    headers: dict[str, str]

    @property
    def form(self) -> dict[str, str]:
        parsed = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[0] for name, values in parsed.items()}


Answer = tuple[int, str] | tuple[int, str, dict[str, str]]


@dataclass(slots=True)
class Customer:
    """``answer`` decides what each post is answered; 200 and nothing at first."""

    provider: FakeProvider
    url: str = ""
    sms_url: str = ""
    posts: list[Posted] = field(default_factory=list)
    answer: Callable[[Posted], Answer] = lambda post: (200, "")

    def sdk(self, *, url: str = "", api_key: str = "") -> Sms:
        account = self.provider.account
        return Sms(account.username, api_key or account.api_key, url or self.sms_url)

    async def send(self, to: str | list[str], text: str, *, timeout: Any = LIMIT_S, **more: Any) -> Any:
        """By the SDK, in a thread."""
        numbers = [to] if isinstance(to, str) else to
        return await asyncio.to_thread(self.sdk().send, text, numbers, timeout=timeout, **more)

    async def poll(self, last: int | None = None) -> list[dict[str, Any]]:
        said = await asyncio.to_thread(self.sdk().fetch_messages, last, timeout=LIMIT_S)
        return list(said["SMSMessageData"]["Messages"])

    def of(self, what: str) -> list[Posted]:
        return [one for one in self.posts if one.what == what]

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not holds():
                await asyncio.sleep(0.005)

    async def took(self, request: web.Request) -> web.Response:
        post = Posted(
            request.match_info["what"], request.match_info["secret"], await request.read(), dict(request.headers)
        )
        self.posts.append(post)
        status, text, *headers = self.answer(post)
        return web.Response(status=status, text=text, headers=headers[0] if headers else None)


@asynccontextmanager
async def customer(
    *, account: Account | None = None, pace: Pace | None = None, seed: int = 1
) -> AsyncIterator[Customer]:
    """A provider on a network with two phones, its line open, and the customer's server at its callbacks."""
    clock = SystemClock()
    network = Network(clock, seed)
    network.phone(SITI)
    network.phone(RIZAL)
    provider = FakeProvider(network, clock, account=account, pace=pace or Pace(hang_s=5.0), seed=seed)
    here = Customer(provider)
    app = web.Application(client_max_size=1 << 20)
    app.router.add_post("/callbacks/africastalking/{secret}/{what}", here.took)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with open_provider(provider) as sms_url:
            here.url, here.sms_url = "http://127.0.0.1:" + str(runner.addresses[0][1]), sms_url
            provider.callbacks_at(here.url, SECRET)
            yield here
    finally:
        network.close()
        await runner.cleanup()
