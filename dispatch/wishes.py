"""What a text wants in which nothing is an emergency, and whether it is nothing but a cry. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from config.language import Language
from dispatch.intents import Intent
from dispatch.phrases import phrases
from dispatch.signs import Signs
from dispatch.vocabulary import Hit, Vocabulary

if TYPE_CHECKING:
    from config.city import City

CRY_TEXT = 6  # words: a cry with little round it
BESIDE_CRY = 4  # more of them, where they say how soon and where


def asks_first(tokens: Sequence[str], language: Language) -> bool:
    """ "apakah benar ada kebakaran": the text opens as a question."""
    spans = phrases(tokens[:CRY_TEXT], language.question)
    return bool(spans) and spans[0][0] == 0


def wish(signs: Signs, tokens: Sequence[str], language: Language) -> Intent | None:
    """For the office, for the clinic, or a question: what it opens with decides, else the more words."""
    if signs.complaint_head:
        return Intent.COMPLAINT
    if signs.service_head and signs.service:
        return Intent.SERVICE
    if signs.question and asks_first(tokens, language):
        return Intent.QUESTION
    if len(signs.trade) > len(signs.complaint) + len(signs.service):
        return Intent.QUESTION if signs.question and not signs.help else None
    if signs.complaint and len(signs.complaint) >= len(signs.service):
        return Intent.COMPLAINT
    if signs.service:
        return Intent.SERVICE
    return Intent.QUESTION if signs.question else None


def for_an_office(signs: Signs, tokens: Sequence[str], hits: Sequence[Hit], vocabulary: Vocabulary, city: City) -> bool:
    """ "lapor jalan amblas", "lapor pohon tumbang menutup jalan": headed as a complaint, only in the way, and nobody
    cries, is hurt or in danger now."""
    if not signs.complaint_head or signs.help or signs.urgent or signs.present:
        return False
    blocks, hurts = (frozenset(city.words.get(key, ())) for key in ("ticket_blocks", "ticket_hurts"))
    if not phrases(tokens, blocks) or phrases(tokens, hurts):
        return False
    return all(hit.word in vocabulary.language.mild | blocks for hit in hits)


def bare_cry(signs: Signs, tokens: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Nothing but a cry, its urgency, and a place."""
    language = vocabulary.language
    address = language.address
    about = vocabulary.joints | address.locative | address.ward | language.urgent | language.perhaps_present
    cries = {at for begin, end in phrases(tokens, language.help) for at in range(begin, end)}
    words = [token for at, token in enumerate(tokens) if at not in cries and vocabulary.cry(token) is None]
    rest = [token for token in words if token not in about and token not in vocabulary.names]
    strong = any(cry in ("sos", "mayday") for cry in signs.help)
    placed = any(token in address.street for token in tokens)
    return (not rest or strong or (placed and len(rest) <= 2)) and len(words) - len(rest) <= CRY_TEXT + BESIDE_CRY
