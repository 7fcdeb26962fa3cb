"""What a conversation wants done, done: in the transaction that also keeps where the conversation stands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from gateway.audit import Deed, note
from gateway.dialogue import SAID, Effect, Erase, Register, Say, Who
from gateway.erasing import erase_person
from gateway.messages import Inbound, Kind
from gateway.number import subscriber
from gateway.store.changes import Change, change_of, end_change, keep_change
from gateway.store.keplings import end_asked
from gateway.store.people import Resident, find, save
from gateway.store.schema import Tx

WAIT = ("name", "kelurahan", "address", "lingkungan")  # what of a confirmed line waits for a person
OWN = ("quiet", "notes", "panic_button", "cannot_walk", "call_me")  # changed only where they are what is said
HOME = ("kelurahan", "address")  # with these the household ends


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


def marked(
    effects: Sequence[Effect], who: Who, channel: str, key: str, judged: Callable[[Inbound], bool]
) -> tuple[Effect, ...]:
    """The effects, and what is said in them urgent where a desk takes it for that (``judged``; it calls that out)."""
    said = iter([judged(one.letter) or one.urgent for one in spoken(effects, who, channel, key)])
    return tuple(replace(one, urgent=next(said)) if isinstance(one, Say) else one for one in effects)


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
            done = register(tx, effect.resident, who, effect.only)
            note(tx, Deed(by=who.number, how=who.how, what=f"person.{done}", object="person", about=[who.number]))
        elif isinstance(effect, Erase):
            erase_person(tx, who.number, who.number, who.how)
    return bool(letters)


def register(tx: Tx, said: Resident, who: Who, only: Sequence[str] = ()) -> str:
    """Write what somebody said of himself (``only`` these fields, or all): ``new``, ``changed`` or ``same``; ``waits``
    when a confirmed line stands there, whose name and address only a person changes. Nobody confirms himself, and a
    panic button needs a confirmed line."""
    if said.phone != who.number or not subscriber(said.phone):
        raise ValueError("a conversation registers nobody but the phone it is held with")
    old = find(tx, said.phone)
    if old is None:
        return save(tx, replace(said, confirmed=False, panic_button=False, household=""))
    if only:
        said = replace(old, **{field: getattr(said, field) for field in only})
    own = {field: getattr(old, field) for field in OWN if field not in only}
    kept = replace(said, confirmed=old.confirmed, household=old.household, nik=said.nik or old.nik, **own)
    if old.confirmed:
        return _wish(tx, kept, old, who, only)
    if any(getattr(kept, field) != getattr(old, field) for field in WAIT):
        end_asked(tx, old.phone)  # the kepling was asked about something else
    if any(getattr(kept, field) != getattr(old, field) for field in HOME):
        kept = replace(kept, household="")
    return save(tx, replace(kept, panic_button=False))


def _wish(tx: Tx, said: Resident, old: Resident, who: Who, only: Sequence[str]) -> str:
    """What a confirmed resident says: name and address wait beside what waits already, the rest holds at once."""
    stands = {field: getattr(old, field) for field in (*WAIT, "lat", "lon", "address_at")}
    at_once = save(tx, replace(said, **stands))
    if only and not set(only) & set(WAIT):
        return at_once
    before = (change_of(tx, old.phone) if only else None) or old
    wish = Change(
        phone=old.phone,
        **{field: getattr(said if not only or field in only else before, field) for field in WAIT},
        language=said.language,
        asked_at=who.at,
    )
    end_asked(tx, old.phone)
    if all(getattr(wish, field) == getattr(old, field) for field in WAIT):
        end_change(tx, old.phone)
        return save(
            tx,
            replace(
                said,
                **stands,
            )
            if only
            else replace(said, **stands | {"address_at": said.address_at}),
        )
    keep_change(tx, wish)
    return "waits"
