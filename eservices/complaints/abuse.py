"""Threats and obscenities, kept from the office until a person has looked; the ticket exists all the same. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.words import normal, words

if TYPE_CHECKING:
    from config.city import City

LONGEST = 4  # words of a phrase


class Abuse:
    """The words are the language's and the pack's (``ticket_abuse``); each must stand as a word or phrase of its own:
    a slip away from one is rather another word ("merek")."""

    def __init__(self, city: City) -> None:
        self._phrases = frozenset(normal(phrase) for phrase in city.words.get("ticket_abuse", ()))

    def found(self, text: str) -> tuple[str, ...]:
        """What of it stands in the text, disguised or not ("k0nt0l", "k.o.n.t.o.l")."""
        said = words(text)
        hits: dict[str, None] = {}
        for tokens in ([word.plain for word in said], [word.typed for word in said]):
            for at in range(len(tokens)):
                for end in range(at + 1, min(len(tokens), at + LONGEST) + 1):
                    phrase = " ".join(tokens[at:end])
                    if phrase in self._phrases:
                        hits[phrase] = None
        return tuple(hits)
