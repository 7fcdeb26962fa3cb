"""Who is rung next. Pure: one question, one answer, no memory. Every wait is a clock of the city pack."""

from __future__ import annotations

from dispatch.plan import Effect, EffectKind, EffectRow, EffectState, Plan, View

__all__ = ["Effect", "EffectKind", "EffectRow", "EffectState", "Plan", "View"]
