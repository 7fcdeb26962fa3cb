"""What a modem is doing, for those who show it."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """What a modem is doing."""

    ABSENT = "absent"  # its port is not there, or another's
    OPENING = "opening"
    INIT = "init"  # found; being set up
    READY = "ready"
    DEGRADED = "degraded"  # works, with something a person should see to (``Modem.detail``)
    RECOVERING = "recovering"  # the ladder of modem/watch.py
    FAILED = "failed"  # nothing helped: a person is needed; it is tried on
