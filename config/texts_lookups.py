"""Texts of look-ups that hold for each of them (see ``texts.py``); what one says itself is in its description in the
pack (``services/<id>.toml``)."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {
    "lookup_example": frozenset({"example"}),  # stands behind the question for the key
    "lookup_example_again": frozenset({"example"}),  # the same where what was typed is no such key
    "lookup_one": frozenset(),  # stands before that question: several keys were typed
    "lookup_wrong": frozenset(),  # stands before that question: what was typed is no such key
    "lookup_several": frozenset({"found"}),  # above a list of what was found
    "lookup_rest": frozenset({"more"}),  # ends a list that is longer
    "lookup_kept": frozenset({"as_of"}),  # stands behind an answer whose source is away: it was so then
    "lookup_away": frozenset({"offered"}),  # the source is away, and nothing is known from before
    "lookup_enough": frozenset({"time"}),  # so many numbers were asked for by that telephone: none before that time
    "lookup_by_sms": frozenset({"example"}),  # by voice: a key with letters cannot be pressed
    "label_lookup_more": frozenset(),
}
PHRASES: Mapping[str, str] = {}
WIDTHS: Mapping[str, int] = {
    "as_of": 16,
    "example": 30,
    "found": 4,
    "more": 4,
    "offered": 20,
}
WORDS: frozenset[str] = frozenset({"lookup_here"})
