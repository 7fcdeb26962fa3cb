"""Messages from the network's side: kept in a store or put out at once, acknowledged, announced.

What decides is CNMI, CSMS, the message's class and the dialect (TS 27.005, 3.4.1 and annex A; TS 23.038, 4).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from modem.virtual import registration, tpdu
from modem.virtual.dialect import ClassZero
from modem.virtual.smsc import Carried, Taken
from modem.virtual.storage import Stored
from modem.virtual.timers import Timer

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

MODE, MT, DS = 0, 1, 3  # places in CNMI
HELD = 20  # unsolicited codes that CNMI mode 0 buffers; the oldest go first


class Inbound:
    """The receiving side of one modem."""

    def __init__(self, modem: VirtualModem) -> None:
        self._modem = modem
        self._awaited: Callable[[Taken], None] | None = None
        self._timer: Timer | None = None
        self._told_full = False

    def reset(self) -> None:
        """Power cut: what was not acknowledged stays with the centre."""
        awaited, self._awaited = self._awaited, None
        if self._timer is not None:
            self._timer.cancel()
        if awaited is not None:
            awaited(Taken.FAILED)

    def registered(self) -> None:
        """The radio is on again."""
        self._modem.registered = True
        registration.tell(self._modem)
        self._modem.network.smsc.available(self._modem.number)

    def used(self, memory: str) -> tuple[int, int]:
        """(slots taken, slots) as CPMS tells them."""
        taken, slots = self._modem.storage.used(memory)
        return (slots, slots) if self._modem.faults.has("storage_full") else (taken, slots)

    def space(self) -> None:
        """Something was deleted: tell the centre that there is memory (TS 23.040, 9.2.2.2, RP-SMMA)."""
        if self._told_full and not self._modem.faults.has("storage_full"):
            self._told_full = False
            self._modem.network.smsc.available(self._modem.number)

    def acknowledge(self, *, kept: bool) -> bool:
        """AT+CNMA. False where nothing waits for it."""
        awaited, self._awaited = self._awaited, None
        if awaited is None:
            return False
        if self._timer is not None:
            self._timer.cancel()
        awaited(Taken.KEPT if kept else Taken.FAILED)
        return True

    def receive(self, carried: Carried, done: Callable[[Taken], None]) -> None:
        """A part or a report arrives over the air."""
        if carried.report:
            self._report(carried, done)
            return
        way = self._way(carried)
        if way == "stored":
            self._store(carried.octets, self._modem.session.memories[2], done)
        elif way == "dropped":
            done(Taken.KEPT)
        else:
            self._direct("+CLASS0: " if way == "class0" else "+CMT: ,", carried.octets, done)

    def put(self, octets: bytes, memory: str | None = None) -> int:
        """Lay a raw TPDU into a store, as if it had been there from the start; no code. Returns its index."""
        return self._modem.storage.own(memory or self._modem.session.memories[2]).add(self._stored(octets))

    def flush(self) -> None:
        """CNMI left mode 0: put out what was buffered."""
        if self._modem.session.cnmi[MODE] == 0:
            return
        held, self._modem.session.held = self._modem.session.held, []
        for code in held:
            self._modem.code(code)

    def _way(self, carried: Carried) -> str:
        mt = self._modem.session.cnmi[MT]
        message_class = None if carried.data is None else carried.data.message_class
        if message_class == 0 and mt not in (2, 3):
            return {ClassZero.CMT: "cmt"}.get(self._modem.dialect.class_zero, self._modem.dialect.class_zero.value)
        if mt == 2 and message_class != 2:
            return "cmt"
        if mt == 3 and message_class in (0, 3):
            return "cmt"
        return "stored"

    def _store(self, octets: bytes, name: str, done: Callable[[Taken], None], code: str = "+CMTI") -> None:
        memory = self._modem.storage.own(name)
        if memory.full or self._modem.faults.has("storage_full"):
            self._tell_full(memory.name)
            done(Taken.FULL)
            return
        index = memory.add(self._stored(octets))
        if code == "+CDSI" or (self._modem.session.cnmi[MT] and not self._modem.faults.swallow_cmti()):
            shown = next((at for at, slot in self._modem.storage.entries(name) if slot is memory.slots[index]), index)
            self._announce(f'{code}: "{name}",{shown}')
        done(Taken.KEPT)

    def _direct(self, head: str, octets: bytes, done: Callable[[Taken], None]) -> None:
        stored = self._stored(octets)
        self._announce(f"{head}{stored.length}\r\n{stored.octets.hex().upper()}")
        if self._modem.session.csms == 0:
            done(Taken.KEPT)  # the modem answers the network itself: lost if no client was listening
            return
        self._awaited = done
        self._timer = self._modem.later(self._modem.network.settings.ack_s, self._unacknowledged)

    def _unacknowledged(self) -> None:
        """No AT+CNMA in time: RP-ERROR, and the modem switches direct delivery off by itself (27.005, 3.4.4)."""
        self._modem.session.cnmi[MT] = self._modem.session.cnmi[DS] = 0
        awaited, self._awaited = self._awaited, None
        if awaited is not None:
            awaited(Taken.FAILED)

    def _report(self, carried: Carried, done: Callable[[Taken], None]) -> None:
        ds = self._modem.session.cnmi[DS]
        if ds == 1:
            self._direct("+CDS: ", carried.octets, done)
        elif ds == 2:
            names = self._modem.storage.names
            self._store(carried.octets, "SR" if "SR" in names else self._modem.session.memories[2], done, code="+CDSI")
        else:
            done(Taken.KEPT)

    def _tell_full(self, memory: str) -> None:
        dialect = self._modem.dialect
        if not self._told_full and dialect.full is not None and self._modem.session.full_code:
            self._modem.vendor_code(dialect.full.format(memory=memory))
        self._told_full = True

    def _announce(self, code: str) -> None:
        if self._modem.session.cnmi[MODE] == 0:
            self._modem.session.held = [*self._modem.session.held, code][-HELD:]
        else:
            self._modem.code(code)

    def _stored(self, octets: bytes) -> Stored:
        centre = tpdu.service_centre(self._modem.network.settings.centre)
        return Stored(centre + octets, len(centre))
