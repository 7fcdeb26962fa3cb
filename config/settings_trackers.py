"""The settings of the buses' trackers."""

from __future__ import annotations

from dataclasses import dataclass, field

from config.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerSettings:
    """``tokens``: each opens ``/trackers/TOKEN`` for every tracker of the pack; two while one replaces the other. None:
    no tracker is heard."""

    tokens: tuple[str, ...] = field(default=(), repr=False)


def trackers(table: Table, form: str) -> TrackerSettings:
    """``[trackers]``. ``form``: what is hard enough to guess."""
    read = TrackerSettings(tokens=table.secrets("tokens", form))
    table.done()
    return read
