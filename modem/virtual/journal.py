"""What happened in the virtual network, in order: the log that tests, the page and the HTTP front read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from config.clock import Clock

KEEP = 200_000  # events; a long demo must not fill the memory

Kind = Literal[
    "at_in", "at_out", "submit", "deliver", "report", "alert", "answer", "key", "release", "siren", "ussd",
    "fault", "plug",
    # and in a provider's log (gateway/virtual):
    "request", "post", "fetch", "sms", "session", "voice", "account", "line",
]  # fmt: skip
Field = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log. ``seq`` counts from 1 without gaps; ``t`` is aware; ``fields`` differ by kind."""

    seq: int
    t: datetime
    kind: Kind
    fields: Mapping[str, Field]

    def row(self) -> dict[str, Field]:
        """The line as JSON has it."""
        return {"seq": self.seq, "t": self.t.isoformat(), "kind": self.kind, **self.fields}


class Journal:
    """The log: append, read after a sequence number, subscribe."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: deque[Event] = deque(maxlen=KEEP)
        self._seq = 0
        self._listeners: list[Callable[[Event], None]] = []

    @property
    def last(self) -> int:
        """The newest sequence number; 0 before the first."""
        return self._seq

    def add(self, kind: Kind, **fields: Field) -> Event:
        """Write a line and tell the listeners, in the order in which they subscribed."""
        self._seq += 1
        event = Event(self._seq, self._clock.now(), kind, fields)
        self._events.append(event)
        for listener in tuple(self._listeners):
            listener(event)
        return event

    def after(self, seq: int = 0) -> list[Event]:
        """Every event kept whose number is larger."""
        if not self._events:
            return []
        skip = max(0, seq - self._events[0].seq + 1)
        return [event for at, event in enumerate(self._events) if at >= skip]

    def of(self, kind: Kind) -> list[Event]:
        """Every event kept of one kind."""
        return [event for event in self._events if event.kind == kind]

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call ``listener`` with each event from now on; returns what ends it."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def __iter__(self) -> Iterator[Event]:
        return iter(tuple(self._events))

    def __len__(self) -> int:
        return len(self._events)
