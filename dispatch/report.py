"""An emergency in words: opens an incident, or joins the one it belongs to and makes it better known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from dispatch import store
from dispatch.answers import confirmed, tell_kept
from dispatch.case import Asked, Case, Role
from dispatch.incident import NOWHERE, Certainty, Incident, Place, Source, State
from dispatch.intents import Act, Intent
from dispatch.reading import Reading
from dispatch.telling import headquarters
from dispatch.turn import Turn
from dispatch.wording import station_words
from gateway.dialogue import was_said
from gateway.messages import Kind

MASS = 3  # incidents at one station within mass_s that a person must see as one event
COMPLAINT_HEAD = "complaint head"  # what a reading saw where the letter begins with LAPOR and its like

_WEIGHT = {Source.NONE: 0, Source.REGISTERED: 1, Source.VEHICLE: 2, Source.TEXT: 3, Source.OPERATOR: 4}


def reported(turn: Turn, reading: Reading) -> None:
    """An emergency by SMS. Emergency words win over every dialogue."""
    case = _of_this_long_sms(turn) or _joinable(turn, reading.kind)
    if case is None:
        loud = reading.act is Act.RING
        opened(turn, reading.kind or turn.cry, State.CONFIRMED, quiet=reading.quiet, siren=loud, saw=reading.saw)
    elif case.incident.state is State.PENDING:
        case = turn.join(case, Role.ANSWER, turn.letter.text)
        sirens = not turn.letter.doubt and (reading.act is Act.RING or case.asked is not Asked.DOUBT)
        case = _amended(turn, confirmed(case, turn.now, reading.kind, sirens=sirens), reading)
        tell_kept(turn, turn.save(case))
    else:
        _again(turn, case, reading)


def doubted(turn: Turn, reading: Reading) -> bool:
    """Words that may be an emergency: kept, asked about once, and shown until a person or the writer says which.
    False: they belong to an incident that is open already."""
    if still_talking(turn) is not None:
        return False
    case = opened(turn, reading.kind or turn.cry, State.PENDING, quiet=reading.quiet, saw=reading.saw)
    turn.reply(case, "ask_emergency")
    return True


def wrote_again(turn: Turn, case: Case, reading: Reading) -> None:
    """Words without an emergency in them, from the caller of an open incident: perhaps the answer to our question,
    in any case the officers' to know."""
    number = int(reading.digit) if reading.digit else 0
    candidates = case.incident.place.candidates
    if case.asked is Asked.WHICH and 1 <= number <= len(candidates):
        chosen = turn.locator.of_area(candidates[number - 1])
        _again(turn, case, reading, place=replace(chosen, street=case.incident.place.street or chosen.street))
    else:
        _again(turn, case, reading)


def opened(
    turn: Turn, kind: str, state: State, *, quiet: bool = False, siren: bool = True, saw: Sequence[str] = ()
) -> Case:
    """A new incident for this letter, with its first effects and the reply, all in this transaction. ``siren`` False:
    the words leave a doubt, and the siren waits for a person. ``saw``: what the reading saw, for the timeline."""
    incident = _incident(turn, kind, state, quiet, siren)
    case = Case(incident=incident, origin=turn.letter.kind, heard_at=turn.now)
    if state is State.PENDING:
        missed = turn.letter.kind is Kind.MISSED_CALL
        case = replace(case, asked=Asked.MISSED_CALL if missed else Asked.DOUBT, asked_at=turn.now)
    case = store.open_case(turn.tx, case)
    rang = {} if turn.letter.text else {"rang": "first"}
    turn.join(case, Role.OPENED, turn.letter.text or "a missed call", **rang)
    seen = (*saw, *incident.place.saw)
    why = f"{kind}: {', '.join(seen)}" if seen else kind
    store.tell(turn.tx, case.incident.id, turn.now, "read", why, as_kind=kind, saw="\n".join(seen))
    if turn.letter.doubt:
        store.tell(turn.tx, case.incident.id, turn.now, "doubt", turn.letter.doubt, words=turn.letter.doubt)
    case = turn.save(case)
    if state is State.CONFIRMED:
        case = tell_kept(turn, case)
        _mass(turn, case)
    return case


def _incident(turn: Turn, kind: str, state: State, quiet: bool, siren: bool) -> Incident:
    resident = turn.resident()
    registered = resident is not None
    quiet = quiet or kind in turn.city.quiet.kinds or (resident is not None and resident.quiet)
    place = turn.located(resident)
    return Incident(
        id=0,
        code="",
        state=state,
        kind=kind,
        caller=turn.caller,
        opened_at=turn.now,
        confirmed_at=turn.now if state is State.CONFIRMED else None,
        registered=registered,
        quiet=quiet,
        verified=False,
        siren_allowed=siren and registered and turn.trusted(),
        place=place,
        station=turn.station_for(place, kind),
        language=(resident.language if resident else "") or turn.city.languages[0],
    )


def _of_this_long_sms(turn: Turn) -> Case | None:
    number = store.incident_of_whole(turn.tx, turn.caller, turn.letter.whole)
    return None if number is None else store.load_case(turn.tx, number)


def _joinable(turn: Turn, kind: str | None) -> Case | None:
    """The open incident of this number to which the letter belongs. One that was accepted a while ago and never
    closed is no reason to miss a new alarm; nor is a robbery when the house burns."""
    if not turn.caller:
        return None
    for case in store.open_cases_of(turn.tx, turn.caller):
        here = case.incident
        recent = turn.now - case.heard_at <= timedelta(seconds=turn.city.clocks.lane_s)
        if here.state is State.ACCEPTED and not recent:
            continue
        if here.state is State.PENDING or turn.goes_with(here, kind):
            return case
    return None


def still_talking(turn: Turn) -> Case | None:
    """The incident to which any words of this number belong now."""
    return _joinable(turn, None)


def _again(turn: Turn, case: Case, reading: Reading, place: Place | None = None) -> None:
    """The caller wrote again: keep it with the incident, learn from it, tell the officers, answer truthfully."""
    if turn.letter.kind is Kind.PART:
        role = Role.PART
    elif turn.letter.whole:
        role = Role.WHOLE
    else:
        role = Role.ANSWER if place is not None else Role.REPEAT
    news = role is not Role.WHOLE and _is_news(turn, case)
    case = turn.join(case, role, turn.letter.text)
    if not case.incident.state.open:
        return  # a late part of an incident that ended: kept with it, nobody is stirred
    better = _amended(turn, case, reading, place)
    moved = better.incident.place.known and better.incident.place != case.incident.place
    asked = case.asked
    if moved:
        better = replace(better, asked=Asked.NOTHING, asked_at=None)
    better = turn.save(better)
    if moved and _same_but_street(better.incident.place, case.incident.place):
        turn.officers(better, "offer_more", turn.letter.external_id, text=turn.letter.text)  # with the house's number
    elif moved:
        turn.officers(better, "offer_place", turn.letter.external_id)
    elif news or role is Role.WHOLE:
        turn.officers(better, "offer_more", turn.minute(), text=turn.letter.text)
    _answer(turn, better, role, learned=moved and asked in (Asked.PLACE, Asked.WHICH))


def _answer(turn: Turn, case: Case, role: Role, *, learned: bool) -> None:
    if case.incident.state is State.ACCEPTED:
        (turn.reply if learned else turn.reply_seldom)(case, "accepted")
    elif learned:
        turn.reply(case, "place_known")
    elif was_said(turn.letter):
        return  # the conversation's next screen says that it is kept
    elif role in (Role.REPEAT, Role.ANSWER):
        turn.reply_seldom(case, "kept_repeat")


def _is_news(turn: Turn, case: Case) -> bool:
    """Words that the incident does not have yet."""
    words = turn.letter.text.casefold().split()
    had = (letter.text.casefold().split() for letter, _ in store.letters_of(turn.tx, case.incident.id))
    return bool(words) and all(words != old for old in had)


def _amended(turn: Turn, case: Case, reading: Reading, place: Place | None = None) -> Case:
    """The case with what this letter adds: the kind where there was none, a better place, quiet."""
    here = case.incident
    if reading.quiet:
        here = replace(here, quiet=True)
    if reading.act is Act.RING and not here.siren_allowed and turn.resident() is not None:
        here = replace(here, siren_allowed=turn.trusted())
    if reading.kind and here.kind == turn.cry:
        here = replace(here, kind=reading.kind)
    new = place or (NOWHERE if _of_a_complaint(reading) else turn.located(None))
    if _better(new, here.place):
        here = replace(here, place=new)
    elif new.street and not here.place.street and new.kelurahan == here.place.kelurahan:
        here = replace(here, place=_with_street(here.place, new))
    if (here.kind, here.place) != (case.incident.kind, case.incident.place):
        station = turn.station_for(here.place, here.kind)
        if station != here.station and here.state is not State.ACCEPTED:
            return replace(case, incident=replace(here, station=station), hurried_at=turn.now)
    return replace(case, incident=here)


def _of_a_complaint(reading: Reading) -> bool:
    """``LAPOR jalan berlubang …`` while an alarm is open: the place in it is where the hole is."""
    return reading.intent is Intent.COMPLAINT and any(one.startswith(COMPLAINT_HEAD) for one in reading.saw)


def _better(new: Place, old: Place) -> bool:
    """Named by the caller beats the registry; one place beats several; certain beats guessed."""
    if new == NOWHERE or not (new.known or new.outside or new.candidates):
        return False
    return _rank(new) > _rank(old)


def _same_but_street(new: Place, old: Place) -> bool:
    return replace(new, street=old.street, lingkungan=old.lingkungan, saw=old.saw) == old


def _with_street(old: Place, new: Place) -> Place:
    """The street that followed its kelurahan; an exact point that is known stays."""
    return replace(old, street=new.street, lingkungan=old.lingkungan or new.lingkungan, saw=(*old.saw, *new.saw))


def _rank(place: Place) -> tuple[bool, int, int]:
    belief = {Certainty.UNKNOWN: 0, Certainty.LIKELY: 1, Certainty.SURE: 2}[place.certainty]
    return (place.known or place.outside, _WEIGHT[place.source], belief)


def _mass(turn: Turn, case: Case) -> None:
    """Many at one station at once: a person is to see one event, not a list."""
    station = case.incident.station
    if station is None:
        return
    since = turn.now - timedelta(seconds=turn.city.clocks.mass_s)
    count = store.opened_at_station(turn.tx, station, since)
    if count < MASS:
        return
    why = f"{count} incidents at {station} within a minute"
    store.tell(turn.tx, case.incident.id, turn.now, "mass", why, count=count, station=station)
    for number in headquarters(turn.city, turn.now):
        name = station_words(turn.city, station)
        text = turn.city.text(turn.city.languages[0], "mass", station=name, count=count)
        turn.send(number, text, f"mass/{station}/{turn.minute()}/{number}")
