"""A broadcast as a person asks for it: what must be true before it is counted and sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gateway.audit import Deed, note
from gateway.broadcast.areas import within
from gateway.broadcast.store.keeping import keep, same
from gateway.broadcast.store.people import count
from gateway.broadcast.values import SAME_WITHIN, Broadcast, Stage, What
from gateway.store import Tx
from gateway.writing import messages, wide, written

if TYPE_CHECKING:
    from config.city import City

MOST_PARTS = 3  # messages of one text
MOST_DAYS = 7
FEW_MORE, SHARE_MORE = 10, 10  # so many more than were seen, or that part of them, need not be looked at again
WHY: Mapping[str, str] = {
    "empty": "there is no text in {language}, the city's first language",
    "language": "{language!r} is no language of the city ({known})",
    "long": "the text in {language} takes {parts} messages, {most} at most",
    "days": "from 1 to {most} days",
    "nobody": "nobody who may be written to lives there",
    "grown": "it would be {letters} letters now, and not {seen}: look at the preview again",
    "twice": "the same text to the same area was asked for a short while ago: number {id}",
}


class NotSendable(Exception):
    """``why`` is a key of ``WHY``, with its fields."""

    def __init__(self, why: str, **fields: str) -> None:
        super().__init__(WHY[why].format_map(fields))
        self.why, self.fields = why, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One language's. ``said`` is as it leaves; ``parts``: messages of one letter; ``ucs2``: a character of it is not
    in the GSM alphabet, so that a message holds 70 characters and not 160."""

    language: str
    said: str
    parts: int
    ucs2: bool


def texts_of(city: City, typed: Mapping[str, str]) -> tuple[Text, ...]:
    """The texts that were typed, by language, the city's first one first. Raises NotSendable."""
    tidy = {language: " ".join(written(said[:2000]).split()) for language, said in typed.items()}
    for language in tidy:
        if language not in city.languages:
            raise NotSendable("language", language=language, known=", ".join(city.languages))
    if not tidy.get(city.languages[0]):
        raise NotSendable("empty", language=city.languages[0])
    return tuple(_text(language, tidy[language]) for language in city.languages if tidy.get(language))


def _text(language: str, said: str) -> Text:
    parts = messages(said)
    if parts > MOST_PARTS:
        raise NotSendable("long", language=language, parts=str(parts), most=str(MOST_PARTS))
    return Text(language=language, said=said, parts=parts, ucs2=wide(said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """``area``: as ``areas.area_of`` gives it. ``seen``: how many letters the preview counted. ``days``: what has not
    left after them is not sent."""

    area: str
    texts: tuple[Text, ...]
    seen: int
    by: str
    how: str
    days: int = 3


def refuse_twice(tx: Tx, what: What, area: str, texts: Mapping[str, str], since: datetime) -> None:
    """Raises NotSendable where the same was asked for since then, and stands."""
    ended = (Stage.STOPPED, Stage.LAPSED)
    stands = (one for one in same(tx, what, texts, since) if one.area == area and one.stage not in ended)
    if (known := next(stands, None)) is not None:
        raise NotSendable("twice", id=str(known.id))


def send(tx: Tx, city: City, wish: Wish, now: datetime) -> Broadcast:
    """It begins; not a second time within a day, unless the first was stopped: two persons may look at one preview; and
    not to many more than were counted in it. Raises NotSendable."""
    if not 1 <= wish.days <= MOST_DAYS:
        raise NotSendable("days", most=str(MOST_DAYS))
    counted = count(tx, within(city, wish.area), What.BROADCAST)
    if not counted.letters:
        raise NotSendable("nobody")
    if wish.seen < 1 or counted.letters > wish.seen + max(FEW_MORE, wish.seen // SHARE_MORE):
        raise NotSendable("grown", letters=str(counted.letters), seen=str(wish.seen))
    texts = {text.language: text.said for text in wish.texts}
    refuse_twice(tx, What.BROADCAST, wish.area, texts, now - SAME_WITHIN)
    one = Broadcast(
        id=0,
        what=What.BROADCAST,
        stage=Stage.SENDING,
        area=wish.area,
        texts=texts,
        asked_by=wish.by,
        asked_at=now,
        expires_at=now + timedelta(days=wish.days),
        people=counted.letters,
    )
    one = keep(tx, one)
    note(tx, Deed(by=wish.by, how=wish.how, what="broadcast.send", object=f"broadcast/{one.id}"))
    return one
