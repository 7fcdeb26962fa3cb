"""``BATAL`` of somebody without an open alarm: what else can be taken back is the last appointment.

The emergencies' desk comes first: while an alarm is open the word is the alarm's, and this is never asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from config.language import language_of
from eservices.clinic.own import Own, Verb
from eservices.clinic.talk import Room, RoomTalk
from gateway.asking import Names
from gateway.dialogue import Step, Who
from gateway.words import normal, words

if TYPE_CHECKING:
    from config.city import City

LEAST_SLIP = 4  # letters of a single word that may be a slip away from "batal"
LONGEST = 12  # words; a longer text speaks of cancelling and asks a person
CERTAIN = 4  # words of a text that can mean nothing but "cancel"; a longer one must name a doctor, a service, a day


class Cancelling(RoomTalk):
    """Hears the words that take something back."""

    name = "cancelling"

    def __init__(self, city: City, room: Room) -> None:
        super().__init__(city, room)
        said = {*city.words["cancel"], *language_of(city).cancel}
        self._words = frozenset(f" {normal(word)} " for word in said)
        self._named = Names((word.strip(), True) for word in self._words)

    def hears(self, text: str) -> bool:
        """``BATAL``, ``batal gigi besok``, ``tidak jadi ke dokter``."""
        said = words(text)
        if len(said) == 1:
            return bool(self._named.find(text)) or self._slipped(said[0].plain)
        folded = f" {normal(text)} "
        plainly = len(said) <= LONGEST and any(word in folded for word in self._words)
        return plainly or (0 < len(said) <= CERTAIN and self._slipped(said[0].plain))

    def _slipped(self, word: str) -> bool:
        """``batl``, ``bata``: alone it can hardly be anything else, and where nothing is open it is declined."""
        near = (one.strip() for one in self._words)
        return len(word) >= LEAST_SLIP and any(
            len(one) > LEAST_SLIP and one[0] == word[0] and OSA.distance(one, word, score_cutoff=1) <= 1 for one in near
        )

    def _sure(self, text: str) -> bool:
        return any(word in f" {normal(text)} " for word in self._words)

    def begin(self, who: Who, said: str = "") -> Step:
        if (refused := self._room.refused(who)) is not None:
            return refused
        wish = self._room.flow.read(said, who.at)
        named = wish.doctor or wish.services or wish.clinics or wish.when.date
        certain = self._sure(said) and (len(words(said)) <= CERTAIN or bool(named))
        return Step(ask=Own(verb=Verb.CANCEL, said=wish, certain=certain))
