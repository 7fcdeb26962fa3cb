"""The message centre: stores each part, forwards it when the receiver can be reached, reports back.

One mailbox a receiver, first in first out, one delivery at a time. A part stays until the receiver took it or its
validity ended; a receiver that was absent or full gets it when it says so (TS 23.040, 3.2.6), or at the next retry.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Protocol

from config.clock import Clock
from modem.virtual import tpdu
from modem.virtual.journal import Journal
from modem.virtual.settings import NetworkSettings, canonical
from modem.virtual.timers import Timer, Timers

VALID_S = 2 * 86_400.0  # the centre's own validity where the sender names none
DELIVERED, NO_SUCH_NUMBER, EXPIRED = 0x00, 0x43, 0x46  # TP-Status, 9.2.3.15


class Taken(StrEnum):
    """What a receiver answered to a delivery."""

    KEPT = "kept"
    FULL = "full"  # memory capacity exceeded: waits for space
    FAILED = "failed"  # no acknowledgement: tried again later


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One part on its way to one receiver. ``octets`` is the TPDU; ``data`` is None for reports and raw PDUs."""

    sender: str
    to: str
    octets: bytes
    data: tpdu.UserData | None
    sent_at: datetime
    expires_at: datetime
    report: bool = False
    wants: tuple[str, int] | None = None  # (sender, reference) to be told of the end
    reference: int | None = None
    ended: Callable[[int], None] | None = None  # a program is told of the end directly, by its TP-Status


class Receiver(Protocol):
    """Whoever has a number and can get messages."""

    number: str

    def reachable(self) -> bool:
        """Switched on and registered."""

    def receive(self, carried: Carried, done: Callable[[Taken], None]) -> None:
        """Take a part; call ``done`` once, now or later."""


@dataclass(slots=True)
class _Mailbox:
    waiting: deque[Carried]
    busy: bool = False
    parked: Timer | None = None  # the head was refused; waits for the receiver or for this


class Smsc:
    """The store-and-forward centre of one network."""

    def __init__(
        self,
        clock: Clock,
        timers: Timers,
        journal: Journal,
        settings: NetworkSettings,
        random: Random,
        find: Callable[[str], Receiver | None],
    ) -> None:
        self._clock, self._timers, self._journal = clock, timers, journal
        self._settings, self._random, self._find = settings, random, find
        self._boxes: dict[str, _Mailbox] = {}

    def waiting(self, number: str | None = None) -> int:
        """Parts stored for one number, or for all."""
        boxes = self._boxes.values() if number is None else [self._box(self._canonical(number))]
        return sum(len(box.waiting) for box in boxes)

    def submit(self, sender: str, submit: tpdu.Submit, *, ended: Callable[[int], None] | None = None) -> None:
        """Take a part from a phone, modem or service; ``sender`` is what the receiver sees. ``ended``: told the
        TP-Status when the part's story is over."""
        now = self._clock.now()
        to = self._canonical(submit.to)
        self._journal.add(
            "submit", **{"from": sender}, to=to, ref=submit.reference, text=submit.data.text(), report=submit.report
        )
        valid_s = VALID_S if submit.valid_s is None else submit.valid_s
        carried = Carried(
            sender=sender,
            to=to,
            octets=tpdu.deliver(sender, self.stamp(now), submit.data, pid=submit.pid),
            data=submit.data,
            sent_at=now,
            expires_at=now + timedelta(seconds=valid_s),
            wants=(sender, submit.reference) if submit.report else None,
            reference=submit.reference,
            ended=ended,
        )
        self._forward(carried)

    def inject(self, to: str, octets: bytes, sender: str = "") -> None:
        """Deliver a raw TPDU as it is, however bad: what a broken centre might send."""
        now = self._clock.now()
        expires = now + timedelta(seconds=VALID_S)
        self._forward(
            Carried(
                sender=sender,
                to=self._canonical(to),
                octets=octets,
                data=None,
                sent_at=now,
                expires_at=expires,
            )
        )

    def available(self, number: str) -> None:
        """A receiver is back, or has space again: deliver what waits."""
        box = self._boxes.get(number)
        if box is not None:
            if box.parked is not None:
                box.parked.cancel()
                box.parked = None
            self._pump(number)

    def stamp(self, at: datetime) -> bytes:
        """The centre's time stamp of an instant."""
        return tpdu.stamp(at, self._settings.offset)

    def _canonical(self, number: str) -> str:
        return canonical(number, self._settings.country)

    def _box(self, number: str) -> _Mailbox:
        return self._boxes.setdefault(number, _Mailbox(deque()))

    def _chance(self, of: float) -> bool:
        return of > 0 and self._random.random() < of

    def _forward(self, carried: Carried) -> None:
        if self._chance(self._settings.loss):
            return
        for _ in range(2 if self._chance(self._settings.duplicate) else 1):
            delay = self._settings.delay_s
            if self._chance(self._settings.reorder):
                delay += self._random.uniform(0.5, 3.0) * max(1.0, self._settings.delay_s)
            self._timers.after(delay, lambda: self._arrived(carried))

    def _arrived(self, carried: Carried) -> None:
        self._box(carried.to).waiting.append(carried)
        self._pump(carried.to)

    def _pump(self, number: str) -> None:
        box = self._box(number)
        if box.busy or box.parked is not None:
            return
        while box.waiting and box.waiting[0].expires_at < self._clock.now():
            self._end(box.waiting.popleft(), EXPIRED)
        if not box.waiting:
            return
        receiver = self._find(number)
        if receiver is None:
            self._end(box.waiting.popleft(), NO_SUCH_NUMBER)
            self._timers.after(0.0, lambda: self._pump(number))
        elif not receiver.reachable():
            self._park(number, box)
        else:
            box.busy = True
            self._timers.after(self._settings.air_s, lambda: self._hand_over(number, box, receiver))

    def _hand_over(self, number: str, box: _Mailbox, receiver: Receiver) -> None:
        if not box.waiting or not receiver.reachable():
            box.busy = False
            self._park(number, box)
            return
        carried = box.waiting[0]
        answered = False

        def done(taken: Taken) -> None:
            nonlocal answered
            if answered:
                return
            answered = True
            box.busy = False
            self._journal.add(
                "report" if carried.report else "deliver",
                **{"from": carried.sender},
                to=number,
                text=carried.data.text() if carried.data else None,
                taken=taken.value,
                ref=carried.reference,
            )
            if taken is Taken.KEPT:
                box.waiting.popleft()
                self._end(carried, DELIVERED)
                if box.waiting:
                    self._timers.after(0.0, lambda: self._pump(number))
            else:
                self._park(number, box)

        receiver.receive(carried, done)

    def _park(self, number: str, box: _Mailbox) -> None:
        if box.waiting and box.parked is None:
            box.parked = self._timers.after(self._settings.retry_s, lambda: self.available(number))

    def _end(self, carried: Carried, status: int) -> None:
        """The part's story is over: tell its sender where a report was asked for."""
        if carried.ended is not None:
            carried.ended(status)
        if carried.wants is None:
            return
        sender, reference = carried.wants
        now = self._clock.now()
        octets = tpdu.status_report(reference, carried.to, self.stamp(carried.sent_at), self.stamp(now), status)
        expires = now + timedelta(seconds=VALID_S)
        self._forward(
            Carried(
                sender=carried.to,
                to=sender,
                octets=octets,
                data=None,
                sent_at=now,
                expires_at=expires,
                report=True,
                reference=reference,
            )
        )
