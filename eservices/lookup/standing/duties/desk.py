"""The desk for what staff answer about rows: from the number that was asked, with the code of that letter.

It stands before the desk for complaints, and hands it what carries no code of ours. Wrong codes are counted together
with those of complaints: it is one official who guesses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.clock import Clock
from config.lookup import Lookup
from eservices.complaints.offices import store as office_store
from eservices.complaints.offices.guessing import missed
from eservices.lookup.standing.duties import store
from eservices.lookup.standing.duties.store import Given, Overlay, State
from eservices.lookup.standing.duties.words import begins_with_code, codes_in, value_before_code, value_in
from eservices.lookup.standing.letters import named
from eservices.lookup.standing.rows import row_of
from gateway.audit import Deed, note
from gateway.dialogue import was_said
from gateway.inbox import Desk
from gateway.messages import Inbound, Kind, Lane
from gateway.store import Tx, leave_unread, put

if TYPE_CHECKING:
    from config.city import City


class DutyDesk:
    """``offices``: the desk for complaints."""

    name = "dispositions"
    urgent = False

    def __init__(
        self,
        city: City,
        clock: Clock,
        offices: Desk,
        *,
        alarm: Callable[[str], bool] = lambda text: False,
    ) -> None:
        """``alarm``: whether words are an emergency; then they are not taken."""
        self._city, self._clock, self._offices, self._alarm = city, clock, offices, alarm
        self._ours = {one.id: one for one in city.lookups.values() if one.duty is not None}
        duties = [one.duty for one in self._ours.values() if one.duty is not None]
        asked = [city.offices.offices[one.office] for one in duties if one.office in city.offices.offices]
        self._people = {one.number: one.name for office in asked for one in office.officials}

    def takes(self, letter: Inbound) -> bool:
        """A letter of somebody who is asked such things that begins with a code, or has one beside one of the words."""
        if letter.sender not in self._people or letter.kind is not Kind.SMS or was_said(letter):
            return False
        if not codes_in(letter.text) or self._alarm(letter.text):
            return False
        return begins_with_code(letter.text) or self._worded(letter)

    def handle(self, letter: Inbound, tx: Tx) -> None:
        now = self._clock.now()
        _, paused_until = office_store.guesses(tx, letter.sender)
        found = self._asked(letter, tx) if not letter.doubt else None  # perhaps it is not from that phone
        if letter.doubt or (found is None and not self._offices.takes(letter) and not self._worded(letter)):
            leave_unread(tx, letter.id)
        elif found is None and self._offices.takes(letter):
            self._offices.handle(letter, tx)
        elif paused_until is not None and now < paused_until:
            self._paused(tx, letter, paused_until)
        elif found is None:
            left, until = missed(tx, self._city.offices, letter.sender, now)
            if until is None:
                self._reply(tx, letter, "office_wrong", left=left)
            else:
                self._paused(tx, letter, until)
        else:
            office_store.keep_guesses(tx, letter.sender, 0, None)
            self._answered(letter, tx, found)

    def wake(self) -> None:
        self._offices.wake()

    def _worded(self, letter: Inbound) -> bool:
        """Whether it begins with one of the words, and a code behind it."""
        duties = [one.duty for one in self._ours.values() if one.duty is not None]
        return any(value_before_code(letter.text, one.words) is not None for one in duties)

    def _paused(self, tx: Tx, letter: Inbound, until: datetime) -> None:
        leave_unread(tx, letter.id)
        self._reply(tx, letter, "office_paused", time=f"{until.astimezone(self._city.timezone):%H.%M}")

    def _asked(self, letter: Inbound, tx: Tx) -> Given | None:
        """What the first code of his own in the letter was given for."""
        for code in codes_in(letter.text):
            one = store.with_code(tx, letter.sender, code)
            if one is not None and one.lookup in self._ours:
                return one
        return None

    def _answered(self, letter: Inbound, tx: Tx, one: Given) -> None:
        lookup = self._ours[one.lookup]
        assert lookup.duty is not None
        row, value = row_of(tx, lookup, one.key), value_in(letter.text, lookup.duty.words)
        about = named(lookup, one.key, row)
        if one.state is State.OVER or row is None:
            self._reply(tx, letter, "standing_answer_over", about=about)
        elif value is None:
            words = ", ".join(phrases[0].upper() for phrases in lookup.duty.words.values())
            self._reply(tx, letter, "standing_answer_help", about=about, code=one.code, values=words)
        else:
            self._note(letter, tx, lookup, one, value)
            self._reply(tx, letter, "standing_answered", about=about, value=self._said(lookup, value))

    def _note(self, letter: Inbound, tx: Tx, lookup: Lookup, one: Given, value: str) -> None:
        assert lookup.duty is not None
        now, by = self._clock.now(), self._people[letter.sender]
        lies = Overlay(key=one.key, column=lookup.duty.column, was=one.was, value=value)
        store.lay(tx, lookup.id, lies, now)
        store.keep(tx, replace(one, state=State.ANSWERED, value=value, by=by, answered_at=now))
        thing = f"lookup/{lookup.id}/{one.id}"
        note(tx, Deed(by="office", how="sms", what="lookup.answer", object=thing, about=[letter.sender], detail=value))

    def _said(self, lookup: Lookup, value: str) -> str:
        """The value as residents read it."""
        assert lookup.duty is not None
        words = lookup.columns[lookup.duty.column].says.get(value.casefold(), {})
        return words.get(self._city.languages[0], value)

    def _reply(self, tx: Tx, letter: Inbound, name: str, /, **fields: object) -> None:
        text = self._city.text(self._city.languages[0], name, **fields)
        ends = self._clock.now() + timedelta(seconds=self._city.clocks.reply_s)
        put(tx, letter.reply(text, lane=Lane.SERVICE, key=f"duty/reply/{letter.external_id}", expires_at=ends))
