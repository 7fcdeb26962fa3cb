"""Whether the modem is well, and the ladder of what to do when it is not.

Every tick it is asked whether it lives; every second tick for its registration, its signal and whether it still has our
settings (modems start anew without a word); every twentieth whether SIM and IMEI are the same. The ladder is a pure
function: ``next_rung``.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from enum import IntEnum, StrEnum

from modem.codes import Code, number_in
from modem.errors import LineError, Silence
from modem.line import Turn
from modem.port import PortLost
from modem.session import Session

log = logging.getLogger(__name__)

TICK_S = 15.0  # seconds; a fault is to be shown within 90
ALIVE_S = 2.0  # seconds for OK to AT
NETWORK_TICKS, SIM_TICKS = 2, 20
HOME, ROAMING = 1, 5  # AT+CREG: registered (27.007, 7.2)
OFF_AIR_S = 180.0  # seconds without registration before the radio is switched off and on
SETTLE_TRIES = 10  # of the set-up after a restart: the SIM takes up to 20 s
SETTLE_PAUSE_S = 2.0  # seconds between them
SIM_S = 5.0  # seconds between looks at a SIM that is not ready
STEADY_S = 600.0  # seconds of a good session after which the ladder begins at its foot again


class Fell(StrEnum):
    """Why a session ended."""

    GONE = "gone"  # the port went: nothing to mend, look for it
    SILENT = "silent"  # it does not answer
    ILL = "ill"  # it answers and does not work


class Rung(IntEnum):
    """What is tried, one after the other. 1 is the resync of the line itself; 5 and 6 (power) need hardware."""

    TALK = 1  # ESC and AT
    REOPEN = 2  # close the port, open it
    RADIO = 3  # AT+CFUN=0, AT+CFUN=1
    RESTART = 4  # AT+CFUN=1,1, close at once, find the modem again by its IMEI
    PERSON = 7  # say so, wait, begin again


_AFTER = {
    Rung.TALK: Rung.REOPEN,
    Rung.REOPEN: Rung.RADIO,
    Rung.RADIO: Rung.RESTART,
    Rung.RESTART: Rung.PERSON,
    Rung.PERSON: Rung.REOPEN,
}


def next_rung(last: Rung, why: Fell, lived_s: float) -> Rung:
    """What to try now that the session ended: ``last`` was tried before it, and it lived ``lived_s`` seconds. A port
    that went is only looked for; what ails without being silent begins at the radio."""
    if why is Fell.GONE:
        return last if lived_s < STEADY_S else Rung.TALK
    rung = _AFTER[Rung.TALK if lived_s >= STEADY_S else last]
    return max(rung, Rung.RADIO) if why is Fell.ILL else rung


async def why_ended(name: str, session: Session, work: Awaitable[None]) -> tuple[Fell, str]:
    """Do a session's work until it ends: why it did, and in words."""
    try:
        await work
    except PortLost as fault:
        return Fell.GONE, str(fault)
    except Silence as fault:
        return Fell.SILENT, str(fault)
    except LineError as fault:
        return Fell.ILL, str(fault)
    except Exception as fault:  # ours: this modem begins anew, the others do not notice
        log.exception("modem %s: the driver failed", name)
        return Fell.SILENT, f"{type(fault).__name__}: {fault}"
    return (Fell.ILL, session.ill) if session.ill else (Fell.SILENT, "it does not answer")


class Watch:
    """The health of one session. ``lost_settings`` is called after the modem was set up anew; ``changed`` when
    registration or signal changed."""

    def __init__(self, session: Session, lost_settings: Callable[[], None], changed: Callable[[], None]) -> None:
        self._session = session
        self._lost_settings = lost_settings
        self._changed = changed
        self._off_air_since: float | None = None
        self.registered = False
        self.signal: int | None = None  # 0-31 as AT+CSQ gives it; dBm = 2 n - 113
        self.sim = ""  # what is wrong with the SIM

    def registration(self, code: Code) -> None:
        """+CREG as a code: its first field is the state."""
        self._registered(code.fields()[0])

    def strength(self, code: Code) -> None:
        """+CSQ or ^RSSI as a code."""
        self._strength(code.fields()[0])

    async def run(self) -> None:
        """For as long as the session lives. Raises Silence, LineError, PortLost."""
        ticks = 0
        while True:
            await self._tick_or_doubt()
            if self._session.uneasy.is_set():
                await self.settle()
                self._lost_settings()
                continue
            ticks += 1
            await self._alive()
            if ticks % NETWORK_TICKS == 0:
                await self.network()
                if not await self._session.holds():
                    self._session.doubt()
                self._off_air()
            if ticks % SIM_TICKS == 0:
                await self._same()

    async def until_sim(self, wants: Callable[[str], None]) -> None:
        """Return when the SIM is ready; say what it wants meanwhile. Raises Silence, PortLost."""
        while (said := await self._session.sim()) != "READY":
            wants(said)
            await self._session.clock.sleep(SIM_S)

    async def settle(self) -> None:
        """Set the modem up; it may have just started and not be ready for it. Raises LineError."""
        for left in reversed(range(SETTLE_TRIES)):
            try:
                await self._session.settle()
            except Silence:
                raise
            except LineError:
                if not left:
                    raise
                await self._session.clock.sleep(SETTLE_PAUSE_S)
            else:
                return

    async def network(self) -> None:
        """Ask registration and signal."""
        async with self._session.line.turn(Turn.TELEMETRY):
            answer = await self._session.line.ask("AT+CREG?", "+CREG:")
            said = answer.rest().split(",")
            if answer.ok and len(said) >= 2:
                self._registered(said[1].strip())
            answer = await self._session.line.ask("AT+CSQ", "+CSQ:")
            if answer.ok:
                self._strength(answer.rest().split(",")[0].strip())

    async def _tick_or_doubt(self) -> None:
        try:
            async with self._session.clock.timeout(TICK_S):
                await self._session.uneasy.wait()
        except TimeoutError:
            pass

    async def _alive(self) -> None:
        """Two silences, the second after the line's own resync, and the session is over."""
        for last in (False, True):
            try:
                async with self._session.line.turn(Turn.TELEMETRY):
                    await self._session.line.ask("AT", within_s=ALIVE_S)
            except Silence:
                if last or self._session.line.dead.is_set():
                    raise
            else:
                return

    async def _same(self) -> None:
        """SIM still there, and still the same modem: ports may change places."""
        self.sim = "" if (said := await self._session.sim()) == "READY" else said
        known = self._session.identity
        if known is not None and not self.sim and await self._session.imei() not in ("", known.imei):
            self._session.fall_ill("another modem answers on this port")
        self._changed()

    def _registered(self, state: str) -> None:
        registered = number_in(state) in (HOME, ROAMING)
        if registered != self.registered:
            self.registered = registered
            self._off_air_since = None if registered else self._session.clock.monotonic()
            self._changed()

    def _off_air(self) -> None:
        now = self._session.clock.monotonic()
        if self.registered:
            self._off_air_since = None
        elif self._off_air_since is None:
            self._off_air_since = now
        elif now - self._off_air_since >= OFF_AIR_S:
            self._session.fall_ill(f"not registered for {OFF_AIR_S:.0f} s")

    def _strength(self, said: str) -> None:
        number = number_in(said)
        signal = number if number is not None and number <= 31 else None
        if signal != self.signal:
            self.signal = signal
            self._changed()
