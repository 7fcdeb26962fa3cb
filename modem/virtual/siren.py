"""A siren controller of the RTU5024 kind: rung by a number it knows, it turns the call away and closes a relay.

Timed mode closes the relay for ``close_s``; latch mode switches it over at each call, so that a second call puts the
siren OFF. A caller it does not know keeps ringing, for ever, at the caller's cost of time: the sign of a missing entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from modem.virtual import tpdu
from modem.virtual.exchange import Call, CallState
from modem.virtual.settings import canonical
from modem.virtual.smsc import Carried, Taken
from modem.virtual.timers import Timer

if TYPE_CHECKING:
    from modem.virtual.network import Network

REJECT_AFTER_S = 2.0  # it lets it ring once; 1 to 4 s were seen
CLOSE_S = 5.0  # the factory's close time


class SirenMode(StrEnum):
    """What a call does to the relay."""

    TIMED = "timed"
    LATCH = "latch"  # close time 999


class SirenState(StrEnum):
    """How well it is. DEAF keeps ringing whoever calls. LYING turns the call away as it should, yet its relay does
    not close, so that no relay SMS comes either. OFF cannot be reached."""

    WELL = "well"
    DEAF = "deaf"
    LYING = "lying"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class SirenRing:
    """One call that reached it. ``obeyed``: the relay moved."""

    at: datetime
    caller: str
    known: bool
    obeyed: bool


class Siren:
    """One controller in the network. Made by ``Network.siren``."""

    def __init__(self, network: Network, number: str) -> None:
        self.network = network
        self.number = number
        self.mode = SirenMode.TIMED
        self.state = SirenState.WELL
        self.close_s = CLOSE_S
        self.relay_sms_to: str | None = None
        self.lamp = False
        self.rings_seen: list[SirenRing] = []
        self.inbox: list[str] = []
        self._whitelist: frozenset[str] = frozenset()
        self._call: Call | None = None
        self._opens: Timer | None = None

    @property
    def whitelist(self) -> frozenset[str]:
        """The numbers it obeys, as the network writes them."""
        return self._whitelist

    def configure(
        self,
        *,
        mode: SirenMode | None = None,
        whitelist: Iterable[str] | None = None,
        relay_sms_to: str | None = None,
        state: SirenState | None = None,
        close_s: float | None = None,
    ) -> None:
        """Change what is given. ``relay_sms_to`` "" sends none. A controller put OFF drops its call and its lamp."""
        self.mode = self.mode if mode is None else mode
        if whitelist is not None:
            country = self.network.settings.country
            self._whitelist = frozenset(canonical(number, country) for number in whitelist)
        if relay_sms_to is not None:
            self.relay_sms_to = relay_sms_to or None
        self.close_s = self.close_s if close_s is None else close_s
        if state is not None:
            self._become(state)

    def _become(self, state: SirenState) -> None:
        was, self.state = self.state, state
        if state is SirenState.OFF:
            if self._call is not None:
                self.network.exchange.release(self._call, self)
            self._relay(False, by=None)
        elif was is SirenState.OFF:
            self.network.smsc.available(self.number)

    # -- what the network does with it

    ours = False

    def reachable(self) -> bool:
        """Powered."""
        return self.state is not SirenState.OFF

    def can_ring(self) -> bool:
        """Powered."""
        return self.reachable()

    def engaged(self) -> bool:
        """Being rung now."""
        return self._call is not None

    def receive(self, carried: Carried, done: Callable[[Taken], None]) -> None:
        """A command by SMS. It keeps silent to what it does not know, as the real one does."""
        done(Taken.KEPT)
        if carried.data is not None:
            self.inbox.append(carried.data.text())

    def rings(self, call: Call) -> None:
        """A call: known and well, it is turned away after one ring and the relay moves."""
        known = call.caller_shown in self._whitelist
        self._call = call
        acts = known and self.state in (SirenState.WELL, SirenState.LYING)
        ring = SirenRing(
            at=self.network.clock.now(),
            caller=call.caller_shown,
            known=known,
            obeyed=acts and self.state is SirenState.WELL,
        )
        self.rings_seen.append(ring)
        if acts:
            self.network.timers.after(REJECT_AFTER_S, lambda: self._turn_away(call))

    def call_changed(self, call: Call) -> None:
        """The call ended, from either side."""
        if call is self._call and call.state is CallState.ENDED:
            self._call = None

    def key_heard(self, call: Call, key: str) -> None:
        """It never answers, so it hears no keys."""

    def _turn_away(self, call: Call) -> None:
        if call is not self._call:
            return  # the caller hung up before the second ring: too short to count
        self.network.exchange.release(call, self)
        if self.state is not SirenState.WELL:
            return
        if self.mode is SirenMode.LATCH:
            self._relay(not self.lamp, by=call.caller_shown)
        else:
            self._relay(True, by=call.caller_shown)
            self._opens = self.network.timers.after(self.close_s, lambda: self._relay(False, by=None))
        self._tell_relay()

    def _relay(self, closed: bool, *, by: str | None) -> None:
        if self._opens is not None:
            self._opens.cancel()
            self._opens = None
        if closed == self.lamp:
            return
        self.lamp = closed
        self.network.journal.add("siren", number=self.number, lamp=closed, by=by)

    def _tell_relay(self) -> None:
        if self.relay_sms_to is None:
            return
        for data in tpdu.user_data("Relay ON" if self.lamp else "Relay OFF"):
            submit = tpdu.Submit(reference=0, to=self.relay_sms_to, pid=0, data=data, valid_s=None, report=False)
            self.network.smsc.submit(self.number, submit)
