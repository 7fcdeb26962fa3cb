"""Letters in: read → keep → delete, and nothing is deleted that is not kept.

Announced letters (+CMTI, +CDSI) are read by index, a burst of them and every sweep by one list. The whole batch goes to
the listener, whose return means that it is durable; then each is deleted by its index in its memory, one turn of the
wire each, and what is announced meanwhile is read first. Direct letters (+CMT, +CDS, class 0) are kept, then
acknowledged (AT+CNMA). The wire is free while the listener keeps: an index stays what it is until somebody deletes it,
and only we do; when the modem may have started anew in between (``Session.epoch``), nothing is deleted and the next
sweep finds it again.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from config.crash import CrashPoint
from modem.codes import Code, number_in
from modem.line import Turn
from modem.profile import Sweep
from modem.session import Session
from modem.stored import Entry, listed, one

log = logging.getLogger(__name__)

LIST_FROM = 3  # letters announced in one memory: from here on one list is fewer commands than reading each
SWEEP_S = 45.0  # seconds between sweeps: laws.md asks for 30-60
LIST_S = 25.0  # seconds for AT+CMGL of a full memory
LATER_S = 5.0  # seconds after a listener that could not keep, before it is asked again
READINGS = 3  # of a letter that does not fit its own header, before it is taken as it is
ACKNOWLEDGE_S = 8.0  # seconds from +CMT to CNMA; the network gives up at about 10 and the modem stops reception
EMPTY_SLOT = 321  # CMS: invalid memory index


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSms:
    """One letter as the modem has it. ``pdu_hex`` begins with the service centre's address; it may be damaged.
    ``direct``: it came without being stored (+CMT, +CDS, class 0), then ``memory`` is "" and ``index`` -1."""

    memory: str
    index: int
    pdu_hex: str
    direct: bool = False


Keep = Callable[[Sequence[StoredSms]], Awaitable[None]]
"""Returns only when every letter is durable; raising means that none may be deleted."""


class NotKept(Exception):
    """The listener could not make a batch durable; nothing of it may be deleted."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A letter that is durable and still stored in the modem."""

    memory: str
    index: int
    epoch: int
    print: str  # sha256 of its PDU


class Inbound:
    """The letters of one session. ``swept`` is called when what is known of the memories may have changed, ``reading``
    when something was announced (True) and when all of it is kept."""

    def __init__(
        self,
        session: Session,
        keep: Keep,
        crash: CrashPoint,
        swept: Callable[[], None],
        reading: Callable[[bool], None] = lambda on: None,
    ) -> None:
        self._session = session
        self._listener = keep
        self._crash = crash
        self._swept = swept
        self._reading = reading
        self._announced: dict[str, list[int]] = {}
        self._direct: list[StoredSms] = []
        self._kept: deque[_Kept] = deque()
        self._stuck: set[tuple[str, int, str]] = set()  # kept, but the modem would not delete them
        self._bell = asyncio.Event()
        self._sweep_due = True
        self.trouble = ""  # why the listener cannot keep, while it cannot

    # -- what the modem says

    def announced(self, code: Code) -> None:
        """+CMTI or +CDSI: memory and index."""
        said = code.fields()
        index = number_in(said[1]) if len(said) >= 2 else None
        if index is None or not re.fullmatch(r"[A-Z_]{2,4}", said[0]):
            self.sweep_soon()  # damaged on the way
            return
        self._announced.setdefault(said[0], []).append(index)
        self._reading(True)
        self._bell.set()

    def direct(self, code: Code) -> None:
        """+CMT, +CDS, +CLASS0: the letter itself."""
        if code.pdu:
            self._direct.append(StoredSms(memory="", index=-1, pdu_hex=code.pdu, direct=True))
            self._reading(True)
        else:
            log.warning("%s without its PDU", code.name)
            self._session.uneasy.set()  # a letter that is not acknowledged may switch reception off
        self._bell.set()

    def sweep_soon(self) -> None:
        """Read every memory as soon as the wire is free."""
        self._sweep_due = True
        self._bell.set()

    # -- the loop

    async def run(self) -> None:
        """For as long as the session lives. Raises LineError or PortLost."""
        while True:
            if not (self._direct or self._announced or self._kept or self._sweep_due):
                await self._wait()
            self._bell.clear()
            try:
                await self._step()
                self._reading(bool(self._direct or self._announced))
            except NotKept as fault:
                self._reading(False)
                self.trouble = str(fault)
                log.error("letters stay in the modem: %s", fault)
                self._sweep_due = True
                self._swept()
                await self._session.clock.sleep(LATER_S)

    async def _step(self) -> None:
        """The most urgent thing there is to do."""
        if self._direct:
            await self._take_direct()
        elif self._announced:
            memory = next(iter(self._announced))
            await self._take_announced(memory, self._announced.pop(memory))
        elif self._kept:
            await self._delete(self._kept.popleft())
        elif self._sweep_due:
            self._sweep_due = False
            for memory in reversed(self._session.memories):  # where new letters go comes last and stays chosen
                await self._take(await self._read_all(memory))
            self._swept()

    async def _wait(self) -> None:
        try:
            async with self._session.clock.timeout(SWEEP_S):
                await self._bell.wait()
        except TimeoutError:
            self._sweep_due = True

    async def _take_direct(self) -> None:
        batch, self._direct = self._direct, []
        begun = self._session.clock.monotonic()
        try:
            await self._keep(batch)
        except NotKept:
            self._direct = batch + self._direct
            raise
        for _ in batch:
            await self._acknowledge()
        if self._session.clock.monotonic() - begun > ACKNOWLEDGE_S:
            self._session.uneasy.set()

    async def _acknowledge(self) -> None:
        """Tell the network that the letter is safe (27.005, 3.4.4). Too late, and the modem has stopped reception."""
        if self._session.acknowledges:
            async with self._session.line.turn(Turn.ACKNOWLEDGE):
                if not await self._session.line.tell("AT+CNMA=0"):
                    self._session.uneasy.set()
        self._crash("forget")

    async def _take_announced(self, memory: str, indexes: Sequence[int]) -> None:
        wanted = sorted(set(indexes))
        if len(wanted) >= LIST_FROM and self._session.profile.sweep is Sweep.LIST:
            await self._take(await self._read_all(memory))
            return
        found = [await self._read(memory, index) for index in wanted]
        await self._take([entry for entry in found if entry is not None])

    async def _take(self, entries: Sequence[Entry]) -> None:
        """Keep what is new, and have it deleted; what is kept already but would not go is only deleted."""
        epoch = self._session.epoch
        pending = {(kept.memory, kept.index, kept.print) for kept in self._kept}
        fresh: list[Entry] = []
        for entry in entries:
            key = (entry.memory, entry.index, entry.print)
            if key in pending:
                continue
            if key in self._stuck:
                self._kept.append(_Kept(entry.memory, entry.index, epoch, entry.print))
            else:
                fresh.append(entry)
        if not fresh:
            return
        await self._keep([StoredSms(memory=sms.memory, index=sms.index, pdu_hex=sms.pdu) for sms in fresh])
        self._kept.extend(_Kept(entry.memory, entry.index, epoch, entry.print) for entry in fresh)

    async def _keep(self, batch: Sequence[StoredSms]) -> None:
        try:
            await self._listener(batch)
        except Exception as fault:
            raise NotKept(f"{type(fault).__name__}: {fault}") from fault
        self.trouble = ""
        self._crash("keep")

    async def _delete(self, kept: _Kept) -> None:
        session = self._session
        async with session.line.turn(Turn.INBOUND):
            if session.epoch != kept.epoch:
                self._kept.clear()  # its index may be another letter's by now
                self._sweep_due = True
                return
            if not await session.use_memory(kept.memory) or session.epoch != kept.epoch:
                self._sweep_due = True
                return
            answer = await session.line.ask(f"AT+CMGD={kept.index}", within_s=LIST_S)
        key = (kept.memory, kept.index, kept.print)
        if answer.ok or answer.final.cms == EMPTY_SLOT:
            self._stuck.discard(key)
            session.deleted_one(kept.memory)
            if not self._kept:
                self._swept()
            self._crash("forget")
        else:
            log.warning("%s[%d] would not be deleted: %s", kept.memory, kept.index, answer.final.text)
            self._stuck.add(key)

    # -- reading

    async def _read(self, memory: str, index: int) -> Entry | None:
        """One letter; None when the slot is empty. What does not fit its own header was damaged on the wire and is
        read again; what stays so is taken as it is."""
        before: Entry | None = None
        for _ in range(READINGS):
            async with self._session.line.turn(Turn.INBOUND):
                if not await self._session.use_memory(memory):
                    return None
                answer = await self._session.line.ask(f"AT+CMGR={index}", "+CMGR:", free=True)
            entry = one(memory, index, answer.lines)
            if entry is None or entry.whole or (before is not None and entry.pdu == before.pdu):
                return entry
            before = entry
        return before

    async def _read_all(self, memory: str) -> list[Entry]:
        if self._session.profile.sweep is Sweep.INDEX:
            return await self._read_by_index(memory)
        async with self._session.line.turn(Turn.INBOUND):
            if not await self._session.use_memory(memory):
                return []
            answer = await self._session.line.ask("AT+CMGL=4", "+CMGL:", within_s=LIST_S, free=True)
        entries, doubtful = listed(memory, answer.lines)
        again = [await self._read(memory, index) for index in doubtful]
        return entries + [entry for entry in again if entry is not None]

    async def _read_by_index(self, memory: str) -> list[Entry]:
        async with self._session.line.turn(Turn.INBOUND):
            self._session.memory = ""  # so that the counters are asked
            if not await self._session.use_memory(memory):
                return []
        fill = self._session.storage.get(memory)
        found: list[Entry] = []
        for index in range(fill.total + 1 if fill is not None and fill.used else 0):
            entry = await self._read(memory, index)
            if entry is not None:
                found.append(entry)
            assert fill is not None
            if len(found) >= fill.used:
                break
        return found
