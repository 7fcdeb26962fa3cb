"""A broadcast or a warning, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.messages import Lane

SAME_WITHIN = timedelta(days=1)  # the same texts within it are the same news


class What(StrEnum):
    """What is told. A broadcast leaves in bulk, by day, and not to who wrote STOP. A warning is for everybody in the
    area, at any hour, once two persons agreed."""

    BROADCAST = "broadcast"
    WARNING = "warning"

    @property
    def lane(self) -> Lane:
        return Lane.BULK if self is What.BROADCAST else Lane.SERVICE


class Stage(StrEnum):
    """How far it is. ``proposed``: a second person must agree; ``lapsed``: nobody did in time."""

    PROPOSED = "proposed"
    SENDING = "sending"
    SENT = "sent"
    STOPPED = "stopped"
    LAPSED = "lapsed"


OPEN = (Stage.PROPOSED, Stage.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """``area``: see ``areas.py``; ``texts`` by language; ``template``: the warning's kind in the pack; ``follows``: the
    warning that this one ends. ``asked_name``, ``asked_number``: what else the proposer is called, and his telephone.
    ``people``: how many it is for, as counted when it began; ``written`` and ``left_out`` (quiet, opted out, or had the
    same already): of those passed so far. ``written_at``: nobody is left to write to. ``ends``: how its letters ended,
    once none waits any more."""

    id: int
    what: What
    stage: Stage
    area: str
    texts: Mapping[str, str]
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    template: str = ""
    follows: int | None = None
    asked_name: str = ""
    asked_number: str = ""
    agreed_by: str = ""
    agreed_how: str = ""
    agreed_at: datetime | None = None
    passed: str = ""
    people: int = 0
    written: int = 0
    left_out: int = 0
    written_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    ends: Mapping[str, int] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """In that language, else in the first it was written in."""
        return self.texts.get(language) or next(iter(self.texts.values()))
