"""The welcome of who writes for the first time, and the words that somebody perhaps meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from config.gsm7 import transliterate
from gateway.alarms import Alarms
from gateway.dialogue import Dialogue
from gateway.messages import Lane, Outbound
from gateway.number import subscriber
from gateway.person import staff_of
from gateway.store import Tx, put
from gateway.store.welcomed import is_welcomed, keep_welcomed
from gateway.words import normal, plain, squash, words
from gateway.writing import messages

if TYPE_CHECKING:
    from config.city import City

MOST_WITHIN = 12  # words of a letter in which a word is looked for
MOST_WORDS = 3  # of a letter that is perhaps a word misspelt; a longer one is a letter
MOST_HINTS = 2
LEAST = 4  # letters of a word that may be meant
ANSWERS = ("yes", "no", "cancel")
TWO_SLIPS = 6  # letters of a word that may hold two


class Greeting:
    """Puts answers, and with the first one to a number the welcome. Never in an emergency (another lane, an open alarm
    of the number), nor to who works for the city."""

    def __init__(self, city: City, alarms: Alarms) -> None:
        self._city, self._alarms = city, alarms
        self._staff = staff_of(city) | {one.number for _, one in city.keplings.people()}

    def put(self, tx: Tx, answer: Outbound, language: str, *, over: bool = True, doubt: bool = False) -> None:
        """Queue the answer. ``over``: it asks nothing, so that something may follow it; ``doubt``: perhaps its reader
        did not write."""
        greets = over and not doubt and answer.lane is Lane.SERVICE and self._greets(tx, answer.to)
        welcome = transliterate(self._city.text(language, "telling_welcome", title=self._city.title)) if greets else ""
        for nth, text in enumerate(together(answer.text, welcome) if welcome else (answer.text,)):
            put(tx, replace(answer, text=text, key=f"{answer.key}/welcome" if nth else answer.key))
        if welcome:
            keep_welcomed(tx, answer.to)

    def _greets(self, tx: Tx, number: str) -> bool:
        if not self._city.telling.welcome or number in self._staff or not subscriber(number):
            return False
        return not is_welcomed(tx, number) and not self._alarms.open_alarm(tx, number)


def together(answer: str, welcome: str) -> tuple[str, ...]:
    """One letter where that takes fewer messages than two letters would. Pure."""
    joined = f"{answer}\n{welcome}"
    return (joined,) if messages(joined) < messages(answer) + messages(welcome) else (answer, welcome)


class Nearly:
    """The words that begin dialogues, and which of them a letter nearly is, or holds. What is one slip away begins it
    already; here are two, and short words."""

    def __init__(self, dialogues: Iterable[Dialogue], said: Mapping[str, Iterable[str]]) -> None:
        """``said``: every word of the city that means something, by its meaning; answers are never proposed."""
        never, self._known = {word for meaning in ANSWERS for word in said.get(meaning, ())}, dict[str, str]()
        dialogues = tuple(dialogues)
        self._within = {
            f" {normal(word)} ": next(iter((*one.heads, *one.words))).upper()
            for one in dialogues
            if one.named_within
            for word in (*one.heads, *one.words)
        }
        self._said = {squash(word) for meant in said.values() for word in meant}
        for one in dialogues:
            begins = [*one.heads, *one.words]
            for word in begins:
                if word.isalpha() and len(word) >= LEAST and begins[0] not in never:
                    self._known.setdefault(plain(word.lower()), begins[0].upper())

    def knows(self, text: str) -> bool:
        """Whether the whole text is a word that means something somewhere."""
        return squash(text) in self._said

    def find(self, text: str) -> tuple[str, ...]:
        """At most two, the words as they are written; none for a letter of many words, or that is one of them."""
        typed = [word.plain for word in words(text)]
        if held := self._held(typed):
            return held
        if not typed or len(typed) > MOST_WORDS or typed[0] in self._known or len(typed[0]) < LEAST:
            return ()
        first, found = typed[0], dict[str, int]()
        most = 2 if len(first) >= TWO_SLIPS else 1
        for word, meant in self._known.items():
            far = OSA.distance(first, word, score_cutoff=most)
            if far <= most and word[0] == first[0]:
                found[meant] = min(far, found.get(meant, far))
        best = min(found.values(), default=0)
        near = [meant for meant, far in found.items() if far == best]
        return tuple(near) if len(near) <= MOST_HINTS else ()

    def _held(self, typed: Sequence[str]) -> tuple[str, ...]:
        """What stands in the middle of it ("ada lowongan gak bang"); where it begins with one it is no question."""
        text = f" {' '.join(typed)} "
        if len(typed) > MOST_WITHIN or any(text.startswith(word) for word in self._within):
            return ()
        held = dict.fromkeys(meant for word, meant in self._within.items() if word in text)
        return tuple(held) if len(held) <= MOST_HINTS else ()
