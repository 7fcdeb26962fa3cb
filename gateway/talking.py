"""Who is in a dialogue by SMS, remembered so that a desk can say at once whether a letter may be an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gateway.dialogue import Who
from gateway.messages import Inbound
from gateway.store import Resident, Store, Tx
from gateway.store.changes import change_of
from gateway.store.talks import Talk, end_talk, keep_talk, open_talks, talk_of

if TYPE_CHECKING:
    from config.city import City

AT_MOST = 20_000  # talks restored at start
REPEATED_S = 120.0  # seconds in which a digit after the end of a talk is rather one too many for it than a code
ENDED = "~"  # begins the dialogue's name of a talk that ended; the digit that ended it follows (none: words did)
SWEPT = 20  # lapsed talks forgotten when a new one begins


def has_ended(dialogue: str) -> bool:
    """Whether that is the name of a talk that is over."""
    return dialogue.startswith(ENDED)


def asks_about(dialogue: str, key: str | None) -> bool:
    """Whether that digit (None: it is none) is asked about after the end of that talk."""
    return key is not None and dialogue in (ENDED, ENDED + key)


def writer(tx: Tx, letter: Inbound, resident: Resident | None, city: City) -> Who:
    """Who wrote the letter; ``resident``: as registered."""
    return Who(
        number=letter.sender,
        at=letter.received_at,
        language=(resident.language if resident is not None else "") or city.languages[0],
        resident=None if letter.doubt else resident,
        waits=change_of(tx, letter.sender) is not None,
        doubt=bool(letter.doubt),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTalk:
    """``choices``: a choice is awaited, not words."""

    dialogue: str
    choices: bool
    asked_at: datetime


class Talking:
    """``stands_s``: seconds after which a digit is not even asked about any more. The table knows better: what is
    remembered is at most too much."""

    def __init__(self, stands_s: float) -> None:
        self._stands = timedelta(seconds=stands_s)
        self._open: dict[str, OpenTalk] = {}
        self._over: set[str] = set()

    async def pick_up(self, store: Store) -> None:
        """At start: everybody whose talk the table holds."""
        for talk in await store.read(lambda tx: open_talks(tx, at_most=AT_MOST)):
            self.remember(talk)

    def sweep(self, tx: Tx, now: datetime) -> None:
        """Forget some talks that nobody went on with; called whenever one begins, so that they never heap up."""
        for talk in open_talks(tx, asked_before=now - self._stands, at_most=SWEPT):
            end_talk(tx, talk.number)
            self.over(talk.number)

    def remember(self, talk: Talk) -> None:
        """The number is in this talk from now on."""
        self._over.discard(talk.number)
        self._open[talk.number] = OpenTalk(dialogue=talk.dialogue, choices=bool(talk.choices), asked_at=talk.asked_at)

    def of(self, letter: Inbound) -> OpenTalk | None:
        """The talk that the letter may be an answer to."""
        talk = self._open.get(letter.sender)
        return talk if talk is not None and not self.forgotten(talk.asked_at, letter) else None

    def forgotten(self, asked_at: datetime, letter: Inbound) -> bool:
        """Whether a digit is not even asked about any more."""
        return letter.received_at - asked_at > self._stands

    def end(self, tx: Tx, number: str) -> None:
        """The talk is over, and nothing is left of it."""
        end_talk(tx, number)
        self.over(number)

    def close(self, tx: Tx, number: str, now: datetime, key: str | None) -> None:
        """The talk is over. The digit that ended it may be sent twice, and after words anyone may be meant for it: for
        a moment such a one is asked about. What ended at once, without a question, leaves nothing."""
        talk = talk_of(tx, number)
        if key is None and talk is None:
            self.over(number)
        elif key is not None or not has_ended(talk.dialogue if talk is not None else ""):
            asked_at = now - self._stands + timedelta(seconds=REPEATED_S)
            ended = Talk(number=number, dialogue=ENDED + (key or ""), state={}, text="", choices=(), asked_at=asked_at)
            keep_talk(tx, ended)
            self.remember(ended)

    def over(self, number: str) -> None:
        """The talk ended in this transaction. It is forgotten after the commit: if the transaction is undone, the
        letter must come here again, and not be read as a code."""
        self._over.add(number)

    def settle(self) -> None:
        """After the commit."""
        over, self._over = self._over, set()
        for number in over:
            self._open.pop(number, None)
