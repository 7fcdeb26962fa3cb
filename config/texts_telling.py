"""Texts and words of telling people: no more broadcasts, and again; help; the welcome; words that are nearly one."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {
    "telling_stopped": frozenset({"call"}),
    "telling_started": frozenset(),
    "telling_help": frozenset({"call"}),
    "telling_welcome": frozenset({"title"}),
    "telling_near": frozenset({"word", "call"}),  # the last desk: kept, and what word was perhaps meant
    "telling_unknown": frozenset({"call"}),  # the last desk: a word that means nothing here
    "telling_enough": frozenset({"minutes", "call"}),  # after very many answers: none follows for a while
    "telling_or": frozenset(),  # stands between two words of {word}
    # -- to who may be the second person of a warning
    "telling_consent": frozenset({"name", "warning", "place", "reply"}),
    "telling_consented": frozenset({"warning", "people"}),
    "telling_consent_wrong": frozenset({"left"}),
    "telling_consent_none": frozenset(),
}
PHRASES: Mapping[str, str] = {}
WIDTHS: Mapping[str, int] = {"people": 7, "warning": 20, "word": 30}
WORDS = frozenset({"stop", "resume", "help", "consent"})
