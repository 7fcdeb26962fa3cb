"""Every provider's leg, opened together: its way out, the paths it posts to, the loops that go with it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.clock import Clock
from config.settings import Settings
from gateway.callback import Adapter
from gateway.callbacks import Callbacks, Letters, Turns
from gateway.channel import Channel
from gateway.pulse import Pulse
from gateway.rotation import Keys
from gateway.store import Store

if TYPE_CHECKING:
    from config.city import City


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
    settings: Settings, city: City, clock: Clock, inbox: Letters, ussd: Turns, pulse: Pulse, store: Store
) -> AsyncIterator[Legs]:
    """The legs of the settings' providers; none is no fault. Raises StoreFault."""
    adapters: list[Adapter] = []
    channels: list[Channel] = []
    keys = Keys(store, {adapter.name: adapter.secrets for adapter in adapters}, clock, pulse)
    await keys.load()
    callbacks = Callbacks(adapters, inbox, ussd, keys, clock, pulse)
    loops: dict[str, Callable[[], Awaitable[None]]] = {"secrets": keys.run} if adapters else {}
    yield Legs(channels=channels, callbacks=callbacks, loops=loops, wake=keys.wake)
