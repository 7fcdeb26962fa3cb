"""The emergencies' desk: reads a letter, and decides whose matter it is. Everything it writes is in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from config.clock import Clock
from dispatch import store
from dispatch.answers import QUESTIONS, cancel_words, choice, lapsed, unclear
from dispatch.duty import as_changed
from dispatch.glance import Glance
from dispatch.incident import State
from dispatch.locate import locator_of
from dispatch.officers import answered_offer, relay_reported
from dispatch.rang import rang
from dispatch.reading import Act, Intent, Reading, reader_of
from dispatch.report import doubted, reported, still_talking, wrote_again
from dispatch.step import NewCode, four_digits
from dispatch.turn import Turn
from dispatch.vehicles import NONE, Following, Vehicles
from gateway.dialogue import was_said
from gateway.inbox import Desk
from gateway.messages import Inbound, Kind
from gateway.number import subscriber
from gateway.store import Store, Tx

if TYPE_CHECKING:
    from config.city import City

READ_AHEAD = 1024  # texts whose reading is remembered between the keeping and the handling of their letters


class EmergencyDesk:
    """Takes what is, or may belong to, an emergency: calls, sirens, officers' codes, and whatever a number with an
    open incident writes. A letter that turns out to be none of it goes to ``otherwise``."""

    name = "emergency"
    urgent = True

    def __init__(
        self,
        city: City,
        clock: Clock,
        *,
        otherwise: Desk,
        look: Callable[[list[int]], None] = lambda numbers: None,
        new_code: NewCode = four_digits,
        asked: Callable[[str], bool] = lambda number: False,
        vehicles: Vehicles = NONE,
    ) -> None:
        """``look`` is called after a commit with the incidents it touched (``Dispatch.look``). ``asked``: whether that
        number is being asked to come, whoever it is. ``vehicles``: those that say where they are."""
        self._city, self._clock, self._otherwise, self._look = city, clock, otherwise, look
        self._new_code, self._asked = new_code, asked
        self._vehicles, self.following = vehicles, Following(city, vehicles)
        self._locator = locator_of(city)
        self._reader = reader_of(city)
        self._glance = Glance(self._reader)
        self._read: Callable[[str], Reading] = lru_cache(READ_AHEAD)(self._reader.read)
        self._officers = city.roster_numbers() | {post.number for post in city.operators}
        self._talking: set[str] = set()
        self._touched: set[int] = set()

    async def pick_up(self, store_of_all: Store) -> None:
        """At start: remember who has an open incident, and who is asked to come to one."""
        self._talking |= await store_of_all.read(lambda tx: store.open_callers(tx) | store.asked_numbers(tx))

    def takes(self, letter: Inbound) -> bool:
        """Calls, controllers, officers with a code or a short word, callers of an open incident, emergency words."""
        if letter.kind is Kind.MISSED_CALL or self._city.siren_of(letter.sender) is not None:
            return True
        if letter.sender in self._talking or letter.sender in self._officers or self._asked(letter.sender):
            return True
        if self._glance.peaceful(letter.text):
            return False
        reading = self._read(letter.text)
        asked = reading.act is Act.ASK or reading.intent is Intent.CANCEL
        return rings(reading) or (asked and letter.kind is Kind.SMS)

    def handle(self, letter: Inbound, tx: Tx) -> None:
        now = self._clock.now()
        turn = Turn(
            tx=tx,
            city=as_changed(tx, self._city, now),
            locator=self._locator,
            letter=letter,
            now=now,
            new_code=self._new_code,
            reader=self._reader,
            vehicles=self._vehicles,
        )
        if not self._handled(turn):
            self._otherwise.handle(letter, tx)
        if turn.touched:
            self._talking.add(letter.sender)
        self._touched |= turn.touched

    def wake(self) -> None:
        """After the commit: the loop looks at the incidents that were touched."""
        touched, self._touched = self._touched, set()
        if touched:
            self._look(sorted(touched))

    def _handled(self, turn: Turn) -> bool:
        """The first that knows what to do with it. Emergency words come before any dialogue."""
        letter = turn.letter
        if letter.kind is Kind.MISSED_CALL:
            rang(turn)
            return True
        if self._city.siren_of(letter.sender) is not None:
            relay_reported(turn)
            return True
        reading = self._read(letter.text)
        words = rings(reading) and reading.digit is None
        if letter.kind is Kind.SMS and answered_offer(turn, emergency=words):
            return True
        if reading.digit is not None and self._chosen(turn, reading, reading.digit):
            return True
        if rings(reading):
            reported(turn, reading)
            return True
        if self._leaves_open(letter, reading) and doubted(turn, reading):
            return True
        return self._other_words(turn, reading)

    @staticmethod
    def _leaves_open(letter: Inbound, reading: Reading) -> bool:
        """Whether the writer is to be asked if it is one. What a conversation passes on, it has asked about itself."""
        return reading.act is Act.ASK and letter.kind is Kind.SMS and not was_said(letter)

    def _chosen(self, turn: Turn, reading: Reading, digit: str) -> bool:
        """A bare digit is a choice while a question of ours is open."""
        case = still_talking(turn)
        if case is None or not subscriber(turn.caller):
            return False
        if case.incident.state is State.PENDING or case.asked in QUESTIONS:
            return choice(turn, case, digit)
        if case.asked:
            wrote_again(turn, case, reading)
            return True
        return False

    def _other_words(self, turn: Turn, reading: Reading) -> bool:
        if turn.letter.kind is Kind.PART:
            return False  # the whole says it better, in a moment
        if reading.intent is Intent.CANCEL and cancel_words(turn):
            return True
        case = still_talking(turn)
        if case is None or lapsed(turn, case):
            return False
        if case.incident.state is State.PENDING:
            unclear(turn, case)
        else:
            wrote_again(turn, case, reading)
        return True


def rings(reading: Reading) -> bool:
    """Whether somebody is to be rung for it: with the siren, or a person first."""
    return reading.act in (Act.RING, Act.PERSON)
