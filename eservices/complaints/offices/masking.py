"""What an office is shown of a complaint: never who hides, nothing that a person has not let through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from config.gsm7 import transliterate
from eservices.complaints import store
from eservices.complaints.store import Follower
from eservices.complaints.ticket import Ticket
from gateway.store import Tx
from gateway.store.people import find
from gateway.words import fold

if TYPE_CHECKING:
    from config.city import City

MASK = "..."
LEAST_DIGITS = 7  # of what may be a telephone number, a NIK or a plate with its blanks
LEAST_NAME = 3  # letters of a name that is looked for in the text
NAME_WORDS = 3  # words after "nama saya" that are taken for the name
_DIGITS = re.compile(rf"\+?\d(?:[\s.()/-]?\d){{{LEAST_DIGITS - 1},}}")
_MAIL = re.compile(r"\S+@\S+\.\S+")
_WORD = re.compile(r"[^\W\d_]+")


def shown_text(tx: Tx, city: City, ticket: Ticket) -> str:
    """The complaint in its first sender's words, as an office may read it: without a trace of who hides, and without
    the words of an abusive one."""
    if ticket.abusive:
        return ""
    followers = store.followers(tx, ticket.number)
    if not (ticket.secret or any(one.secret for one in followers)):
        return ticket.text
    return masked_text(city, ticket.text, names_of(tx, followers))


def names_of(tx: Tx, followers: Sequence[Follower]) -> list[str]:
    """The registered names of those who hide."""
    found = (find(tx, one.number) for one in followers if one.secret)
    return [one.name for one in found if one is not None]


def masked_text(city: City, text: str, names: list[str]) -> str:
    """The text without telephone numbers, addresses of mail, those names, and what follows "nama saya"."""
    said = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in city.words.get("office_name_is", ()))
    if said:
        named = rf"(?i)\b({said})\b[\s:]*(?:[^\s,.;!?\n]+[^\S\n]*){{1,{NAME_WORDS}}}"
        text = re.sub(named, lambda found: f"{found[1]} {MASK} ", text)
    text = _DIGITS.sub(MASK, _MAIL.sub(MASK, text))
    known = {word for name in names for word in _WORD.findall(fold(name)) if len(word) >= LEAST_NAME}
    return _WORD.sub(lambda found: MASK if fold(found[0]) in known else found[0], text)


def matter(tx: Tx, city: City, ticket: Ticket, text: str | None = None) -> str:
    """Category, place and text (or another one), whole: ``saying.filled`` gives it what room an SMS has."""
    lang = city.languages[0]
    category = city.offices.categories.get(ticket.category)
    label = category.labels[lang] if category is not None else ticket.category
    head = f"{label}, {ticket.place}" if ticket.place else label
    said = " ".join(transliterate(shown_text(tx, city, ticket) if text is None else text).split())
    return f"{transliterate(head)}: {said}" if said else transliterate(head)
