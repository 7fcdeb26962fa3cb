"""The desk for what officials write: their answers to tickets, each with the one-time code of ticket and official.

Only from the number that the code was sent to. A wrong one costs a try; after the last nobody there is listened to for
a while, and a person of the command centre sees the letter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.city_offices import Office
from config.clock import Clock
from eservices.complaints import store
from eservices.complaints.offices import deeds
from eservices.complaints.offices import store as office_store
from eservices.complaints.offices.deeds import Verdict
from eservices.complaints.offices.guessing import missed
from eservices.complaints.offices.words import Answer, OfficeWords, Verb, named_office
from eservices.complaints.ticket import Ticket
from gateway.audit import Deed, note
from gateway.dialogue import was_said
from gateway.inbox import Desk
from gateway.messages import Inbound, Kind, Lane
from gateway.store import Tx, leave_unread, put

if TYPE_CHECKING:
    from config.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One official's letter."""

    tx: Tx
    letter: Inbound
    answer: Answer
    by: str
    now: datetime

    @property
    def ticket_typed(self) -> str:
        """The number that stands where the ticket's stands."""
        return self.answer.numbers[0]


class OfficeDesk:
    """Stands before the conversations: an official who is in one can answer nevertheless. ``otherwise``: the desks to
    which a letter goes that turns out to be about the official's own complaint. ``alarm``: whether words without a verb
    of ours are an emergency; then they are not taken."""

    name = "offices"
    urgent = False

    def __init__(
        self,
        city: City,
        clock: Clock,
        *,
        otherwise: Callable[[], Sequence[Desk]] = lambda: (),
        alarm: Callable[[str], bool] = lambda text: False,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """``wake`` is called after a commit: letters wait in the outbox."""
        self._city, self._clock, self._otherwise, self._wake, self._alarm = city, clock, otherwise, wake, alarm
        self._words = OfficeWords(city.words)
        self._people = {
            one.number: f"{one.name} ({here.id})" for here in city.offices.offices.values() for one in here.officials
        }

    def takes(self, letter: Inbound) -> bool:
        """An official's letter in the form of an answer."""
        if letter.sender not in self._people or letter.kind is not Kind.SMS or was_said(letter):
            return False
        answer = self._words.read(letter.text)
        if answer is None or (answer.verb is None and self._alarm(letter.text)):
            return False
        return bool(answer.codes) or (answer.verb is not None and not answer.polite)

    def handle(self, letter: Inbound, tx: Tx) -> None:
        answer = self._words.read(letter.text)
        if answer is None or letter.doubt:  # perhaps it is not from that phone: nothing is changed by it
            leave_unread(tx, letter.id)
            return
        turn = _Turn(tx=tx, letter=letter, answer=answer, by=self._people[letter.sender], now=self._clock.now())
        _, paused_until = office_store.guesses(tx, letter.sender)
        if paused_until is not None and turn.now < paused_until:
            self._paused(turn, paused_until)
        elif not answer.codes:
            self._reply(turn, "office_codeless", ticket=turn.ticket_typed)
        elif (code := self._matching(turn)) is not None:
            office_store.keep_guesses(tx, letter.sender, 0, None)
            self._known(turn, code)
        elif self._own_complaint(turn):
            return
        elif self._codeless(turn):
            self._reply(turn, "office_codeless", ticket=turn.ticket_typed)
        else:
            self._wrong(turn)

    def wake(self) -> None:
        for desk in self._otherwise():
            desk.wake()
        self._wake()

    # -- the code

    def _matching(self, turn: _Turn) -> office_store.Code | None:
        """The code that was meant, if it is his and of the ticket that he names."""
        for typed in turn.answer.codes:
            code = office_store.code_of(turn.tx, turn.letter.sender, typed)
            others = [one for one in turn.answer.numbers if one != typed]
            if code is not None and all(int(one) == code.ticket for one in others):
                return code
        return None

    @staticmethod
    def _codeless(turn: _Turn) -> bool:
        """``1001 SELESAI``: the only number is that of a ticket that was sent to him, and not a guess."""
        numbers = turn.answer.numbers
        return len(numbers) == 1 and office_store.code_for(turn.tx, int(numbers[0]), turn.letter.sender) is not None

    def _own_complaint(self, turn: _Turn) -> bool:
        """``SUDAH 1234`` of an official who reported 1234 himself: the residents' side reads it."""
        answer, letter = turn.answer, turn.letter
        if len(answer.numbers) != 1 or (answer.verb is not None and not answer.polite):
            return False
        if store.follower(turn.tx, int(answer.numbers[0]), letter.sender) is None:
            return False
        desk = next((desk for desk in self._otherwise() if desk.takes(letter)), None)
        if desk is not None:
            desk.handle(letter, turn.tx)
        return desk is not None

    def _wrong(self, turn: _Turn) -> None:
        left, until = missed(turn.tx, self._city.offices, turn.letter.sender, turn.now)
        if until is None:
            self._reply(turn, "office_wrong", left=left)
        else:
            self._paused(turn, until)

    def _paused(self, turn: _Turn, until: datetime) -> None:
        leave_unread(turn.tx, turn.letter.id)
        self._reply(turn, "office_paused", time=f"{until.astimezone(self._city.timezone):%H.%M}")

    # -- the answer

    def _known(self, turn: _Turn, code: office_store.Code) -> None:
        ticket, answer = store.ticket(turn.tx, code.ticket), turn.answer
        answer = replace(answer, said=answer.said.removeprefix(str(ticket.number)).strip())  # "4821 SELESAI 123"
        fields: dict[str, object] = {"ticket": ticket.number, "code": code.code}
        if code.spent or not ticket.state.open:
            self._reply(turn, "office_spent", ticket=ticket.number)
        elif answer.verb is None:
            self._reply(turn, "office_help", **fields)
        elif answer.verb is Verb.WORKING:
            verdict = deeds.take_up(turn.tx, self._city, ticket, answer.said, turn.by, turn.now)
            self._done(turn, verdict, "office_taken", **fields)
        elif answer.verb is Verb.DONE:
            verdict = deeds.answer(turn.tx, self._city, ticket, answer.said, turn.by, turn.now)
            self._done(turn, verdict, "office_done", ticket=ticket.number)
        elif answer.verb is Verb.REFUSE and not answer.said:
            self._reply(turn, "office_reason", **fields)
        elif answer.verb is Verb.REFUSE:
            verdict = deeds.refuse(turn.tx, self._city, ticket, answer.said, turn.by, turn.now)
            self._done(turn, verdict, "office_refused", ticket=ticket.number)
        else:
            self._not_ours(turn, ticket)

    def _done(self, turn: _Turn, verdict: Verdict, key: str, **fields: object) -> None:
        if verdict.done:
            thing, about = f"ticket/{verdict.ticket.number}", [turn.letter.sender]
            note(turn.tx, Deed(by="office", how="sms", what=f"ticket.{key}", object=thing, about=about))
            self._reply(turn, key, **fields)
        else:
            self._reply(turn, "office_spent", ticket=verdict.ticket.number)

    def _not_ours(self, turn: _Turn, ticket: Ticket) -> None:
        """To the office that he names, else to the one that sorts what fits none; who said BUKAN once is not asked
        again, and a person decides."""
        to = self._next_office(turn, ticket)
        if to is None:
            deeds.park(turn.tx, ticket, turn.by, turn.now, turn.answer.said)
            leave_unread(turn.tx, turn.letter.id)
            self._reply(turn, "office_parked", ticket=ticket.number)
            return
        verdict = deeds.pass_on(turn.tx, self._city, ticket, to, turn.by, turn.now, turn.answer.said)
        self._done(turn, verdict, "office_passed", ticket=ticket.number, office=deeds.label(self._city, to.id))

    def _next_office(self, turn: _Turn, ticket: Ticket) -> Office | None:
        offices = self._city.offices
        sorts = offices.office_of(offices.default).id if offices.default else None
        past = [one.text for one in store.history(turn.tx, ticket.number) if one.what == "moved"]
        for wanted in (named_office(offices, turn.answer.said), sorts):
            refused = any(text.startswith(f"{wanted} > ") for text in past)
            if wanted is not None and wanted != ticket.office and not refused:
                return offices.offices[wanted]
        return None

    def _reply(self, turn: _Turn, key: str, **fields: object) -> None:
        text = self._city.text(self._city.languages[0], key, **fields)
        ends = turn.now + timedelta(seconds=self._city.clocks.reply_s)
        letter_key = f"office/reply/{turn.letter.external_id}"
        put(turn.tx, turn.letter.reply(text, lane=Lane.SERVICE, key=letter_key, expires_at=ends))
