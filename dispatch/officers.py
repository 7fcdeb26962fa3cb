"""What officers and siren controllers write: an acceptance code, a relay's report."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.acceptance import accept, officer_at
from dispatch.case import Case, Offer, Role
from dispatch.incident import State
from dispatch.ledger import Ledger
from dispatch.plan import EffectKind
from dispatch.step import intend_effect
from dispatch.turn import Turn
from dispatch.wording import name_of
from gateway.words import words

if TYPE_CHECKING:
    from config.city import Station

CODE = re.compile(r"(?<!\d)\d{4}(?!\d)")
SILENT = re.compile(r"\b(off|open|mati|padam)\b", re.IGNORECASE)  # the relay opened, where its words are not known


def codes_in(text: str) -> list[str]:
    """What may be an acceptance code: four digits that stand alone."""
    return CODE.findall(text)


def answered_offer(turn: Turn, *, emergency: bool) -> bool:
    """An officer's SMS about an offer. False: it is none (no code of his, and no offer that waits for one)."""
    codes = codes_in(turn.letter.text)
    match = store.offers_with(turn.tx, turn.caller, codes) if codes else []
    if match:
        _matched(turn, match[0])
        return True
    asked = store.offers_to(turn.tx, turn.caller)
    if not asked or emergency:
        return False
    _wrong(turn, asked, burn=bool(codes))
    return True


def _matched(turn: Turn, offer: Offer) -> None:
    case = store.load_case(turn.tx, offer.incident)
    if case.incident.state is State.CONFIRMED and not _holds(turn, offer):
        _offer_anew(turn, case, offer)
        return
    who = officer_at(turn.city, turn.caller, "sms")
    turn.touched.add(offer.incident)
    again = case.incident.state is State.ACCEPTED and case.incident.accepted_by == who.mark
    verdict = accept(
        turn.tx, turn.city, offer.incident, who, turn.now, station=offer.station or None, new_code=turn.new_code
    )
    why = f"code of offer {offer.id}" + ("" if verdict.done else f": refused, {verdict.why}")
    _join(turn, verdict.case, why, "right" if verdict.done else "refused")
    if not verdict.done:
        _refuse(turn, verdict.case)
    elif again:
        turn.officer(verdict.case, turn.caller, "offer_accepted", turn.minute())


def _join(turn: Turn, case: Case, why: str, code: str) -> None:
    """The letter belongs to the incident; its caller was not heard by it."""
    turn.join(case, Role.ACCEPT, why, code=code, by=name_of(turn.city, turn.caller))


def _refuse(turn: Turn, case: Case) -> None:
    """Truthfully: somebody else has it, or it is no more."""
    key = {State.ACCEPTED: "offer_taken", State.CANCELLED: "offer_cancelled", State.CLOSED: "closed"}
    turn.officer(case, turn.caller, key[case.incident.state], turn.letter.external_id)


def _holds(turn: Turn, offer: Offer) -> bool:
    """A code holds ``offer_s``; an older code of that officer holds with his newest for the same incident."""
    his = (one for one in store.offers_of(turn.tx, offer.incident) if one.number == turn.caller)
    newest = max(one.offered_at for one in his)
    return turn.letter.received_at - newest <= timedelta(seconds=turn.city.clocks.offer_s)


def _offer_anew(turn: Turn, case: Case, offer: Offer) -> None:
    """The code is too old, the emergency is not: a new code goes out at once."""
    _join(turn, case, f"code of offer {offer.id}: too old, a new one is sent", "old")
    clocks = turn.city.clocks
    view = store.view_of(turn.tx, case, turn.now, mass_s=clocks.mass_s, proven_s=clocks.proven_s)
    text = "offer" if case.incident.siren_allowed or case.incident.drill else "offer_unverified"
    last = max((row.effect.round for row in view.rows), default=1)
    effect = Ledger(view).effect(
        EffectKind.TEXT,
        turn.caller,
        round=last,
        station=offer.station or None,
        text=text,
        why="the last code was too old",
    )
    intend_effect(turn.tx, turn.city, case, effect, turn.now, turn.new_code)


def _wrong(turn: Turn, asked: list[Offer], *, burn: bool) -> None:
    """No code of his: one try less for all that wait for one. Words without any code cost nothing."""
    if burn:
        store.burn_try(turn.tx, [offer.id for offer in asked])
    left = max(offer.tries_left for offer in asked) - (1 if burn else 0)
    case = store.load_case(turn.tx, asked[0].incident)
    _join(turn, case, "no code of his" if burn else "no code in it", "wrong" if burn else "none")
    once = turn.letter.external_id if burn and left >= 0 else turn.minute()
    turn.officer(case, turn.caller, "offer_wrong", once, left=max(0, left))


def relay_reported(turn: Turn) -> None:
    """A siren controller's own SMS: the proof that it sounds. That the relay opened again, or its power failed, proves
    nothing; nor does what came in its name by a doubtful callback."""
    if turn.letter.doubt or not _closed(turn.letter.text, turn.city.siren_of(turn.caller)):
        return
    clocks = turn.city.clocks
    store.prove_siren(turn.tx, turn.caller, turn.now, "relay")
    since = turn.now - timedelta(seconds=clocks.siren_s + clocks.siren_wait_s)
    number = store.relay_closed(turn.tx, turn.caller, since, turn.now)
    if number is None:
        return
    case = store.load_case(turn.tx, number)
    turn.save(replace(turn.join(case, Role.RELAY, turn.letter.text), heard_at=case.heard_at))


def _closed(text: str, station: Station | None) -> bool:
    """Whether a controller's words say that its relay closed: those that the pack has of it."""
    says = station.siren.says if station is not None and station.siren is not None else ""
    return f" {_words(says)} " in f" {_words(text)} " if says else not SILENT.search(text)


def _words(text: str) -> str:
    return " ".join(word.typed for word in words(text))
