"""The audit's head, written down outside the store: what was cut off its end, or written anew, is found by it.

``<data_dir>/audit.anchor`` has a line of JSON for each head that was seen, ``{"at", "seq", "hash"}``, added at most
once a minute and thinned to one a day when it grows. Copy it elsewhere now and then, or write the head down on paper
(``kentongan audit head``): the chain is only as good as the heads that whoever rewrites it cannot reach.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.clock import Clock
from config.private import opened, replaced
from gateway.pulse import Pulse, Status
from gateway.store import Store, StoreFault
from gateway.store.audit import Head, head

log = logging.getLogger(__name__)

NAME = "audit.anchor"
TICK_S = 60.0
BEAT_S = 300.0  # without a beat for that long the loop counts as stuck
THICK = 3000  # lines of the file beyond which it is thinned
FRESH = 1500  # of which so many stay as they are


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A head as it was at that time."""

    at: datetime
    head: Head


def anchors(data_dir: Path) -> list[Anchor]:
    """What was written down, oldest first. A torn line (the power went) is none."""
    try:
        text = (data_dir / NAME).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    return [anchor for line in text.splitlines() if (anchor := _read(line)) is not None]


def _read(line: str) -> Anchor | None:
    try:
        said = json.loads(line)
        here = Head(seq=int(said["seq"]), hash=str(said["hash"]))
        return Anchor(at=datetime.fromisoformat(said["at"]), head=here)
    except (ValueError, TypeError, KeyError):
        return None


def write_anchor(data_dir: Path, anchor: Anchor) -> bool:
    """Add it, on the disk when this returns. False: it stands there already. Raises OSError."""
    known = anchors(data_dir)
    if known and known[-1].head == anchor.head:
        return False
    if len(known) >= THICK:
        _thin(data_dir / NAME, known)
    with opened(data_dir / NAME, append=True) as file:
        file.write(f"\n{_said(anchor)}".encode())  # begins a line of its own, whatever a torn one left
        file.flush()
        os.fsync(file.fileno())
    return True


def _said(one: Anchor) -> str:
    return json.dumps({"at": one.at.isoformat(), "seq": one.head.seq, "hash": one.head.hash})


def _thin(path: Path, known: Sequence[Anchor]) -> None:
    """Of the old ones the last of each day."""
    by_day = {one.at.date(): one for one in known[:-FRESH]}
    kept = [*by_day.values(), *known[-FRESH:]]
    replaced(path, "\n".join(_said(one) for one in kept).encode())


class Anchoring:
    """Writes the head down now and then, for ever, and shows in the health when deeds could not be written."""

    def __init__(self, store: Store, data_dir: Path, clock: Clock, pulse: Pulse) -> None:
        self._store, self._data_dir, self._clock, self._pulse = store, data_dir, clock, pulse
        self._failed = 0

    async def run(self) -> None:
        """Once a minute. A disk that refuses is reported, and tried again."""
        while True:
            self._pulse.beat("audit", limit_s=BEAT_S)
            await self.look()
            await self._clock.sleep(TICK_S)

    async def look(self) -> None:
        """Write the head down if it moved, and report."""
        try:
            here = await self._store.read(head)
            if here.seq:
                write_anchor(self._data_dir, Anchor(at=self._clock.now(), head=here))
        except (StoreFault, OSError) as fault:
            log.error("the audit's head is not written down: %s", fault)
            self._pulse.report("audit", "anchor", Status.DEGRADED, f"the head is not written down: {fault}")
            return
        self._pulse.report("audit", "anchor", Status.OK, f"line {here.seq}")
        if self._store.unaudited:
            said = f"{self._store.unaudited} deeds since the start are not in the audit: see the log"
            self._pulse.report("audit", "lines", Status.DEGRADED, said)
