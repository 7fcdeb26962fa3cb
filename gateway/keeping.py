"""TX1: what came in is durable before anybody acknowledges it, whatever it is."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from config.clock import Clock
from gateway.bag import Bag
from gateway.envelope import (
    Envelope,
    delivery_of,
    is_part,
    open_envelope,
    sender_of,
    storable,
    text_of,
    whole_text,
)
from gateway.messages import Inbound, Kind, Receipt
from gateway.number import normal
from gateway.store import Store, StoreBroken, StoreFault, Tx
from gateway.store.callbacks import keep_request
from gateway.store.inbound import add_letter, add_once, is_like
from gateway.store.parts import Long, PartOf, add_part, long_letter, mark_long
from gateway.store.raw import keep_raw
from gateway.store.receipts import add_receipt
from modem.pdu import Deliver, StatusReport

log = logging.getLogger(__name__)

STRANDED = 200  # digests remembered, so that a letter that stays on the SIM is called out once


class Waits(Protocol):
    """The city's clocks that this file reads; seconds (``config.city.Clocks`` has them)."""

    @property
    def part_wait_s(self) -> float: ...
    @property
    def part_window_s(self) -> float: ...
    @property
    def repeat_s(self) -> float: ...
    @property
    def repeat_unsure_s(self) -> float: ...


class Keeper:
    """Keeps raw messages and the letters in them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        waits: Waits,
        urgent: Callable[[Inbound], bool],
        stranded: Callable[[Inbound], None],
        cried: Callable[[], None],
    ) -> None:
        self.waits = waits
        self._store = store
        self._clock = clock
        self._urgent = urgent
        self._stranded = stranded
        self._cried = cried
        self._called_out: dict[str, None] = {}
        self._bag = Bag(store, clock)

    @property
    def pressed(self) -> bool:
        """Whether so many letters come at once that reading them may wait."""
        return self._bag.pressed

    async def keep(self, channel: str, imsi: str, pdus: Sequence[str]) -> bool:
        """Every message its own job, all in one group commit. Whether there is anything for the desks. Raises
        StoreFault when one is not durable."""
        at = self._clock.now()
        ends = await asyncio.gather(*(self._keep_one(channel, imsi, pdu, at) for pdu in pdus), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return any(ends)

    async def _keep_one(self, channel: str, imsi: str, pdu: str, at: datetime) -> bool:
        envelope = open_envelope(pdu)
        draft = _draft(channel, envelope, at)
        urgent = draft is not None and self.judged(draft)
        try:
            await self._store.write(lambda tx: self._keep(tx, imsi, channel, envelope, draft, urgent, at))
        except StoreBroken:
            self._call_out(envelope.digest, draft, urgent)
            raise
        except StoreFault:
            raise
        except Exception as error:  # a fault of ours in one message: the raw text at least is kept, and it blocks none
            log.exception("a message is quarantined")
            bad = replace(envelope, content=None, fault=f"keeping failed: {error!r}")
            await self._store.write(lambda tx: self._keep(tx, imsi, channel, bad, None, False, at))
        return draft is not None

    async def keep_letter(self, letter: Inbound, *, request: str = "", nameless: bool = False) -> bool:
        """Keep a letter that has no PDU (a missed call, a provider's). Once per ``external_id``; a ``nameless`` one,
        whose own id nobody gave, once in ``repeat_unsure_s`` for the same words. ``request`` is kept beside its doubt.
        Whether it is urgent."""
        urgent = self.judged(letter)
        since = letter.received_at - timedelta(seconds=self.waits.repeat_unsure_s)

        def work(tx: Tx) -> None:
            if not (nameless and is_like(tx, letter, since)):
                put_in(tx, letter, urgent=urgent, request=request)

        try:
            if nameless or request:
                await self._store.write(work)
            else:
                await self._bag.keep(letter, urgent=urgent)
        except StoreBroken:
            self._call_out(letter.external_id, letter, urgent)
            raise
        return urgent

    def judged(self, letter: Inbound) -> bool:
        """Whether it is urgent; then that is said before it is even kept."""
        urgent = self._urgent(letter)
        if urgent:
            self._cried()
        return urgent

    def _keep(
        self, tx: Tx, imsi: str, channel: str, envelope: Envelope, draft: Inbound | None, urgent: bool, at: datetime
    ) -> None:
        nth = keep_raw(
            tx,
            imsi=imsi,
            digest=envelope.digest,
            pdu=envelope.pdu,
            scts=envelope.stamp,
            channel=channel,
            at=at,
            repeat_s=self.waits.repeat_s,
            repeat_unsure_s=self.waits.repeat_unsure_s,
            fault=storable(envelope.fault) if envelope.fault else None,
        )
        if nth is None:
            return
        if isinstance(envelope.content, StatusReport):
            add_receipt(tx, _receipt(channel, envelope.content, at), at)
        elif isinstance(envelope.content, Deliver) and draft is not None:
            identity = hashlib.sha256(f"{imsi}|{envelope.digest}|{nth}".encode()).hexdigest()
            letter = replace(draft, external_id=identity)
            if letter.kind is Kind.PART:
                self._keep_part(tx, letter, envelope, envelope.content, urgent, at)
            else:
                add_letter(tx, letter, urgent=urgent)

    def _keep_part(
        self, tx: Tx, letter: Inbound, envelope: Envelope, content: Deliver, urgent: bool, at: datetime
    ) -> None:
        long = add_part(tx, _part_of(letter, envelope, content), at=at, window_s=self.waits.part_window_s)
        add_letter(tx, replace(letter, whole=long.whole), urgent=urgent)
        if long.complete:
            self._release(tx, long, letter.sent_at, at)

    def _release(self, tx: Tx, long: Long, sent_at: datetime | None, at: datetime) -> None:
        """Give the desks the letter, whole or with its holes named; whole once more when a late part completes it."""
        state = "complete" if long.complete else "partial"
        letter = Inbound(
            id=0,
            channel=long.channel,
            kind=Kind.SMS,
            sender=long.sender,
            text=whole_text(long.pdus, long.parts),
            sent_at=sent_at,
            received_at=at,
            external_id=f"{long.whole}-{state}",
            whole=long.whole,
        )
        add_letter(tx, letter, urgent=self._urgent(letter))
        mark_long(tx, long.id, state)

    def overdue_s(self, waiting: Sequence[tuple[int, datetime]]) -> float:
        """Seconds until the longest-waiting long letter has waited enough; infinite when none waits."""
        if not waiting:
            return float("inf")
        overdue = waiting[0][1] + timedelta(seconds=self.waits.part_wait_s)
        return (overdue - self._clock.now()).total_seconds()

    async def release_overdue(self, waiting: Sequence[tuple[int, datetime]]) -> None:
        """Stop waiting for parts that did not come within ``part_wait_s`` of the first."""
        at = self._clock.now()
        before = at - timedelta(seconds=self.waits.part_wait_s)
        for long_id in [long_id for long_id, first_at in waiting if first_at <= before]:
            await self._store.write(lambda tx, long_id=long_id: self._give_up(tx, long_id, at))  # type: ignore[misc]

    def _give_up(self, tx: Tx, long_id: int, at: datetime) -> None:
        long = long_letter(tx, long_id)
        if long.state == "open":
            self._release(tx, long, None, at)

    def _call_out(self, identity: str, letter: Inbound | None, urgent: bool) -> None:
        if letter is None or not urgent or identity in self._called_out:
            return
        self._called_out[identity] = None
        if len(self._called_out) > STRANDED:
            del self._called_out[next(iter(self._called_out))]
        self._stranded(letter)


def put_in(tx: Tx, letter: Inbound, *, urgent: bool, request: str = "") -> None:
    """Keep a letter within another's transaction, once per ``external_id``."""
    if add_once(tx, letter, urgent=urgent) and request:
        keep_request(tx, letter.external_id, request)


def _draft(channel: str, envelope: Envelope, at: datetime) -> Inbound | None:
    content = envelope.content
    if not isinstance(content, Deliver):
        return None
    return Inbound(
        id=0,
        channel=channel,
        kind=Kind.PART if is_part(content) else Kind.SMS,
        sender=sender_of(content),
        text=text_of(content),
        sent_at=content.sent_at,
        received_at=at,
        external_id=envelope.digest,
    )


def _part_of(letter: Inbound, envelope: Envelope, content: Deliver) -> PartOf:
    assert content.ref is not None
    assert content.part is not None
    assert content.parts is not None
    return PartOf(
        channel=letter.channel,
        sender=letter.sender,
        ref=content.ref,
        ref_bits=content.ref_bits or 8,
        parts=content.parts,
        part=content.part,
        pdu=envelope.pdu,
        digest=hashlib.sha256(content.data).hexdigest(),
    )


def _receipt(channel: str, report: StatusReport, at: datetime) -> Receipt:
    return Receipt(
        channel=channel,
        reference=str(report.reference),
        to=normal(report.to) or storable(report.to),
        delivery=delivery_of(report),
        at=report.done_at or at,
    )
