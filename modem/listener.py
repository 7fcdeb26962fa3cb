"""What the driver asks of those behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from modem.inbound import StoredSms
from modem.voice import Talk

if TYPE_CHECKING:
    from modem.driver import Modem


class Listener(Protocol):
    """Who is told what comes in (``gateway/gsm.py``)."""

    async def keep(self, modem: Modem, batch: Sequence[StoredSms]) -> None:
        """Return when every one is durable; raise, and none is deleted."""

    async def missed(self, modem: Modem, caller: str | None, at: datetime) -> None:
        """Return when the call is durable; then it is rejected. One call is one event. None: number withheld."""

    def answers(self, modem: Modem, caller: str | None) -> Talk | None:
        """What to say to a call that rings now, asked only of a modem that is to answer and can speak. None: it is
        kept as missed and rejected. The talk may never begin (the caller is gone, a call of ours goes first): then the
        call is kept as missed after all, as it is when the talk raises. So a call that was answered and is not kept
        here has been in the hands of its talk, whose first turn is to commit it before it says anything."""

    def changed(self, modem: Modem) -> None:
        """State, signal, registration or storage changed."""
