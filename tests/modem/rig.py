"""A driver joined in memory to a virtual modem, on virtual time, with a listener that writes down what it is given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from config.clock import Clock, VirtualClock, run_virtual
from config.crash import CrashPoint, no_crash
from config.settings import ModemSettings
from modem.driver import Modem, State, StoredSms
from modem.pdu import Deliver, PduError, decode
from modem.port import Opener
from modem.virtual.memory import memory_opener
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.voice import CallLine, Talk

T = TypeVar("T")

EPOCH = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NUMBER = "+628110000001"
RESIDENT = "+6281234567890"
LIMIT_S = 3600.0  # virtual seconds a test may take


@dataclass(slots=True)
class Kept:
    """A ``Listener``. ``failing``: how many batches it refuses first; ``slow_s``: how long each takes; ``cries``: it
    takes every letter for a cry for help; ``talk``: what is said to a caller;
    ``unmade``: it cannot say what."""

    clock: Clock
    letters: list[StoredSms] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    calls: list[tuple[str | None, datetime]] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    failing: int = 0
    slow_s: float = 0.0
    cries: bool = False
    talk: Talk | None = None
    unmade: bool = False

    def answers(self, modem: Modem, caller: str | None) -> Talk | None:
        if self.unmade:
            raise OSError("disk full")
        return self.talk

    async def keep(self, modem: Modem, batch: Sequence[StoredSms]) -> None:
        if self.failing:
            self.failing -= 1
            raise OSError("disk full")
        if self.slow_s:
            await self.clock.sleep(self.slow_s)
        if self.cries:
            modem.cried()
        self.batches.append(len(batch))
        self.letters.extend(batch)

    async def missed(self, modem: Modem, caller: str | None, at: datetime) -> None:
        if self.failing:
            self.failing -= 1
            raise OSError("disk full")
        self.calls.append((caller, at))

    def changed(self, modem: Modem) -> None:
        if not self.states or self.states[-1] is not modem.state:
            self.states.append(modem.state)

    def texts(self) -> list[str | None]:
        """What the kept letters say, as they came; None for one that cannot be read."""
        return [text_of(sms) for sms in self.letters]


def text_of(sms: StoredSms) -> str | None:
    try:
        read = decode(sms.pdu_hex)
    except PduError:
        return None
    return read.text if isinstance(read, Deliver) else None


@dataclass(slots=True)
class Rig:
    """One driver, one virtual modem, one network."""

    clock: Clock
    network: Network
    virtual: VirtualModem
    listener: Kept
    modem: Modem
    running: asyncio.Task[None]

    async def until(self, holds: Callable[[], bool], *, within_s: float = 120.0) -> None:
        """Wait until ``holds()``; fails the test after ``within_s`` seconds."""
        deadline, step = self.clock.monotonic() + within_s, 0.01
        while not holds():
            assert self.clock.monotonic() < deadline, (
                f"not so within {within_s:g} s: {self.modem.state} {self.modem.detail}"
            )
            assert not self.running.done(), self.running
            await self.clock.sleep(step)
            step = min(0.25, step * 1.05)

    async def ready(self, *, within_s: float = 120.0) -> None:
        await self.until(lambda: self.modem.state is State.READY, within_s=within_s)

    def commands(self, since: int = 0) -> list[str]:
        """The commands that the driver has written; what follows a prompt is none. ``since``: a ``mark()``."""
        said = [str(event.fields["text"]) for event in self.network.log.after(since) if event.kind == "at_in"]
        return [text for text in said if text.upper().startswith("AT")]

    def mark(self) -> int:
        """Where the log is now."""
        return self.network.log.last

    def stored(self, *memories: str) -> int:
        """Letters that the virtual modem still holds."""
        return sum(self.virtual.storage.used(memory)[0] for memory in memories or ("SM", "ME"))


def on_a_modem(
    walk: Callable[[Rig], Coroutine[Any, Any, T]],
    *,
    profile: str = "generic",
    prepare: Callable[[Network, VirtualModem], None] = lambda network, virtual: None,
    settings: ModemSettings | None = None,
    crash: CrashPoint = no_crash,
    until_ready: bool = True,
    wire: Callable[[Opener, Clock], Opener] = lambda opener, clock: opener,
    **listener: Any,
) -> T:
    """Run ``walk`` with a driver that is ready, on virtual time; nothing is left running. ``wire``: what stands between
    the driver and its ports."""

    async def main(clock: VirtualClock) -> T:
        network = Network(clock)
        virtual = network.modem(NUMBER, profile=profile)
        prepare(network, virtual)
        kept = Kept(clock, **listener)
        configured = settings or ModemSettings(name="one", port="modem1", number=NUMBER)
        modem = Modem(
            configured,
            clock=clock,
            open_port=wire(memory_opener(network), clock),
            listener=kept,
            crash=crash,
            virtual=True,
            seek=lambda name: [virtual.name for virtual in network.modems],
        )
        running = asyncio.ensure_future(modem.run())
        rig = Rig(clock, network, virtual, kept, modem, running)
        try:
            async with asyncio.timeout(LIMIT_S):
                if until_ready:
                    await rig.ready()
                return await walk(rig)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    return run_virtual(main, EPOCH)


async def nothing() -> None:
    """For ``started``."""


def keys_until(last: str, heard: list[str] | None = None) -> Talk:
    """Nothing is said, and the call ends with that key. ``heard`` collects the keys."""

    async def talk(line: CallLine) -> None:
        key = ""
        while key != last:
            key = await line.keys.get()
            if heard is not None:
                heard.append(key)

    return talk
