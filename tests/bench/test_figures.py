"""The bench's arithmetic: medians, ratios, goals, and the rows of ``bench.json``."""

from __future__ import annotations

import re

import pytest

from tests.bench.figures import Board, Figure, Goal, percentile, table
from tests.bench.goals import GOALS
from tests.bench.wire import Said, drained, sent


def board() -> Board:
    made = Board()
    made.add(Figure(name="ours", unit="SMS/s", values=(90.0, 110.0, 100.0)))
    made.add(Figure(name="theirs", unit="SMS/s", values=(50.0, 40.0, 45.0), against="ours", note="10 letters"))
    made.add(Figure(name="wait, p99", unit="ms", values=(1.0, 2.0, 9.0), pooled=8.0, n=60))
    return made


def test_a_figure_is_the_median_of_its_runs_unless_it_is_taken_from_all_of_them() -> None:
    rows = {row["name"]: row for row in board().rows()}
    assert (rows["ours"]["value"], rows["ours"]["spread"], rows["ours"]["n"]) == (100.0, 20.0, 3)
    assert (rows["wait, p99"]["value"], rows["wait, p99"]["spread"], rows["wait, p99"]["n"]) == (8.0, 8.0, 60)
    assert (rows["theirs"]["ratio_to"], rows["theirs"]["ratio"]) == ("ours", 0.45)
    assert rows["ours"]["ratio"] is None
    assert {"name", "unit", "value", "spread", "n", "ratio_to", "ratio"} <= set(rows["ours"])


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        (Goal(figure="ours", limit=2, floor=True, over="theirs"), True),
        (Goal(figure="ours", limit=3, floor=True, over="theirs"), False),
        (Goal(figure="wait, p99", limit=8), True),
        (Goal(figure="wait, p99", limit=7.9), False),
        (Goal(figure="ours", limit=3, floor=True, over="a peer that is not installed"), None),
        (Goal(figure="nobody measured it", limit=3), None),
    ],
)
def test_a_goal_is_met_or_not_or_nobody_knows(goal: Goal, met: bool | None) -> None:
    assert board().judge(goal).met is met


def test_the_table_says_what_was_missed_and_what_was_skipped() -> None:
    made, lines = board(), list[str]()
    made.skip("a peer: apt-get install it")
    made.failed.append("start: it did not")
    table(made, [Goal(figure="wait, p99", limit=1)], lines.append)
    said = "\n".join(lines)
    assert re.search(r"theirs +45 +SMS/s +10 +3 +0.45 x ours", said)
    assert re.search(r"wait, p99 +≤ 1 +8 +NOT MET", said)
    assert "skipped: a peer: apt-get install it" in said
    assert "FAILED: start: it did not" in said
    assert "note on theirs: 10 letters" in said


@pytest.mark.parametrize(("of_100", "value"), [(50, 50.0), (99, 99.0), (100, 100.0), (1, 1.0)])
def test_a_percentile_is_a_value_that_was_measured(of_100: int, value: float) -> None:
    assert percentile([float(at) for at in range(100, 0, -1)], of_100) == value


def test_of_fifty_values_the_99th_percentile_is_the_largest() -> None:
    assert percentile([*[1.0] * 49, 7.0], 99) == 7.0


def test_every_goal_names_what_it_is_about() -> None:
    assert len({(goal.figure, goal.over) for goal in GOALS}) == len(GOALS)


def wire(*said: tuple[float, str, str]) -> list[Said]:
    return [Said(at, seconds, kind, text) for at, (seconds, kind, text) in enumerate(said, 1)]


def test_a_drain_is_timed_on_the_wire_from_the_first_reading_to_the_last_deletion() -> None:
    log = wire(
        (0.0, "at_in", "ATZ"),
        (1.0, "at_in", "AT+CMGL=4"),
        (1.5, "at_out", "OK"),
        (2.0, "at_in", "AT+CMGD=0"),
        (2.5, "at_in", "AT+CPMS?"),
        (3.0, "at_in", "AT+CMGD=1"),
        (9.0, "at_in", "AT"),
    )
    job = drained(log, 2)
    assert (job.rate, job.commands) == (1.0, 2.0)


def test_a_submit_is_timed_to_the_network_and_its_pdu_is_no_command() -> None:
    log = wire(
        (1.0, "at_in", "AT+CMGS=20"),
        (1.1, "at_in", "0011\x1a"),
        (3.0, "submit", "halo"),
        (3.0, "at_out", "+CMGS: 1"),
    )
    job = sent(log, 1)
    assert (job.rate, job.commands) == (0.5, 1.0)
