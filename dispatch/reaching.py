"""A person at the command centre reaches the reporter, or the officer who has it: by a call, or in writing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.acceptance import Verdict, Who, carried_out, not_open, refused
from dispatch.case import Case
from dispatch.incident import State
from dispatch.plan import EffectKind
from dispatch.step import NewCode, four_digits
from dispatch.wording import letter, name_of
from gateway.number import subscriber
from gateway.store import Tx, put

if TYPE_CHECKING:
    from config.city import City

REPORTER, OFFICER = "reporter", "officer"
MOST = 300  # characters: two SMS
SAME_S = 60.0  # the same words to the same phone within it are a button pressed twice


def call_reporter(tx: Tx, city: City, number: int, who: Who, now: datetime, new_code: NewCode = four_digits) -> Verdict:
    """Ring the reporter as after a missed call. Never one whose phone must be quiet. Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    if not case.incident.state.open:
        return not_open(city, case)
    barred = _barred(case)
    if barred is not None:
        return barred
    rows = store.followed_ledger(tx, number)
    if any(row.effect.kind is EffectKind.CALL_BACK and row.state.under_way for row in rows):
        return refused(case, "calling", "the reporter is being called already")
    return carried_out(tx, city, replace(case, called_at=now), who, now, "asked_back", new_code, act="call")


def write(tx: Tx, city: City, number: int, who: Who, now: datetime, to: str, text: str) -> Verdict:
    """A letter of this person's words to the REPORTER or to the OFFICER who has it. Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    here, words = case.incident, " ".join(text.split())
    if not words:
        return refused(case, "no_words", "nothing was written")
    if len(words) > MOST:
        return refused(case, "too_long", f"more than {MOST} characters", most=str(MOST))
    phone = here.caller if to == REPORTER else here.accepted_by or ""
    barred = _barred(case) if to == REPORTER else _no_officer(city, case, phone)
    if barred is not None:
        return barred
    once = hashlib.sha256(words.encode()).hexdigest()[:12]
    key = f"{number}/written/{once}/{int(now.timestamp() // SAME_S)}/{phone}"
    put(tx, letter(city, phone, f"#{here.code}: {words}", key, now, drill=here.drill))
    return carried_out(tx, city, case, who, now, "wrote", act="text", step=False, data={"to": to, "words": words})


def _barred(case: Case) -> Verdict | None:
    here = case.incident
    if here.drill:
        return refused(case, "drill_reporter", "a drill has no reporter")
    if here.quiet:
        return refused(case, "quiet", "this phone must stay quiet: no call and no message goes to it")
    if not subscriber(here.caller):
        return refused(case, "no_number", "the reporter's number is withheld, or cannot be rung")
    return None


def _no_officer(city: City, case: Case, phone: str) -> Verdict | None:
    if case.incident.state is State.ACCEPTED and subscriber(phone):
        return None
    name = name_of(city, phone)
    if phone:
        return refused(case, "no_phone", f"{name} accepted on the page: there is no phone to write to", name=name)
    return refused(case, "no_officer", "no officer has accepted it")
