"""Every provider's leg, opened together: its way out, the paths it posts to, the loops that go with it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from config.clock import Clock
from config.settings import Settings
from gateway.africas_talking_forms import NAME, AfricasTalking
from gateway.callback import Adapter
from gateway.callbacks import Callbacks, Letters, Turns
from gateway.channel import Channel
from gateway.described import legs as described
from gateway.polling import Keeping, Poller
from gateway.pulse import Pulse
from gateway.rotation import Keys
from gateway.store import Store

if TYPE_CHECKING:
    from config.city import City


class Posts(Letters, Keeping, Protocol):
    """What the legs need of the inbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Legs:
    """What the front door joins: ``channels`` go to the outbox, ``callbacks`` to the pages (``add_callbacks``),
    ``loops`` are supervised by their names."""

    channels: Sequence[Channel]
    callbacks: Callbacks
    loops: Mapping[str, Callable[[], Awaitable[None]]]
    wake: Callable[[], None]


@contextlib.asynccontextmanager
async def open_legs(
    settings: Settings,
    city: City,
    clock: Clock,
    inbox: Posts,
    ussd: Turns,
    pulse: Pulse,
    store: Store,
    *,
    changed: Callable[[], None] = lambda: None,
) -> AsyncIterator[Legs]:
    """The legs of the settings' providers; none is no fault. ``changed`` is called when a channel became better or
    worse: waiting letters look again. Raises StoreFault."""
    channels: list[Channel] = []
    loops: dict[str, Callable[[], Awaitable[None]]] = {}
    account, fetched = settings.africastalking, None
    if account.username:
        from gateway.africas_talking import AfricasTalkingChannel, AfricasTalkingSms

        sms = AfricasTalkingSms(account, clock)
        await sms.open()
        poller = Poller(NAME, sms.fetch, store, inbox, clock, pulse, every_s=account.poll_s)
        channel = AfricasTalkingChannel(
            sms, account, clock, pulse, sample=city.is_sample, look=poller.look, changed=changed
        )
        channels.append(channel)
        loops |= {f"provider {NAME}": channel.circuit.run, f"{NAME} inbox": poller.run}
        fetched = poller.fetched
    async with described.open_channels(settings, clock, pulse, sample=city.is_sample, changed=changed) as others:
        channels += others
        loops |= {f"provider {one.name}": one.circuit.run for one in others}
        adapters = adapters_of(settings)
        keys = Keys(store, {adapter.name: adapter.secrets for adapter in adapters}, clock, pulse)
        await keys.load()
        callbacks = Callbacks(adapters, inbox, ussd, keys, clock, pulse, fetched=fetched)
        if adapters:
            loops["secrets"] = keys.run
        yield Legs(channels=channels, callbacks=callbacks, loops=loops, wake=keys.wake)


def adapters_of(settings: Settings) -> list[Adapter]:
    """How each provider of the settings speaks."""
    account = settings.africastalking
    own: list[Adapter] = [AfricasTalking(account.secrets)] if account.username else []
    return [*own, *described.adapters(settings)]
