"""Handed over, delivered and read are three things, and a report that did not come is a fourth."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from gateway.letter_words import Fate, PartLine, late, part_told, told
from tests.gateway.room import EPOCH

NOW = EPOCH + timedelta(hours=2)


def line(state: str, *, awaits: bool = False, nth: int = 0, **changes: Any) -> PartLine:
    fields: dict[str, Any] = {"channel": "m1", "reference": "7", "sent_at": EPOCH, **changes}
    return PartLine(part=nth, state=state, awaits=awaits, **fields)


def fate(state: str, *lines: PartLine, **changes: Any) -> Fate:
    return Fate(state=state, expires_at=EPOCH + timedelta(hours=1), lines=lines, **changes)


@pytest.mark.parametrize(
    ("became", "words"),
    [
        (fate("queued"), "waits for a channel"),
        (fate("queued", line("sent"), parts=3), "1 of 3 parts have left"),
        (fate("doing"), "handed over now"),
        (fate("sent", line("sent")), "handed over to m1 at 2026-11-21 12:00:00; nothing more is reported"),
        (fate("sent", line("sent", awaits=True)), "NO delivery report came in its time"),
        (fate("sent", line("sent", awaits=True, sent_at=NOW)), "report is awaited"),
        (fate("delivered", line("delivered", reported_at=NOW)), "the phone had it at 2026-11-21 14:00:00"),
        (fate("read", line("read", reported_at=NOW)), "opened by a person at 2026-11-21 14:00:00"),
        (fate("failed", line("failed", reported_at=NOW)), "did not arrive"),
        (fate("unknown", line("unknown"), repeated_by="out-9"), "perhaps it came; sent again as out-9"),
        (fate("unknown"), "perhaps it came"),
        (fate("expired"), "its time was over"),
        (fate("refused"), "no channel takes it"),
        (fate("dead"), "given up"),
        (fate("cancelled"), "taken back"),
    ],
)
def test_what_became_of_it_in_words(became: Fate, words: str) -> None:
    said = told(became, NOW, UTC)
    assert words in said
    assert ("NO delivery report" in said) == late(became, NOW)


def test_a_report_is_late_only_after_the_letters_own_time_and_ten_minutes() -> None:
    sent = fate("sent", line("sent", awaits=True))
    assert not late(sent, EPOCH + timedelta(minutes=59))
    assert late(sent, EPOCH + timedelta(minutes=61))
    just = fate("sent", line("sent", awaits=True, sent_at=EPOCH + timedelta(minutes=58)))
    assert not late(just, EPOCH + timedelta(minutes=61))


def test_each_part_has_its_line() -> None:
    assert part_told(line("sent"), UTC) == "part 1: handed over by m1 at 2026-11-21 12:00:00, reference 7"
    assert part_told(line("unknown", reference=None), UTC) == "part 1: perhaps handed over by m1, reference None"
    assert part_told(line("delivered", nth=1, reported_at=NOW), UTC).startswith(
        "part 2: delivered by m1 at 2026-11-21 14"
    )
