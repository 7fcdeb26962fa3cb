"""What the driver asks of those behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from modem.inbound import StoredSms

if TYPE_CHECKING:
    from modem.driver import Modem


class Listener(Protocol):
    """Who is told what comes in (``gateway/gsm.py``)."""

    async def keep(self, modem: Modem, batch: Sequence[StoredSms]) -> None:
        """Return when every one is durable; raise, and none is deleted."""

    async def missed(self, modem: Modem, caller: str | None, at: datetime) -> None:
        """Return when the call is durable; then it is rejected. One call is one event. None: number withheld."""

    def changed(self, modem: Modem) -> None:
        """State, signal, registration or storage changed."""
