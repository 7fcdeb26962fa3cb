"""What the registration asks of the store, and what it does there: another's phone, a person without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from gateway.dialogue import Ask, Screen, Step, Who
from gateway.messages import Lane, Outbound
from gateway.number import foreign, local, subscriber
from gateway.person import of_the_city
from gateway.store import Tx, put
from gateway.store.households import Member, keep_member
from gateway.store.invitations import OPEN, Invitation, invitation_to, invite, invited_by
from gateway.store.people import find

if TYPE_CHECKING:
    from config.city import City

MOST_A_DAY = 3  # other phones that one number may have asked in a day; a kepling, who goes from door to door:
MOST_OF_A_KEPLING = 40
AGAIN_DAYS = 7  # until a phone that did not answer may be asked once more
REFUSED_DAYS = 365  # until one that said no may be
VALID_DAYS = 7  # an invitation holds that long
KEY = "invite"  # begins the key of the letter to the other phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite(Ask):
    """Ask the other phone whether it is to be registered as this."""

    phone: str
    name: str
    area: str
    street: str
    lingkungan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepMember(Ask):
    """Note a person without a phone in the speaker's household."""

    name: str
    notes: str = ""
    cannot_walk: bool = False


def said_last(city: City, who: Who, key: str, /, **fields: str) -> Step:
    """The end of a dialogue."""
    return Step(screen=Screen(text=city.text(who.language, key, **fields), last=True))


def invited(tx: Tx, city: City, ask: Invite, who: Who, turn: str) -> Step:
    """One letter goes to the other phone, at most, and says who wants it; without its own yes nothing is registered.
    Whether that number is in the registry already is not told."""
    if not _may_invite(tx, city, ask.phone, who):
        return said_last(city, who, "reg_other_not")
    kepling = city.keplings.of_place(ask.area, ask.lingkungan)
    vouches = kepling.name if kepling is not None and kepling.number == who.number else ""
    invite(
        tx,
        Invitation(
            phone=ask.phone,
            asked_by=who.number,
            name=ask.name,
            kelurahan=ask.area,
            address=ask.street,
            lingkungan=ask.lingkungan,
            vouches=vouches,
            asked_at=who.at,
        ),
    )
    area = city.areas[ask.area].name
    text = city.text(city.languages[0], "reg_invite", phone=local(who.number), who=ask.name, home=ask.street, kel=area)
    ends = who.at + timedelta(seconds=city.clocks.reply_s)
    put(tx, Outbound(to=ask.phone, text=text, lane=Lane.SERVICE, key=f"{KEY}/{turn}", expires_at=ends))
    return said_last(city, who, "reg_other_asked", phone=local(ask.phone))


def _may_invite(tx: Tx, city: City, phone: str, who: Who) -> bool:
    """A subscriber's own phone of this country, that is not the city's, need not be quiet, was not asked of late and
    did not refuse; and whoever asks has not asked too many."""
    if not subscriber(phone) or foreign(phone) or phone == who.number or of_the_city(city, phone):
        return False
    line = find(tx, phone)
    if line is not None and line.quiet:
        return False
    before = invitation_to(tx, phone)
    if before is not None:
        days = AGAIN_DAYS if before.state == OPEN else REFUSED_DAYS
        if who.at - before.asked_at < timedelta(days=days):
            return False
    most = MOST_OF_A_KEPLING if city.keplings.with_number(who.number) is not None else MOST_A_DAY
    return invited_by(tx, who.number, who.at - timedelta(days=1)) < most


def member_kept(tx: Tx, city: City, ask: KeepMember, who: Who) -> Step:
    """A person without a phone is of the household of the phone that says so."""
    if find(tx, who.number) is None:
        return said_last(city, who, "reg_member_first")
    new = Member(phone=who.number, name=ask.name, notes=ask.notes, cannot_walk=ask.cannot_walk, at=who.at)
    kept = keep_member(tx, new)
    return said_last(city, who, "reg_member_kept" if kept else "reg_member_full", **({"who": ask.name} if kept else {}))
