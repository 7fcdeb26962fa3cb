"""The services in figures: complaints against their deadlines, queues against the hours that were told; reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from eservices.counting.complaints import complaint_sections
from eservices.counting.queues import queue_section
from eservices.counting.store import cases, visits
from eservices.reach.figures import reach_sections
from gateway.figures import Section, Sheaf
from gateway.store import Tx
from gateway.store.schema import now

if TYPE_CHECKING:
    from config.city import City


def figures(tx: Tx, city: City, since: datetime, until: datetime) -> Sequence[Section]:
    """Every table of this room: of the tickets that came in the span, and of its days at the doctors'."""
    zone = city.timezone
    first, last = since.astimezone(zone).date(), (until - timedelta(microseconds=1)).astimezone(zone).date()
    known = cases(tx, since, until)
    services = *complaint_sections(city, known, min(until, now(tx))), queue_section(city, visits(tx, first, last))
    return *services, *reach_sections(tx, city, since, until)


SHEAF = Sheaf(figures=figures, words=Path(__file__).parent / "words")
"""This room's."""
