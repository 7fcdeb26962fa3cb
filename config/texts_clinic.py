"""Texts and words of e-Dokter (see ``texts.py``); their wording ships with each language."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {
    "label_clinic": frozenset(),  # the menu's line
}

PHRASES: Mapping[str, str] = {}

WIDTHS: Mapping[str, int] = {
    "bring": 40,  # what to bring
    "clinic": 28,  # a clinic's name
    "day": 14,  # "Rab 25/11"
    "doctor": 24,
    "number": 4,  # a queue's number
    "reason": 30,
    "service": 16,  # a service's label
}

WORDS: frozenset[str] = frozenset(
    {
        "queue_age",
        "queue_doctor",
        "queue_first",
        "queue_for",
        "queue_heads",
        "queue_hospital",
        "queue_house",
        "queue_kin",
        "queue_mine",
        "queue_months",
        "queue_move",
        "queue_named",
        "queue_no",
        "queue_not",
        "queue_now",
        "queue_referral",
        "queue_self",
        "queue_stops",
        "queue_ticket",
        "queue_want",
        "queue_years",
        "queue_yes",
    }
)
