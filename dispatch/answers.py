"""What a caller says about his own incident: yes it is one (1), no it is none (2), BATAL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.case import Asked, Case, Role
from dispatch.incident import Incident, Place, State, move
from dispatch.turn import Turn
from gateway.store import Tx
from gateway.words import normal

if TYPE_CHECKING:
    from config.city import City

QUESTIONS = {Asked.MISSED_CALL: "ask_missed_call", Asked.DOUBT: "ask_emergency"}
"""Those that a digit answers before anybody is sent: the text that asks."""


def confirmed(case: Case, now: datetime, kind: str | None = None, *, sirens: bool = True) -> Case:
    """A pending case that its caller made an alarm. ``sirens`` False: an officer first, the siren waits."""
    here = replace(case.incident, kind=kind or case.incident.kind, verified=True)
    here = replace(here, siren_allowed=here.siren_allowed and sirens)
    return replace(case, incident=move(here, State.CONFIRMED, now), asked=Asked.NOTHING, asked_at=None)


def dropped(case: Case, now: datetime) -> Case:
    """A pending case that its caller took back."""
    return replace(case, incident=move(case.incident, State.CANCELLED, now), asked=Asked.NOTHING, asked_at=None)


def said_nothing(case: Case, now: datetime) -> Case:
    """A pending case whose caller was rung back, heard the question twice and pressed nothing: officers are called.
    The siren waits, and the question stays open: a second missed call or a person's word is still wanted."""
    here = replace(case.incident, siren_allowed=False)
    return replace(case, incident=move(here, State.CONFIRMED, now), asked=Asked.MISSED_CALL, asked_at=now)


def spoke_up(tx: Tx, city: City, case: Case, now: datetime) -> Case:
    """The caller of such a case gave the word that was wanted: the siren need not wait any more."""
    here = case.incident
    since = now - timedelta(days=city.clocks.good_standing_days)
    allowed = here.registered and not store.false_alarms_since(tx, here.caller, since)
    here = replace(here, verified=True, siren_allowed=here.siren_allowed or allowed)
    return replace(case, incident=here, asked=Asked.NOTHING, asked_at=None)


def taken_back_in_time(city: City, here: Incident, at: datetime) -> bool:
    """Whether an alarm taken back then is so young that it stops everything."""
    return (at - (here.confirmed_at or here.opened_at)).total_seconds() <= city.clocks.cancel_s


def choice(turn: Turn, case: Case, digit: str) -> bool:
    """A bare digit from a number whose missed call we asked about. False: it is no answer to that question.

    The question stands for ``choice_s``; as long again the digit is asked about; then it is a code of the pack."""
    open_still = case.incident.state in (State.PENDING, State.CONFIRMED)
    if not open_still or case.asked not in QUESTIONS or digit not in ("1", "2"):
        return False
    age = turn.letter.received_at - (case.asked_at or case.incident.opened_at)
    stands = timedelta(seconds=turn.city.clocks.choice_s)
    if age > 2 * stands:
        return False
    case = turn.join(case, Role.ANSWER, f"answered {digit}", digit=digit)
    if age > stands:
        turn.save(replace(case, asked_at=turn.now), step=False)
        turn.reply(case, QUESTIONS[case.asked])
    elif case.incident.state is State.CONFIRMED:
        _late_answer(turn, case, digit)
    elif digit == "1":
        case = turn.save(confirmed(case, turn.now, sirens=not turn.letter.doubt))
        tell_kept(turn, case)
    elif turn.letter.doubt:
        turn.reply_seldom(turn.save(case, step=False), QUESTIONS[case.asked])
    else:
        _drop(turn, case)
    return True


def _late_answer(turn: Turn, case: Case, digit: str) -> None:
    """The answer to a question whose silence has called the officers already."""
    if digit == "1" and not turn.letter.doubt:
        tell_kept(turn, turn.save(spoke_up(turn.tx, turn.city, case, turn.now)))
    elif digit == "2":
        _cancel(turn, case)


def _drop(turn: Turn, case: Case) -> None:
    """Its caller says that it is none."""
    key = "doubt_dropped" if case.asked is Asked.DOUBT else "missed_call_dropped"
    turn.reply(turn.save(dropped(case, turn.now)), key)


def lapsed(turn: Turn, case: Case) -> bool:
    """Whether we asked if it is an emergency, and so long ago that words are no answer. It stays open to be looked
    at."""
    stands = timedelta(seconds=2 * turn.city.clocks.choice_s)
    asked_at = case.asked_at or case.incident.opened_at
    return case.asked is Asked.DOUBT and turn.letter.received_at - asked_at > stands


def unclear(turn: Turn, case: Case) -> None:
    """Words that are neither yes nor no: kept with the missed call for a person, and asked once more."""
    case = turn.save(turn.join(case, Role.ANSWER, turn.letter.text), step=False)
    said = normal(turn.letter.text)
    if case.asked is Asked.DOUBT and said in map(normal, turn.city.words.get("yes", ())):
        tell_kept(turn, turn.save(confirmed(case, turn.now, sirens=False)))
    elif case.asked is Asked.DOUBT and said in map(normal, turn.city.words.get("no", ())) and not turn.letter.doubt:
        _drop(turn, case)
    else:
        turn.reply_seldom(case, QUESTIONS.get(case.asked, "ask_missed_call"))


def cancel_words(turn: Turn) -> bool:
    """BATAL: within ``cancel_s`` it stops everything; later, or where the letter is in doubt, it stops nothing, and the
    officers are told. False: no alarm is open, and the words mean something else."""
    open_cases = store.open_cases_of(turn.tx, turn.caller)
    if not open_cases:
        return False
    _taken_back(turn, open_cases)
    return True


def _taken_back(turn: Turn, open_cases: Sequence[Case]) -> None:
    case = min(open_cases, key=lambda case: case.incident.state is State.ACCEPTED)  # the newest that still rings
    others = [one for one in open_cases if one.incident.id != case.incident.id]
    codes = {"others": " ".join(one.incident.code for one in others)} if others else {}
    words = turn.letter.text
    _cancel(turn, turn.join(case, Role.CANCEL, words, words=words, **codes))
    if store.load_case(turn.tx, case.incident.id).incident.state.open:
        return
    for one in others:  # a person asks which was meant
        here, meant = one.incident, case.incident.code
        turn.touched.add(here.id)
        store.tell(turn.tx, here.id, turn.now, "cancel_which", f"BATAL was taken for {meant}", others=meant)


def _cancel(turn: Turn, case: Case) -> None:
    here = case.incident
    if here.state is State.PENDING:
        if turn.letter.doubt:
            turn.reply_seldom(turn.save(case, step=False), QUESTIONS.get(case.asked, "ask_missed_call"))
            return
        _drop(turn, case)
        return
    if taken_back_in_time(turn.city, here, turn.letter.received_at) and not turn.letter.doubt:
        case = turn.save(replace(case, incident=move(here, State.CANCELLED, turn.now), asked=Asked.NOTHING))
        turn.reply(case, "cancelled")
        return
    late = (turn.letter.received_at - (here.confirmed_at or here.opened_at)).total_seconds()
    why = f"{late:.0f} s after it was confirmed: nothing was stopped"
    doubt = turn.letter.doubt
    text = f"{doubt}; {why}" if doubt else why
    store.tell(turn.tx, here.id, turn.now, "cancel_late", text, late_s=f"{late:.0f}", doubt=doubt)
    turn.officers(case, "offer_cancel_late", turn.minute())
    turn.save(case)
    turn.reply(case, "cancel_late")


def tell_kept(turn: Turn, case: Case) -> Case:
    """Tell the caller that it is kept, and ask for the place where it is not known. Returns the case with the
    question that is open now."""
    key, asked = kept_words(case.incident.place)
    turn.reply(case, key)
    if asked is case.asked:
        return case
    return turn.save(replace(case, asked=asked, asked_at=turn.now if asked else None), step=False)


def kept_words(place: Place) -> tuple[str, Asked]:
    """The text that says that it is kept, and what it asks."""
    if place.known:
        return "kept", Asked.NOTHING
    if place.outside:
        return "kept_outside", Asked.PLACE
    if 1 < len(place.candidates) <= MOST_CHOICES:
        return "kept_ask_which", Asked.WHICH
    return "kept_ask_place", Asked.PLACE


MOST_CHOICES = 5  # what one SMS has room for, and a thumb patience
