"""Emergencies of a store that was brought back from a copy: nobody is rung for them any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from dispatch.case import Case
from dispatch.comm_test import LAPSED, TestState
from dispatch.incident import State
from dispatch.plan import EffectState
from dispatch.store.comm_tests import comm_tests_doing, comm_tests_waiting, note_comm_test
from dispatch.store.drills import drill_ended
from dispatch.store.events import tell
from dispatch.store.incidents import OPEN, case_of, save_case
from dispatch.store.ledger import found_doing
from dispatch.store.sirens import drop_test, tests_asked
from dispatch.store.tables import EFFECT, INCIDENT
from gateway.store import Tx, cancel
from gateway.store.outbound import OUTBOUND


def stand_down(tx: Tx, at: datetime, why: str, who: str) -> list[Case]:
    """Close every open incident without a word to anybody: no siren, no call, no letter follows. Siren and telephone
    tests that waited are given up. Returns the incidents as they were."""
    found = [case_of(row) for row in tx.execute(select(INCIDENT).where(OPEN).order_by(INCIDENT.c.id))]
    for case in found:
        ended = replace(case.incident, state=State.CLOSED, closed_at=at)
        save_case(tx, replace(case, incident=ended, wake_at=None, alarm="", assigned_to=None))
        tell(tx, case.incident.id, at, "noted", why, who, words=why)
        if case.incident.drill:
            drill_ended(tx, case.incident.id, why)
        _call_back(tx, case.incident.id)
    found_doing(tx, at)
    waits = update(EFFECT).where(EFFECT.c.state == EffectState.INTENDED.value)
    tx.execute(waits.values(state=EffectState.CANCELLED.value, settled_at=at))
    for number in tests_asked(tx):
        drop_test(tx, number)
    for test in [*comm_tests_waiting(tx), *comm_tests_doing(tx)]:
        note_comm_test(tx, test.id, state=TestState.DONE.value, settled_at=at, outcome=test.outcome or LAPSED)
    return found


def _call_back(tx: Tx, number: int) -> None:
    """The letters about it that have not surely left."""
    key = OUTBOUND.c.key
    mine = (key >= f"{number}/") & (key < f"{number}0")  # '0' follows '/'
    live = OUTBOUND.c.state.in_(("queued", "doing", "unknown"))
    cancel(tx, list(tx.execute(select(key).where(mine, live)).scalars()))
