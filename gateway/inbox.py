"""Keep first, read after: letters come in here, and leave through a desk."""

from __future__ import annotations

from typing import Protocol

from gateway.messages import Inbound
from gateway.store import Tx


class Desk(Protocol):
    """Who reads letters. The first desk that takes a letter handles it; the last one takes everything."""

    name: str
    urgent: bool
    """Its letters go first, and are still handled when the disk is nearly full; others then wait, kept."""

    def takes(self, letter: Inbound) -> bool:
        """Whether the letter is this desk's. Pure and quick; asked once before the letter is kept (``id`` is 0 then) to
        know whether it is urgent, and again when it is read. Raising counts as urgent, and as a failed try."""

    def handle(self, letter: Inbound, tx: Tx) -> None:
        """Decide, and write what was decided, in the transaction that also marks the letter read. Runs in the
        writer's thread: pure decisions and store verbs only. ``gateway.store.leave_unread(tx, letter.id)`` leaves it
        for a person to read. Raising undoes all of it."""

    def wake(self) -> None:
        """Ring the bells, on the loop's thread: something this desk decided is committed."""
