"""The head of a lingkungan vouches by SMS: asked by the clock, answered with a one-time code.

``YA 4821``, ``TIDAK 4821``, ``TUNGGU`` (who waits). The same YA and TIDAK, without a code, answer an invitation.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from eservices.registration.asked import VALID_DAYS, said_last
from eservices.registration.homes import join_household, new_household
from gateway.audit import Deed, note
from gateway.dialogue import Ask, Dialogue, State, Step, Who
from gateway.effects import register
from gateway.messages import Lane, Outbound
from gateway.number import local, subscriber
from gateway.registry import Resident
from gateway.store import Tx, put
from gateway.store.changes import change_of
from gateway.store.invitations import OPEN, REFUSED, TAKEN, Invitation, answered_invitation, invitation_to
from gateway.store.keplings import (
    NOBODY,
    Asked,
    ask_for,
    asked_of,
    burn_tries,
    next_reminder,
    note_reminded,
    to_remind,
    unasked,
)
from gateway.store.people import find, save
from gateway.store.vouching import confirm_resident, doubt_resident
from gateway.words import fold

if TYPE_CHECKING:
    from config.city import City

NewPin = Callable[[], str]

TRIES = 3  # wrong codes of a kepling until those that wait are left to a person of the city
CODE_DAYS = 7  # a code holds that long
REMIND_DAYS = 1  # after that long a kepling is reminded, once
AT_ONCE = 50  # questions and reminders in one round
LISTED = 5  # who waits, in one SMS
MOST_BESIDE = 8  # words beside a code: "ya 4182 betul itu warga saya"; more is a letter of its own
_PIN = re.compile(r"(?<!\d)\d{4}(?!\d)")
_LETTERS = re.compile(r"[^\W\d_]+")


def four_digits() -> str:
    """A code that nobody foresees."""
    return str(1000 + secrets.randbelow(9000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouch(Ask):
    """``yes`` None: who waits?"""

    yes: bool | None
    pin: str = ""


class KeplingTalk(Dialogue):
    """Answers keplings and invited phones; nobody else: for others YA and TIDAK are another's matter."""

    name = "kepling"

    def __init__(self, city: City) -> None:
        self._city = city
        self._yes, self._no = frozenset(city.words["yes"]), frozenset(city.words["no"])
        self._waiting = frozenset(city.words["kepling_waiting"])

    def hears(self, text: str) -> bool:
        return self._read(text) is not None

    def _read(self, text: str) -> Vouch | None:
        """A yes, a no, a code, or the question who waits; and nothing beside it but a few words."""
        folded = fold(text).strip(" .,!#*\"'")
        if folded in self._waiting:
            return Vouch(yes=None)
        said, pins = _LETTERS.findall(folded), _PIN.findall(folded)
        meant = {True for word in said if word in self._yes} | {False for word in said if word in self._no}
        if len(said) > (MOST_BESIDE if pins else 3) or len(pins) > 1 or len(meant) != 1 or (len(said) > 1 and not pins):
            return None
        return Vouch(yes=meant.pop(), pin=pins[0] if pins else "")

    def begin(self, who: Who, said: str = "") -> Step:
        read = self._read(said)
        if read is None or who.doubt or not subscriber(who.number):
            return Step(declined=True)
        return Step(ask=read)

    def step(self, state: State, typed: str, who: Who) -> Step:
        return self.begin(who, typed)

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        if not isinstance(ask, Vouch):
            return super().answer(tx, ask, who, turn)
        invitation = invitation_to(tx, who.number)
        if ask.yes is not None and not ask.pin and invitation is not None and _holds(invitation, who.at):
            return self._invited(tx, invitation, who, yes=ask.yes)
        kepling = self._city.keplings.with_number(who.number)
        if kepling is None:
            return Step(declined=True)
        mine = asked_of(tx, who.number, who.at - timedelta(days=CODE_DAYS))
        if ask.yes is None or not mine:
            return self._listed(tx, mine, who, "kepling_waiting")
        return self._decided(tx, mine, ask, who, turn)

    # -- the kepling

    def _listed(self, tx: Tx, mine: Sequence[Asked], who: Who, key: str) -> Step:
        if not mine:
            return said_last(self._city, who, "kepling_none")
        named = ", ".join(f"{shown_line(tx, one.phone)[0]} {one.code}" for one in mine[:LISTED])
        return said_last(self._city, who, key, waiting=named)

    def _decided(self, tx: Tx, mine: Sequence[Asked], ask: Vouch, who: Who, turn: str) -> Step:
        if not ask.pin:
            return self._listed(tx, mine, who, "kepling_which")
        one = next((one for one in mine if secrets.compare_digest(one.code, ask.pin)), None)
        if one is None:
            return self._wrong(tx, mine, who)
        name = shown_line(tx, one.phone)[0]
        kepling = self._city.keplings.with_number(who.number)
        by = kepling.name if kepling is not None else who.number
        what = "person.confirm" if ask.yes else "person.doubt"
        note(tx, Deed(by="kepling", how=who.how, what=what, object="person", about=[one.phone, who.number]))
        if ask.yes:
            line = confirm_resident(tx, one.phone, by, who.at)
            if line is not None:
                join_household(tx, self._city, line, turn)
        else:
            doubt_resident(tx, one.phone, by, who.at)
        tell(tx, self._city, one.phone, "reg_confirmed" if ask.yes else "reg_declined", turn, who.at, by=by)
        return said_last(self._city, who, "kepling_done" if ask.yes else "kepling_declined", who=name)

    def _wrong(self, tx: Tx, mine: Sequence[Asked], who: Who) -> Step:
        burn_tries(tx, [one.phone for one in mine])
        tries = max(one.tries_left for one in mine) - 1
        if tries <= 0:
            return said_last(self._city, who, "kepling_burnt")
        return said_last(self._city, who, "kepling_wrong", left=str(tries))

    # -- the phone that somebody else wants to register

    def _invited(self, tx: Tx, one: Invitation, who: Who, *, yes: bool) -> Step:
        answered_invitation(tx, who.number, TAKEN if yes else REFUSED)
        if not yes:
            return said_last(self._city, who, "reg_invite_no")
        old = find(tx, who.number)
        said = _line(one, who, old)
        if old is None or not old.confirmed:
            register(tx, said, who)
            if one.vouches:
                confirm_resident(tx, who.number, one.vouches, who.at)
        line = find(tx, who.number)
        other = find(tx, one.asked_by)
        if line is not None and other is not None and other.kelurahan == line.kelurahan:
            _together(tx, line, other, f"{one.asked_by}{one.asked_at}{who.at}")
        return said_last(self._city, who, "reg_invite_yes", who=one.name)


def _holds(one: Invitation, at: datetime) -> bool:
    return one.state == OPEN and at - one.asked_at <= timedelta(days=VALID_DAYS)


def _line(one: Invitation, who: Who, old: Resident | None) -> Resident:
    return Resident(
        phone=who.number,
        name=one.name,
        kelurahan=one.kelurahan,
        address=one.address,
        lat=None,
        lon=None,
        language=old.language if old is not None else "",
        quiet=False,
        notes="",
        confirmed=False,
        panic_button=False,
        address_at=who.at,
        lingkungan=one.lingkungan,
    )


def _together(tx: Tx, line: Resident, other: Resident, seed: str) -> None:
    """Both phones are one household from now on: one asked for it and the other agreed."""
    household = other.household or line.household or new_household(seed)
    for one in (line, other):
        if one.household != household:
            save(tx, replace(one, household=household))


def shown_line(tx: Tx, number: str) -> tuple[str, str, str, str]:
    """Name, address, kelurahan and lingkungan that wait for a person's word; the line's own where nothing does."""
    line, wish = find(tx, number), change_of(tx, number)
    if wish is not None:
        return wish.name, wish.address, wish.kelurahan, wish.lingkungan
    return (line.name, line.address, line.kelurahan, line.lingkungan) if line is not None else ("-", "-", "", "")


def tell(tx: Tx, city: City, number: str, key: str, turn: str, at: datetime, **fields: str) -> None:
    """One letter to a resident, unless that phone must be quiet."""
    line = find(tx, number)
    if line is None or line.quiet or not subscriber(number):
        return
    text = city.text(line.language or city.languages[0], key, **fields)
    ends = at + timedelta(seconds=city.clocks.reply_s)
    put(tx, Outbound(to=number, text=text, lane=Lane.SERVICE, key=f"{key}/{turn}", expires_at=ends))


class KeplingRound:
    """Asks the kepling of whoever waits for one, and reminds him once. Where a city names none, or the lingkungan is
    not known, a person decides (``kentongan residents list --unconfirmed``)."""

    name = "keplings"

    def __init__(self, city: City, new_pin: NewPin = four_digits) -> None:
        self._city, self._new_pin = city, new_pin

    def run(self, tx: Tx, now: datetime) -> datetime | None:
        waiting = unasked(tx, AT_ONCE)
        for number in waiting:
            self._ask(tx, number, now)
        since = now - timedelta(days=CODE_DAYS)
        due = to_remind(tx, now - timedelta(days=REMIND_DAYS), since, AT_ONCE)
        for one in due:
            self._write(tx, one, "kepling_remind", now)
            note_reminded(tx, one.phone, now)
        if len(waiting) == AT_ONCE or len(due) == AT_ONCE:
            return now
        oldest = next_reminder(tx, since)
        return oldest + timedelta(days=REMIND_DAYS) if oldest is not None else None

    def _ask(self, tx: Tx, number: str, at: datetime) -> None:
        line = find(tx, number)
        if line is not None and not line.household:
            join_household(tx, self._city, line, f"{number}{at}")
        _, _, kelurahan, lingkungan = shown_line(tx, number)
        kepling = self._city.keplings.of_place(kelurahan, lingkungan)
        to = kepling.number if kepling is not None and kepling.number != number else NOBODY
        used = {one.code for one in asked_of(tx, to, at - timedelta(days=CODE_DAYS))} if to else set()
        pin = self._new_pin()
        while pin in used:
            pin = self._new_pin()
        one = Asked(phone=number, kepling=to, code=pin, asked_at=at, tries_left=TRIES)
        ask_for(tx, one)
        if to:
            self._write(tx, one, "kepling_ask", at)

    def _write(self, tx: Tx, one: Asked, key: str, at: datetime) -> None:
        who, home, kelurahan, _ = shown_line(tx, one.phone)
        kel = self._city.areas[kelurahan].name if kelurahan in self._city.areas else kelurahan
        fields = {"who": who, "home": home, "pin": one.code}
        if key == "kepling_ask":
            fields |= {"kel": kel, "phone": local(one.phone)}
        reader = find(tx, one.kepling)
        if reader is not None and reader.quiet:
            return
        text = self._city.text(self._city.languages[0], key, **fields)
        ends = at + timedelta(days=REMIND_DAYS)
        unique = f"{key}/{one.kepling}/{one.code}/{one.asked_at.timestamp():.0f}"
        put(tx, Outbound(to=one.kepling, text=text, lane=Lane.SERVICE, key=unique, expires_at=ends))
