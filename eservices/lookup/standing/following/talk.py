"""To ask for news under an answer or in words (``KERJA LANGGANAN satpam``), and to end it (``KERJA STOP``,
``KERJA STOP satpam``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.gsm7 import clip
from config.lookup import KeyForm, Lookup
from config.lookup_keys import key_of
from config.texts import WIDTHS
from eservices.lookup.extra import Extra, Matter
from eservices.lookup.matching import meant
from eservices.lookup.standing.following import store
from eservices.lookup.standing.following.fits import MOST_WORDS
from eservices.lookup.standing.following.store import Follower
from gateway.asking import letters
from gateway.dialogue import Ask, Choice, Dialogue, Screen, State, Step, Who
from gateway.number import subscriber
from gateway.store import Tx, has_opted_out

if TYPE_CHECKING:
    from config.city import City


def head(lookup: Lookup) -> str:
    """The word that begins it, as it is shown."""
    return clip(lookup.words[0].upper(), WIDTHS["head"])


def shown(words: Sequence[str]) -> str:
    """What is followed, as many as there is room for."""
    return clip(", ".join(words), WIDTHS["follow"])


class Follow(Extra):
    """ "Tell me what is new": of what was asked for."""

    name = "follow"

    def __init__(self, city: City) -> None:
        self._city = city
        self.words: Sequence[str] = city.words["standing_follow"]

    def offers(self, tx: Tx, matter: Matter, who: Who) -> Choice | None:
        lookup = matter.lookup
        if lookup.subscription is None or not matter.key or who.doubt or not subscriber(who.number):
            return None
        if matter.key in store.wishes(tx, lookup.id, who.number):
            return None
        return Choice(key="", label=self._city.text(who.language, "label_follow"))

    def take(self, tx: Tx, matter: Matter, who: Who, turn: str) -> Screen:
        lookup, say = matter.lookup, self._city.text
        if who.doubt or not subscriber(who.number):
            return Screen(text=say(who.language, "talk_doubt"), last=True)
        if lookup.subscription is None or not matter.key:
            return Screen(text=say(who.language, "standing_unfollowed_none", head=head(lookup)), last=True)
        words = store.wishes(tx, lookup.id, who.number)
        if matter.key not in words and len(words) >= MOST_WORDS:
            fields = {"count": len(words), "follow": shown(words), "head": head(lookup)}
            return Screen(text=say(who.language, "standing_follow_full", **fields), last=True)
        if matter.key not in words:
            store.add_wish(tx, lookup.id, who.number, matter.key, who.at)
            words = [*words, matter.key]
        self._begin(tx, lookup, who)
        if has_opted_out(tx, who.number):
            return Screen(text=say(who.language, "standing_follows_stopped", follow=shown(words)), last=True)
        fields = {"follow": shown(words), "a_day": lookup.subscription.a_day, "head": head(lookup)}
        return Screen(text=say(who.language, "standing_follows", **fields), last=True)

    def _begin(self, tx: Tx, lookup: Lookup, who: Who) -> None:
        """What is new from now on; what came before that was seen, or can be asked for."""
        if store.follower(tx, lookup.id, who.number) is None:
            told_to = store.newest(tx, lookup.id)
            one = Follower(
                lookup=lookup.id,
                number=who.number,
                language=who.language,
                asked_at=who.at,
                told_to=told_to,
                next_at=who.at,
            )
            store.keep_follower(tx, one)


class EndFollow(Extra):
    """ "Tell me no more", under an answer."""

    name = "unfollow"
    words: Sequence[str] = ()

    def __init__(self, city: City) -> None:
        self._city = city

    def offers(self, tx: Tx, matter: Matter, who: Who) -> Choice | None:
        lookup = matter.lookup
        if lookup.subscription is None or who.doubt or matter.key not in store.wishes(tx, lookup.id, who.number):
            return None
        return Choice(key="", label=self._city.text(who.language, "label_unfollow"))

    def take(self, tx: Tx, matter: Matter, who: Who, turn: str) -> Screen:
        return ended(tx, self._city, matter.lookup, matter.key, who)


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Ask):
    """``said``: the word that was named; empty: all."""

    said: str


class Unfollow(Dialogue):
    """``KERJA STOP``, ``STOP KERJA``."""

    def __init__(self, city: City, lookup: Lookup) -> None:
        self._city, self._lookup = city, lookup
        self.name = f"{lookup.id}_stop"
        said = [(word, stop) for word in lookup.words for stop in city.words["standing_unfollow"]]
        self.heads: Sequence[str] = [f"{one} {other}" for pair in said for one, other in (pair, pair[::-1])]

    def begin(self, who: Who, said: str = "") -> Step:
        if who.doubt or not subscriber(who.number):
            return Step(screen=Screen(text=self._city.text(who.language, "talk_doubt"), last=True))
        return Step(ask=End(said=said.strip() if letters(said) else ""))

    def step(self, state: State, typed: str, who: Who) -> Step:
        return self.begin(who, typed)

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        if not isinstance(ask, End):
            return super().answer(tx, ask, who, turn)
        return Step(screen=ended(tx, self._city, self._lookup, ask.said, who))


def ended(tx: Tx, city: City, lookup: Lookup, said: str, who: Who) -> Screen:
    """No more news of what was named, of everything where nothing was."""
    words = store.wishes(tx, lookup.id, who.number)
    gone = words if not said else _meant(lookup, words, said)
    for word in gone:
        store.drop_wish(tx, lookup.id, who.number, word)
    if not gone:
        return Screen(text=city.text(who.language, "standing_unfollowed_none", head=head(lookup)), last=True)
    return Screen(text=city.text(who.language, "standing_unfollowed", follow=shown(gone)), last=True)


def _meant(lookup: Lookup, words: Sequence[str], said: str) -> list[str]:
    key = key_of(lookup.key, said)
    if key is None:
        return []
    if lookup.key.form is not KeyForm.WORDS:
        return [key] if key in words else []
    return [one for one in meant(words, key, grown=True) if one in words]
