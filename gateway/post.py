"""The gateway, joined: what comes in, what goes out, and every way between the program and its people.

modems, providers ── inbox ── desks of the rooms above      outbox ── modems, providers
      USSD ── dialogues ┘                                   credit, proof of every way
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from config.clock import Clock
from config.crash import CrashPoint
from config.settings import Settings
from gateway.alarms import Alarms
from gateway.broadcast.quiet import is_quiet
from gateway.callbacks import Callbacks
from gateway.channel import Channel
from gateway.conversation import Conversation
from gateway.credit import CreditWatch
from gateway.dialogue import Dialogue
from gateway.disk import Disk
from gateway.gsm import Answers, GsmChannel, GsmListener, nobody_answers
from gateway.inbox import Desk, Inbox
from gateway.last_resort import LastResort
from gateway.legs import Legs, open_legs
from gateway.loopback import Loopback, ProofDesk
from gateway.messages import Inbound
from gateway.outbox import Outbox
from gateway.pulse import Pulse
from gateway.sparing import Sparing
from gateway.spool import NAME as SPOOL
from gateway.spool import Spool
from gateway.store import Store
from gateway.tending import tending
from gateway.timekeeping import Timekeeping
from gateway.ussd import Ussd
from modem.driver import Modem
from modem.port import Opener

if TYPE_CHECKING:
    from config.city import City

Loop = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every room stands on."""

    settings: Settings
    city: City
    clock: Clock
    store: Store
    pulse: Pulse
    crash: CrashPoint
    disk: Disk


class Beside(Protocol):
    """What of the rooms above runs beside the conversations: ``loops`` in every process, ``led`` where it leads."""

    loops: Mapping[str, Loop]
    led: Mapping[str, Loop]

    def look(self) -> None:
        """A turn by SMS was committed."""


@dataclass(slots=True)
class Alone(Beside):
    """Nothing."""

    loops: Mapping[str, Loop] = field(default_factory=dict)
    led: Mapping[str, Loop] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """What the rooms above bring. ``desks`` in the order in which they are asked, after the conversations; ``first``:
    those that are asked before them. ``dialogues``: the first is the menu. ``modem_changed``: a modem became better or
    worse, or its line free. ``answers``: what is said to a call that comes in over a modem. ``beside``: what runs
    beside the conversations."""

    desks: Sequence[Desk]
    dialogues: Sequence[Dialogue]
    alarms: Alarms
    modem_changed: Callable[[], None]
    first: Sequence[Desk] = ()
    answers: Answers = nobody_answers
    beside: Beside = field(default_factory=Alone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """The gateway's rooms. ``loops`` are supervised by their names; ``callbacks`` None: no provider is set."""

    inbox: Inbox
    outbox: Outbox
    modems: Sequence[Modem]
    conversation: Conversation
    callbacks: Callbacks | None
    last_resort: LastResort
    loops: dict[str, Loop]
    wake_legs: Callable[[], None]

    def wake(self) -> None:
        """Something was committed elsewhere: every loop looks at its table."""
        self.inbox.wake()
        self.outbox.wake()
        self.wake_legs()


@contextlib.asynccontextmanager
async def open_post(ground: Ground, above: Above, opener: Opener) -> AsyncIterator[Post]:
    """Join them; nothing runs yet. What the legs hold (connections, the spool) is let go at the end. Raises
    StoreRefused: the spool for emergencies cannot be written."""
    desks: list[Desk] = []  # filled below: a dialogue's desk puts letters into the inbox that asks it
    inbox = _inbox(ground, desks, lambda letter: last_resort.call_out(letter), lambda: listener.cried())

    def changed() -> None:
        outbox.wake()
        above.modem_changed()

    def answered() -> None:
        inbox.wake()
        outbox.wake()
        above.beside.look()

    talks = _talks(ground, above, inbox, answered)
    proof = ProofDesk(_own_numbers(ground.settings))
    desks += (proof, *above.first, talks.hurried, talks, *above.desks)
    listener = GsmListener(inbox, ground.pulse, changed=changed, answers=above.answers)
    modems = _modems(ground, opener, listener)
    async with contextlib.AsyncExitStack() as stack:
        legs = await _legs(ground, above, inbox, stack, lambda: outbox.wake())
        channels = [*_over_modems(ground, modems), *(legs.channels if legs else ())]
        last_resort = LastResort(channels, ground.city, ground.clock)
        outbox = _outbox(ground, channels, above.alarms)
        loops: dict[str, Loop] = {f"modem {modem.name}": modem.run for modem in modems}
        loops |= {"inbox": inbox.run, "outbox": outbox.run, **(legs.loops if legs else {})}
        loops |= _watches(ground, modems, channels, proof, outbox.wake) | tending(ground)
        loops["clock"] = Timekeeping(ground.store, ground.clock, ground.pulse, [one.name for one in modems]).run
        yield Post(
            inbox=inbox,
            outbox=outbox,
            modems=modems,
            conversation=talks,
            callbacks=legs.callbacks if legs else None,
            last_resort=last_resort,
            loops=loops,
            wake_legs=legs.wake if legs else lambda: None,
        )


def _inbox(
    ground: Ground, desks: Sequence[Desk], stranded: Callable[[Inbound], None], cried: Callable[[], None]
) -> Inbox:
    return Inbox(
        ground.store,
        desks,
        *(ground.clock, ground.crash, ground.pulse),
        waits=ground.city.clocks,
        sheds=lambda: ground.disk.sheds,
        stranded=stranded,
        cried=cried,
    )


def _talks(ground: Ground, above: Above, inbox: Inbox, wake: Callable[[], None]) -> Conversation:
    others, alarms = above.desks, above.alarms
    return Conversation(
        above.dialogues, ground.city, ground.clock, otherwise=others, alarms=alarms, inbox=inbox, wake=wake
    )


def _modems(ground: Ground, opener: Opener, listener: GsmListener) -> list[Modem]:
    clock, crash = ground.clock, ground.crash
    known = ground.settings.modem
    return [Modem(one, clock=clock, open_port=opener, listener=listener, crash=crash) for one in known]


def _over_modems(ground: Ground, modems: Sequence[Modem]) -> list[Channel]:
    sample, tariffs = ground.city.is_sample, {one.name: one.tariff for one in ground.settings.modem}
    return [GsmChannel(modem, ground.clock, sample=sample, tariff=tariffs[modem.name]) for modem in modems]


def _outbox(ground: Ground, channels: Sequence[Channel], alarms: Alarms) -> Outbox:
    city = ground.city
    return Outbox(
        ground.store,
        channels,
        *(ground.clock, ground.crash, ground.pulse),
        doubt_s=city.clocks.doubt_s,
        zone=city.timezone,
        spending=ground.settings.spending,
        quiet=functools.partial(is_quiet, city),
        hushed=Sparing(city, alarms, ground.settings.technician.number).spares,
    )


def _own_numbers(settings: Settings) -> list[str]:
    """Numbers and names from which our own letters come."""
    providers = [settings.africastalking.sender, *(sender for one in settings.provider for sender in one.senders)]
    return [*(modem.number for modem in settings.modem), *providers]


def _watches(
    ground: Ground, modems: Sequence[Modem], channels: Sequence[Channel], proof: ProofDesk, wake: Callable[[], None]
) -> dict[str, Loop]:
    """What watches the ways out: the SIMs' credit, and a letter to ourselves now and then."""
    settings, city, common = ground.settings, ground.city, (ground.clock, ground.pulse)
    told = [settings.technician.number] if settings.technician.number else [post.number for post in city.operators]
    codes = {one.name: one.credit for one in settings.modem}
    credit = CreditWatch(modems, codes, ground.store, city, *common, technicians=told, wake=wake)
    zone = city.timezone
    loopback = Loopback(channels, settings.proof, proof, ground.store, *common, wake=wake, zone=zone)
    return {"credit": credit.run, "proof": loopback.run}


async def _legs(
    ground: Ground, above: Above, inbox: Inbox, stack: contextlib.AsyncExitStack, changed: Callable[[], None]
) -> Legs | None:
    """The providers' legs, with USSD behind them; None where the settings name no provider."""
    settings, city, clock, pulse, store = ground.settings, ground.city, ground.clock, ground.pulse, ground.store
    if not settings.africastalking.username and not settings.provider:
        return None
    spool = Spool.open(settings.data_dir / SPOOL)
    stack.callback(spool.close)
    ussd = Ussd(store, inbox, above.dialogues, city, clock, spool, pulse, crash=ground.crash, wake=changed)
    legs = await stack.enter_async_context(open_legs(settings, city, clock, inbox, ussd, pulse, store, changed=changed))
    return Legs(
        channels=legs.channels,
        callbacks=legs.callbacks,
        loops={**legs.loops, "ussd": ussd.run},
        wake=legs.wake,
    )
