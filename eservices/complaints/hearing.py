"""What letters and answers about complaints are: something is wrong, something was mended, no place is known. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from eservices.complaints.category import Categories
from eservices.complaints.seams import Reader
from eservices.complaints.typed import typed
from gateway.words import normal

if TYPE_CHECKING:
    from config.city import City

SURE = "complaint"  # what the reader must call a letter without a word of ours
OTHER = "other"  # the same, if it says clearly what it is about, or where
PERHAPS = frozenset({OTHER, "service", "question"})  # the same, if it says clearly what is wrong
CLEARLY = 4  # worth of the category's words in it
NEAR = 3  # words after "sudah" among which it is said what was done
LOOSE = "nya"


class Hearing:
    """Built once for a city."""

    def __init__(self, city: City, reader: Reader, categories: Categories, placed: Callable[[str], bool]) -> None:
        """``placed``: whether a text names a place of the city."""
        self._placed = placed
        self._city, self._reader, self._categories = city, reader, categories
        self._courtesy = self._listed("ticket_courtesy")
        self._small = self._listed("ticket_small")
        self._done, self._mended = self._listed("ticket_done"), self._listed("ticket_mended")
        self._but, self._wrong = self._listed("ticket_but"), self._listed("ticket_damage")
        self._nowhere = tuple(tuple(phrase.split()) for phrase in self._listed("ticket_nowhere"))

    def _listed(self, key: str) -> frozenset[str]:
        return frozenset(map(normal, self._city.words.get(key, ())))

    def complaint(self, text: str) -> bool:
        """Whether it is surely one, though nobody typed LAPOR."""
        if not self._city.offices.categories or self.mended(text):
            return False
        intent, matter = self._reader.read(text).intent, self._categories.find(text)
        if intent == SURE:
            return matter.category is not None or self._any(text, self._wrong)
        default = self._city.offices.default
        if matter.category is None or matter.category.id == default or intent not in PERHAPS:
            return False
        if intent == OTHER:
            return matter.worth > CLEARLY or self._placed(text)
        return matter.worth > CLEARLY and self._any(text, self._wrong)

    def mended(self, text: str) -> bool:
        """It tells that something was done ("lampunya sudah nyala, terima kasih"), and nothing that is still wrong."""
        tokens = self._categories.tokens(text)
        if text.rstrip().endswith("?") or self._any(text, self._but):
            return False
        done = [at for at, token in enumerate(tokens) if token in self._done]
        return any(self._is_one(token, self._mended) for at in done for token in tokens[at + 1 : at + 1 + NEAR])

    def nowhere(self, answer: str) -> bool:
        """ "tidak tahu pak", "lupa nama jalannya": no place is known."""
        rest = tuple(word for word in normal(answer).split() if word not in self._courtesy)
        for phrase in self._nowhere:
            for at in range(len(rest) - len(phrase) + 1):
                if rest[at : at + len(phrase)] == phrase:
                    more = (*rest[:at], *rest[at + len(phrase) :])
                    return all(self._is_one(word, self._small) for word in more)
        return False

    def another(self, answer: str, about: str) -> bool:
        """Whether the answer to "where?" is a complaint of its own, about something else than ``about`` (a category),
        that says nothing of a place; the caller knows whether it names one."""
        found = self._categories.find(answer).category
        if found is None or found.id == about or not typed(answer, self._courtesy).rest:
            return False
        return self._any(answer, self._wrong) and self.complaint(answer)

    def _any(self, text: str, listed: frozenset[str]) -> bool:
        tokens = (*self._categories.tokens(text), *normal(text).split())
        return any(self._is_one(token, listed) for token in tokens)

    def _is_one(self, token: str, listed: frozenset[str]) -> bool:
        return any(form in listed for form in self._forms(token))

    def _forms(self, token: str) -> Iterable[str]:
        yield token
        if token.endswith(LOOSE):
            yield token.removesuffix(LOOSE)
        yield from self._categories.roots(token)
