"""What a conversation wants done, done: in the transaction that also keeps where the conversation stands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from gateway.dialogue import SAID, Effect, Register, Say, Who
from gateway.messages import Inbound, Kind
from gateway.number import subscriber
from gateway.store.changes import Change, change_of, end_change, keep_change
from gateway.store.people import Resident, find, save
from gateway.store.schema import Tx

WAIT = ("name", "kelurahan", "address")  # what of a confirmed line waits for a person


class LettersIn(Protocol):
    """Where letters are put inside another's transaction (``Inbox``)."""

    def put_in(self, tx: Tx, letter: Inbound, *, urgent: bool) -> None:
        """Keep the letter, once per ``external_id``. Whoever commits calls ``wake`` after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A letter that a conversation says. ``urgent``: the conversation is sure that it is an emergency."""

    letter: Inbound
    urgent: bool


def spoken(effects: Sequence[Effect], who: Who, channel: str, key: str, doubt: str = "") -> tuple[Spoken, ...]:
    """The letters among the effects. ``key`` names the turn: the same turn again says the same letters, and by their
    ``external_id`` they are kept once. ``doubt``: what was wrong with the request. Pure."""
    says = [effect for effect in effects if isinstance(effect, Say)]
    if not says:
        return ()
    letters = (_letter(say, who, channel, f"{channel}|{key}|{n}", doubt) for n, say in enumerate(says))
    return tuple(Spoken(letter=letter, urgent=say.urgent) for letter, say in zip(letters, says, strict=True))


def _letter(say: Say, who: Who, channel: str, identity: str, doubt: str) -> Inbound:
    return Inbound(
        id=0,
        channel=channel,
        kind=Kind.SMS,
        sender=who.number,
        text=say.text,
        sent_at=None,
        received_at=who.at,
        external_id=SAID + hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest(),
        doubt=doubt,
    )


def carry_out(
    tx: Tx, effects: Sequence[Effect], who: Who, channel: str, inbox: LettersIn, key: str, doubt: str = ""
) -> bool:
    """Do them; whether letters were put in (then the inbox is woken after the commit). Raises ValueError for a line
    of the registry that is not the speaker's own."""
    letters = spoken(effects, who, channel, key, doubt)
    for one in letters:
        inbox.put_in(tx, one.letter, urgent=one.urgent)
    for effect in effects:
        if isinstance(effect, Register):
            register(tx, effect.resident, who, effect.only)
    return bool(letters)


def register(tx: Tx, said: Resident, who: Who, only: Sequence[str] = ()) -> str:
    """Write what somebody said of himself (``only`` these fields, or all): ``new``, ``changed`` or ``same``; ``waits``
    when a confirmed line stands there, whose name and address only a person changes. What residents cannot give
    themselves (confirmed, quiet, notes, panic button) stays as it was."""
    if said.phone != who.number or not subscriber(said.phone):
        raise ValueError("a conversation registers nobody but the phone it is held with")
    old = find(tx, said.phone)
    if old is None:
        return save(tx, replace(said, confirmed=False, panic_button=False))
    if only:
        said = replace(old, **{field: getattr(said, field) for field in only})
    kept = replace(said, confirmed=old.confirmed, quiet=old.quiet, notes=old.notes, panic_button=old.panic_button)
    return _wish(tx, kept, old, who, only) if old.confirmed else save(tx, kept)


def _wish(tx: Tx, said: Resident, old: Resident, who: Who, only: Sequence[str]) -> str:
    """What a confirmed resident says: the language holds at once, the rest waits beside what waits already."""
    language = save(tx, replace(old, language=said.language))
    if set(only) == {"language"}:
        return language
    before = (change_of(tx, old.phone) if only else None) or old
    wish = Change(
        phone=old.phone,
        **{field: getattr(said if not only or field in only else before, field) for field in WAIT},
        language=said.language,
        asked_at=who.at,
    )
    if all(getattr(wish, field) == getattr(old, field) for field in WAIT):
        end_change(tx, old.phone)
        return save(tx, replace(old, language=said.language, address_at=said.address_at))
    keep_change(tx, wish)
    return "waits"
