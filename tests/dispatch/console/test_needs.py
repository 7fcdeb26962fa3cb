"""What needs a person: a table of situations, and what stands first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.console.house import UNPROVEN
from dispatch.console.needs import MOST_EACH, Facts, needs
from gateway.pulse import Part, Status

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def one(number: int = 1, *, age_s: float = 10, **more: Any) -> dict[str, Any]:
    at = (NOW - timedelta(seconds=age_s)).isoformat()
    said = {"id": number, "code": str(number), "state": "confirmed", "kind_label": {"id": "API"}, "drill": False}
    return {**said, "alarm": "", "opened_at": at, "confirmed_at": at, **more}


def part(kind: str, status: Status = Status.FAILED, detail: str = "") -> Part:
    return Part(name=f"{kind}-1", kind=kind, status=status, since=NOW, detail=detail)


def facts(*board: dict[str, Any], parts: tuple[Part, ...] = (), **more: Any) -> Facts:
    return Facts(board=board, parts=parts, now=NOW, nobody_s=120, **more)


def queue(lane: str, age_s: float = 5, airtime_s: int = 10) -> dict[str, Any]:
    at = (NOW - timedelta(seconds=age_s)).isoformat()
    return {"lane": lane, "count": 3, "oldest_at": at, "airtime_s": airtime_s}


TABLE: dict[str, tuple[Facts, list[tuple[str, int, str, str]]]] = {
    "all is well": (facts(one(), parts=(part("modem", Status.OK),)), []),
    "nobody in time": (facts(one(age_s=121)), [("nobody", 0, "accept", "")]),
    "the ladder says so sooner": (facts(one(alarm="everybody was rung: round 2")), [("nobody", 0, "accept", "")]),
    "a doubt is looked at": (
        facts(one(state="pending", confirmed_at=None, alarm="words")),
        [("look", 1, "open", "")],
    ),
    "a missed call that is being rung back needs nobody": (facts(one(state="pending", age_s=500)), []),
    "sent to one who does not take it": (facts(one(state="accepted", alarm="x")), [("untaken", 1, "assign", "")]),
    "the desk has it and nobody goes": (facts(one(state="accepted", goes=False)), [("unsent", 1, "assign", "")]),
    "the desk sent it to somebody": (facts(one(state="accepted", goes=False, assigned_name="Dodi")), []),
    "an officer goes": (facts(one(state="accepted", goes=True)), []),
    "a drill wakes nobody": (facts(one(age_s=900, drill=True, alarm="x")), []),
    "a siren failed": (facts(parts=(part("siren"),)), [("part", 2, "", "/stations")]),
    "a siren of which nothing is known": (
        facts(parts=(part("siren", Status.DEGRADED, UNPROVEN),)),
        [("unproven", 4, "", "/stations")],
    ),
    "a modem is down": (facts(parts=(part("modem"),)), [("part", 2, "", "/stations")]),
    "a provider is down": (facts(parts=(part("provider"),)), [("part", 2, "", "/settings/secrets")]),
    "the disk is full": (facts(parts=(part("disk"),)), [("part", 1, "", "")]),
    "the clock is wrong": (facts(parts=(part("clock"),)), [("part", 1, "", "")]),
    "the audit is broken": (facts(parts=(part("audit"),)), [("part", 1, "", "/settings/audit")]),
    "credit is low": (facts(parts=(part("credit", Status.DEGRADED),)), [("part", 3, "", "/costs")]),
    "letters died": (facts(unseen=2), [("letters", 2, "", "/letters?list=unseen")]),
    "a letter was left for a person": (
        facts(unread={"count": 1, "oldest_at": NOW.isoformat()}),
        [("unread", 2, "", "/letters?list=unread")],
    ),
    "all letters are read": (facts(unread={"count": 0, "oldest_at": None}), []),
    "the part of letters says the same": (facts(parts=(part("letters", Status.DEGRADED),)), []),
    "an emergency letter waits": (
        facts(queues=(queue("emergency", age_s=90),)),
        [("late", 1, "", "/letters?list=queued")],
    ),
    "a long queue": (
        facts(queues=(queue("service", airtime_s=4000),)),
        [("long", 3, "", "/letters?list=queued")],
    ),
    "bulk may take its time": (facts(queues=(queue("bulk", age_s=9000, airtime_s=9000),)), []),
    "tests are overdue": (facts(overdue=4), [("overdue", 4, "", "/officers")]),
    "more than the board shows": (facts(more=7), [("hidden", 1, "", "/incidents?state=open")]),
}


@pytest.mark.parametrize("name", TABLE)
def test_what_needs_a_person_is_named_with_what_helps(name: str) -> None:
    given, wanted = TABLE[name]
    assert [(need.key, need.rank, need.act, need.link) for need in needs(given)] == wanted


def test_people_come_before_machines_and_the_longest_waiting_first() -> None:
    found = needs(facts(one(2, age_s=150), one(1, age_s=400), parts=(part("siren"), part("disk")), overdue=1))
    assert [(need.key, need.incident) for need in found] == [
        ("nobody", 1),
        ("nobody", 2),
        ("part", 0),
        ("part", 0),
        ("overdue", 0),
    ]
    assert found[2].fields["kind"] == "disk"


def test_a_hundred_of_one_kind_are_a_few_and_a_number() -> None:
    found = needs(facts(*(one(number, age_s=200 + number) for number in range(100))))
    assert len(found) == MOST_EACH + 1
    assert (found[-1].key, found[-1].fields["n"], found[-1].rank) == ("more_incidents", 100 - MOST_EACH, 0)


HULU = {"kelurahan_name": "Hulu"}
BACK = {"at": NOW.isoformat(), "others": [], "which": False, "called": False, "reach": True}


@pytest.mark.parametrize(
    ("back", "key", "act"),
    [
        ({}, "taken_back", "call"),
        ({"reach": False}, "taken_back", "open"),
        ({"called": True}, "taken_back", "close"),
        ({"others": ["2"]}, "taken_back_of", "call"),
        ({"others": ["2"], "which": True}, "which", "call"),
    ],
)
def test_a_batal_that_stopped_nothing_is_asked_about(back: dict[str, Any], key: str, act: str) -> None:
    here = one(state="accepted", goes=True, place=HULU, taken_back={**BACK, **back})
    (need,) = needs(facts(here, one(2, place={"kelurahan_name": "Tengah"})))
    assert (need.key, need.rank, need.incident, need.act) == (key, 1, 1, act)
    assert need.fields["place"] == "Hulu"
    wanted = [{"code": "2", "kind": {"id": "API"}, "place": "Tengah"}] if "others" in back else []
    assert need.fields["others"] == wanted


@pytest.mark.parametrize("state", ["confirmed", "accepted"])
@pytest.mark.parametrize(("cannot", "key"), [(False, "unreached"), (True, "cannot")])
def test_whom_it_was_sent_to_and_who_was_called_in_vain_is_named_at_once(state: str, cannot: bool, key: str) -> None:
    vain = {"outcome": "unreachable", "cannot": cannot, "at": NOW.isoformat()}
    (need,) = needs(facts(one(state=state, goes=True, assigned_name="Ani", unreached=vain)))
    assert (need.key, need.rank, need.act) == (key, 1, "assign")
    assert (need.fields["name"], need.fields["outcome"]) == ("Ani", "unreachable")
