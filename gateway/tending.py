"""The loops that look after what is kept: the audit's head written down, and everything gone at its term."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.audit_anchor import Anchoring
from gateway.retaining import Retention
from gateway.store.retention_terms import TERMS

if TYPE_CHECKING:
    from gateway.post import Ground, Loop


def tending(ground: Ground) -> dict[str, Loop]:
    """By their names; each process runs both, and retention works where the desks do."""
    store, clock, pulse, settings = ground.store, ground.clock, ground.pulse, ground.settings
    keeping = Retention(store, TERMS, settings.retention, clock, zone=ground.city.timezone, pulse=pulse)
    return {"audit": Anchoring(store, settings.data_dir, clock, pulse).run, "retention": keeping.run}
