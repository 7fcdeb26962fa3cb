"""The program's own judgement of its health, for ``/health``, the watchdog and the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.pulse import Part, Status

LIFE = ("inbox", "outbox", "dispatch")
"""Loops without which nothing is kept, told or dispatched: the watchdog is fed only while all of them beat."""
WAYS = ("modem", "provider")
"""Kinds of parts that carry letters in and out: with one of them well the city is served, with none it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """``status`` failed: letters cannot be kept, or nobody can be called."""

    status: Status
    parts: tuple[Part, ...]

    def row(self) -> Mapping[str, Any]:
        """The object of ``GET /health``."""
        parts = [
            {
                "name": part.name,
                "kind": part.kind,
                "status": part.status.value,
                "since": part.since.isoformat(),
                "detail": part.detail,
            }
            for part in self.parts
        ]
        return {"status": self.status.value, "parts": parts}


def judge(parts: Sequence[Part]) -> Health:
    """Failed while a life loop is silent, the store is broken, or no way in and out works; degraded while anything else
    ails, the loss of one way among several too."""
    parts = tuple(parts)
    alive = {part.name for part in parts if part.kind == "loop" and part.status is Status.OK}
    way_out = any(part.kind in WAYS and part.status is not Status.FAILED for part in parts)
    broken = any(part.kind == "store" and part.status is Status.FAILED for part in parts)
    if not alive.issuperset(LIFE) or broken or not way_out:
        return Health(status=Status.FAILED, parts=parts)
    well = all(part.status is Status.OK for part in parts)
    return Health(status=Status.OK if well else Status.DEGRADED, parts=parts)
