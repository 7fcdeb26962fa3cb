"""Texts and words of INFO (see ``texts.py``); their wording ships with each language. Its topics are the pack's own."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {
    "label_info": frozenset(),
    "info_title": frozenset(),  # above the topics
    "info_unknown": frozenset({"typed"}),  # above those that are nearest to what was typed
    "info_none": frozenset({"typed"}),  # above all of them: nothing is near
    "info_nearest": frozenset({"topic"}),  # above places, the nearest first
    "info_all": frozenset({"topic"}),  # above places, of somebody who is in no registry
    "info_clinic": frozenset({"house", "spot_of", "far", "opening"}),
    "info_station": frozenset({"house", "spot_of", "far", "call"}),
    "info_office": frozenset({"house", "opening"}),
    "info_office_call": frozenset({"house", "call"}),
    "info_post": frozenset({"house", "spot_of", "far", "reached"}),
    "away_about": frozenset({"distance"}),  # for {away}: how far a place is, where both are known
    "away_less": frozenset({"distance"}),  # the same, where only the area of both is known
    "label_info_more": frozenset(),
}

PHRASES: Mapping[str, str] = {"away_about": "away", "away_less": "away"}

WIDTHS: Mapping[str, int] = {
    "away": 19,
    "distance": 7,
    "far": 21,  # a comma, and {away}
    "house": 28,
    "opening": 41,
    "reached": 15,
    "spot_of": 38,
    "topic": 20,
    "typed": 24,
}

WORDS: frozenset[str] = frozenset({"info_heads"})
