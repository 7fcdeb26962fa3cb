"""The question for a key, where none was typed, or what was typed is none. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.lookup import KeyForm, Lookup
from config.lookup_keys import folded, key_of, several
from eservices.lookup.saying import Saying
from eservices.places import Places
from gateway.dialogue import Screen, Step, Who
from gateway.number import normal

if TYPE_CHECKING:
    from config.city import City

LEAST_BARE = 10  # figures of a number that is known without a word before it
KEY = "key"  # where a talk stands that awaits one
_DIGIT = re.compile(r"\d")


class Asked:
    """Built once for a look-up."""

    def __init__(self, city: City, lookup: Lookup, saying: Saying, places: Places) -> None:
        self._city, self._lookup, self._saying, self._places = city, lookup, saying, places
        said = (*lookup.words, *city.words["standing_follow"], *city.words["standing_remind"])
        self._own = {folded(word) for word in said}

    def key(self, typed: str) -> str | None:
        """The key that was typed; None: that is none."""
        return None if self._spoken(typed) else key_of(self._lookup.key, typed)

    def wish(self, typed: str) -> str | None:
        """The same of something to be told of later. Of words that say twice what is wanted none is kept: nothing new
        would ever be called that."""
        key = key_of(self._lookup.key, typed) if typed else None
        worded = key is not None and self._lookup.key.form is KeyForm.WORDS
        return None if worded and not self._own.isdisjoint(folded(typed).split()) else key

    def bare(self, text: str) -> bool:
        """Whether that is such a number and nothing else: so many figures that it can be no other, or written as its
        example is."""
        key, figures = self._lookup.key, sum(map(str.isdigit, text))
        if key.form is not KeyForm.DIGITS or any(map(str.isalpha, text)) or self.key(text) is None:
            return False
        like = _DIGIT.sub("0", text.strip()) == _DIGIT.sub("0", key.example)
        return like or (figures >= LEAST_BARE and normal(text) is None)

    def question(self, who: Who, *, typed: str = "", wish: str = "") -> Step:
        """``typed``: what was typed instead of one. ``wish``: the extra that it is for."""
        say, key = self._city.text, self._lookup.key
        if who.screen and key.form.is_place:
            return self._places.ask_district(self._saying.question(self._lookup, who), {}, who)
        if who.voice and key.form is KeyForm.CODE and any(map(str.isalpha, key.example)):
            example = f"{self._lookup.words[0].upper()} {key.example}"
            return Step(screen=Screen(text=say(who.language, "lookup_by_sms", example=example), last=True))
        wrong = "lookup_one" if several(key, typed) else "lookup_wrong"
        pieces = [say(who.language, wrong)] * bool(typed) + [self._saying.question(self._lookup, who)]
        if key.example and not who.voice:
            example = "lookup_example_again" if typed else "lookup_example"
            pieces.append(say(who.language, example, example=key.example))
        screen = Screen(text=" ".join(pieces), figures=key.form is KeyForm.DIGITS)
        return Step(screen=screen, state={"at": KEY, **({"wish": wish} if wish else {})}, understood=not typed)

    def _spoken(self, typed: str) -> bool:
        """Whether it stands for a recording, of which nobody knows what it says."""
        before, _, after = self._city.prompts[self._city.languages[0]]["recorded"].partition("{number}")
        return typed.startswith(before) and typed.endswith(after)
