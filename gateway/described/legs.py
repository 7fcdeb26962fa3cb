"""The settings' described providers, opened together."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence

from config.clock import Clock
from config.settings import HttpSettings, Settings
from gateway.described.account import Account
from gateway.described.adapter import DescribedAdapter
from gateway.described.channel import DescribedChannel
from gateway.described.http import open_client
from gateway.pulse import Pulse

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 to be reached there one names the machine


def accounts(settings: Settings) -> list[Account]:
    """Our accounts with the providers that are described."""
    ours = public_url(settings.http)
    return [Account.of(one, ours) for one in settings.provider]


def adapters(settings: Settings) -> list[DescribedAdapter]:
    """How those speak that post to us."""
    found = (DescribedAdapter(account) for account in accounts(settings))
    return [adapter for adapter in found if adapter.what]


@contextlib.asynccontextmanager
async def open_channels(
    settings: Settings, clock: Clock, pulse: Pulse, *, sample: Callable[[str], bool], changed: Callable[[], None]
) -> AsyncIterator[Sequence[DescribedChannel]]:
    """The ways out of those that take letters, each with a session of its own."""
    async with contextlib.AsyncExitStack() as stack:
        channels = []
        for account in accounts(settings):
            if account.description.send is not None:
                client = await stack.enter_async_context(open_client())
                channels.append(DescribedChannel(account, client, clock, pulse, sample=sample, changed=changed))
        yield channels


def public_url(http: HttpSettings) -> str:
    """What others call our address: as the settings say, else what a program on this machine would."""
    if http.public_url:
        return http.public_url.rstrip("/")
    host = "127.0.0.1" if http.host in EVERYWHERE else http.host
    return f"http://[{host}]:{http.port}" if ":" in host else f"http://{host}:{http.port}"
