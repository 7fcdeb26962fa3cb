"""Rows by place: those of an area, or those nearest to where the person is registered. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from config.lookup import Lookup, Row
from gateway.dialogue import Who

if TYPE_CHECKING:
    from config.city import City


def around(city: City, lookup: Lookup, rows: Sequence[Row], said: str, who: Who) -> tuple[Row, ...] | None:
    """Which of a table's rows a key of the form AREA or PLACE means, the nearest first; each may say its ``distance``.
    ``said`` is what was typed, folded. None: nothing was typed, and where the person is is not known."""
    raise NotImplementedError(lookup.key.form)
