"""The classes of what the city's further services keep."""

from __future__ import annotations

from gateway.retention import Term
from gateway.store.retention_steps import Step, class_of

SERVICES: tuple[Term, ...] = (
    class_of(
        "lookups",
        30,
        ("Jawaban terakhir dari sistem kota", "The last answers of the city's systems"),
        (
            "Dipakai hanya selama sistem itu tidak bisa dihubungi; yang lebih lama tidak berguna lagi.",
            "Told only while such a system is away; what is older helps nobody.",
        ),
        Step(table="lookup_kept", old="as_of"),
        Step(table="lookup_question", old="asked_at"),
    ),
)
