"""A key heard while a call is up, written down before anything is said of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.acceptance import accept, officer_at
from dispatch.answers import confirmed, dropped
from dispatch.incident import State
from dispatch.plan import Effect, EffectKind
from dispatch.step import NewCode, four_digits, take_step_or_alarm
from dispatch.wording import letter, name_of, said
from gateway.store import Tx, put

if TYPE_CHECKING:
    from config.city import City

YES, NO = "1", "2"


def key_pressed(tx: Tx, city: City, effect: Effect, digit: str, now: datetime, new_code: NewCode = four_digits) -> bool:
    """Act on the key; True: the call is to end now. An officer: 1 accepts, 2 passes to the next person. A caller
    rung back: 1 confirms, 2 takes back. Any other key is written down and waited over."""
    store.pressed(tx, effect.key, digit)
    store.tell(tx, effect.incident, now, "key", f"{effect.target} pressed {digit}")
    if digit not in (YES, NO):
        return False
    if effect.kind is EffectKind.CALL:
        return digit == NO or _accepted(tx, city, effect, now, new_code)
    if effect.kind is EffectKind.CALL_BACK:
        return _answered(tx, city, effect, digit, now, new_code)
    return False


def _accepted(tx: Tx, city: City, effect: Effect, now: datetime, new_code: NewCode) -> bool:
    who = officer_at(city, effect.target, "key")
    verdict = accept(tx, city, effect.incident, who, now, station=effect.station, new_code=new_code)
    here = verdict.case.incident
    if not verdict.done and here.state is State.ACCEPTED:
        by = name_of(city, here.accepted_by or "")
        text = said(city, verdict.case, "offer_taken", city.languages[0], now, by=by)
        put(tx, letter(city, effect.target, text, f"{effect.key}/taken", now))
    return True


def _answered(tx: Tx, city: City, effect: Effect, digit: str, now: datetime, new_code: NewCode) -> bool:
    case = store.load_case(tx, effect.incident)
    if case.incident.state is State.PENDING:
        store.save_case(tx, confirmed(case, now) if digit == YES else dropped(case, now))
        take_step_or_alarm(tx, city, effect.incident, now, new_code)
    return True
