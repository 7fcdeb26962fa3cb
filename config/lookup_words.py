"""Which words may begin a look-up: none that means anything else, none that is a slip away from an emergency."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from config.city_places import Area
from config.lookup_keys import folded
from config.texts import SERVICES

if TYPE_CHECKING:
    from config.city import City

TALKS = frozenset({"cancel", "erase", "menu", "message", "my_data", "no", "quiet", "register", "skip", "test", "yes"})
SERVICE_HEADS: Mapping[str, frozenset[str]] = {
    "config.texts_registry": frozenset(
        {
            "button_ask",
            "button_off",
            "button_on",
            "call_me_off",
            "call_me_on",
            "erase_yes",
            "language_heads",
            "moving",
            "notes_heads",
            "quiet_ask",
            "quiet_off",
            "quiet_on",
            "reg_heads",
        }
    ),
    "config.texts_complaints": frozenset(
        {"ticket_done", "ticket_not_yet", "ticket_report", "ticket_secret", "ticket_status", "ticket_withdraw"}
    ),
    "config.texts_offices": frozenset(),
    "config.texts_proposals": frozenset({"prop_list", "prop_new", "prop_support", "prop_take_back"}),
    "config.texts_clinic": frozenset({"queue_heads", "queue_move", "queue_move_only", "queue_now", "queue_ticket"}),
}
"""Of these services only such words begin anything; of any other service all do."""
TAKEN_NAMES = frozenset(
    {
        "button",
        "button_off",
        "button_on",
        "bus",
        "call_me_off",
        "call_me_on",
        "cancelling",
        "clinic",
        "complaints",
        "complaints_secret",
        "emergency",
        "erasing",
        "erasing_now",
        "info",
        "kepling",
        "language",
        "menu",
        "message",
        "more",
        "moving",
        "my_data",
        "notes",
        "place",
        "proposals",
        "proposals_back",
        "proposals_new",
        "proposals_support",
        "queue_move",
        "queue_no",
        "queue_now",
        "queue_ticket",
        "queue_yes",
        "quiet",
        "quiet_off",
        "quiet_on",
        "registration",
        "reminders_stop",
        "telling_again",
        "telling_consent",
        "telling_help",
        "telling_stop",
        "ticket_done",
        "ticket_not_yet",
        "ticket_status",
        "ticket_withdraw",
    }
)
"""Names of the program's own dialogues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the rest of the pack says to a look-up's description. ``taken``: words that mean something already (bare),
    and what; ``alarms``: those of emergencies; ``offices``: ids of offices.toml."""

    languages: tuple[str, ...]
    areas: Mapping[str, Area]
    offices: Collection[str]
    taken: Mapping[str, str]
    alarms: Collection[str] = ()
    names: Collection[str] = TAKEN_NAMES


def beside(city: City) -> Beside:
    """What the rest of a pack says."""
    kinds = [(code.kind, (*code.words, code.number)) for code in city.codes]
    return Beside(
        languages=city.languages,
        areas=city.areas,
        offices=city.offices.offices,
        taken=taken_words(kinds, city.words),
        alarms=[bare(word) for code in city.codes for word in code.words],
    )


def taken_words(codes: Iterable[tuple[str, tuple[str, ...]]], said: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """What each word means already: kinds of emergency with their words, and the words of dialogues by meaning."""
    found: dict[str, str] = {}
    for kind, words in codes:
        found |= {bare(word): f"the emergency {kind}" for word in words}
    heads = TALKS.union(*(_heads(area) for area in SERVICES))
    for meaning in sorted(heads):
        for word in said.get(meaning, ()):
            found.setdefault(bare(word), meaning)
    return found


def _heads(area: ModuleType) -> frozenset[str]:
    words: frozenset[str] = area.WORDS
    return SERVICE_HEADS.get(area.__name__, words)


def bare(word: str) -> str:
    """Folded, without blanks: as words are compared."""
    return folded(word).replace(" ", "")
