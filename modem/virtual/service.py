"""A number with a program behind it instead of a person: a provider's short code or long number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from modem.virtual import tpdu
from modem.virtual.exchange import Call
from modem.virtual.smsc import Carried, Taken

if TYPE_CHECKING:
    from modem.virtual.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSms:
    """A text that reached the service, its parts joined."""

    sender: str
    to: str
    text: str
    sent_at: datetime


@dataclass(slots=True)
class _Long:
    pieces: dict[int, tpdu.UserData] = field(default_factory=dict)


class Service:
    """One such number. Made by ``Network.service``. It takes texts, sends them under any sender, and takes no calls."""

    def __init__(self, network: Network, number: str, came: Callable[[ServiceSms], None]) -> None:
        self.network = network
        self.number = number
        self._came = came
        self._long: dict[tuple[str, int, int], _Long] = {}
        self._reference = 0

    def sms(self, to: str, text: str, *, sender: str = "", ended: Callable[[int], None] | None = None) -> int:
        """Send a text; returns its parts. ``sender``: what the phone shows (default the number; may be letters).
        ``ended`` is told the TP-Status of each part when its story is over."""
        self._reference = (self._reference + 1) & 0xFF
        parts = tpdu.user_data(text, self._reference)
        for data in parts:
            submit = tpdu.Submit(reference=0, to=to, pid=0, data=data, valid_s=None, report=False)
            self.network.smsc.submit(sender or self.number, submit, ended=ended)
        return len(parts)

    # -- what the network does with it

    def reachable(self) -> bool:
        """Always: what is not posted on is the program's affair."""
        return True

    def receive(self, carried: Carried, done: Callable[[Taken], None]) -> None:
        """A part arrives. The program hears of a long text when its last part is there."""
        done(Taken.KEPT)
        data = carried.data
        if data is None:
            return
        text = data.text()
        if data.part is not None and data.part[1] > 1:
            reference, of, part = data.part
            key = (carried.sender, reference, of)
            pieces = self._long.setdefault(key, _Long()).pieces
            pieces[part] = data
            if len(pieces) < of:
                return
            del self._long[key]
            text = tpdu.text_of(data.alphabet, b"".join(piece.content() for _, piece in sorted(pieces.items())))
        self._came(ServiceSms(sender=carried.sender, to=self.number, text=text, sent_at=carried.sent_at))

    ours = True

    def can_ring(self) -> bool:
        """It has no telephone."""
        return False

    def engaged(self) -> bool:
        """Never."""
        return False

    def rings(self, call: Call) -> None:
        """Cannot be: see ``can_ring``."""

    def call_changed(self, call: Call) -> None:
        """It has no calls."""

    def key_heard(self, call: Call, key: str) -> None:
        """It has no calls."""
