"""Whatever one change does to a chain, it is found, named, and placed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.audit_verify import Check, Fault, Kind, Verdict
from gateway.store.audit import Head, Line
from tests.fixtures.whole import examples

BEGAN = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
START = Head()
SAFE = settings(max_examples=examples(60), deadline=None)


def chain(count: int, after: Head = START) -> list[Line]:
    made: list[Line] = []
    for place in range(count):
        last = Head(seq=made[-1].seq, hash=made[-1].hash) if made else after
        bare = Line(
            seq=last.seq + 1,
            at=BEGAN + timedelta(seconds=place),
            by="sari",
            how="page",
            what="look",
            object=f"incident/{place % 3}",
            about='["5e"]',
            detail="",
            prev=last.hash,
            hash="",
        )
        made.append(replace(bare, hash=bare.digest()))
    return made


def checked(lines: Sequence[Line], *anchored: Line, after: Head = START) -> Verdict:
    check = Check(after=after, anchors={one.seq: one.hash for one in anchored})
    check.feed(sorted(lines, key=lambda one: one.seq))
    return check.verdict()


def only(verdict: Verdict) -> Fault:
    assert len(verdict.faults) == 1, verdict.faults
    return verdict.faults[0]


sizes, chance = st.integers(2, 30), st.integers(0, 10_000)


@given(sizes, st.integers(0, 50))
@SAFE
def test_a_chain_as_it_was_written_is_whole(count: int, cut: int) -> None:
    after = Head(seq=cut, hash="c0" if cut else "")
    lines = chain(count, after)
    assert checked(lines, lines[0], lines[-1], after=after).whole


@given(
    sizes, chance, st.sampled_from(["at", "by", "how", "what", "object", "about", "detail", "prev", "hash"]), st.text()
)
@SAFE
def test_any_change_of_any_column_is_told_of_that_line(count: int, pick: int, column: str, other: str) -> None:
    lines = chain(count)
    place = pick % count
    old = getattr(lines[place], column)
    new: Any = old + timedelta(microseconds=1) if isinstance(old, datetime) else other if other != old else other + "x"
    lines[place] = replace(lines[place], **{column: new})
    faults = checked(lines).faults
    assert (faults[0].line, faults[0].kind) == (place + 1, Kind.CHANGED)


@given(sizes, chance, st.text(max_size=5))
@SAFE
def test_a_line_written_anew_with_its_hash_is_told_by_the_next_or_by_the_anchor(count: int, pick: int, by: str) -> None:
    lines = chain(count)
    place, anchor = pick % count, lines[-1]
    forged = replace(lines[place], by=by + "!")
    lines[place] = replace(forged, hash=forged.digest())
    fault = checked(lines, anchor).faults[0]
    assert (fault.line, fault.kind) == (place + 1, Kind.CHANGED)


@given(sizes, chance, st.integers(1, 5))
@SAFE
def test_lines_taken_out_are_told(count: int, pick: int, many: int) -> None:
    lines = chain(count + many + 1)
    place = pick % count
    fault = only(checked([*lines[:place], *lines[place + many :]]))
    assert (fault.line, fault.until, fault.kind) == (place + 1, place + many, Kind.REMOVED)


@given(sizes, chance, st.integers(1, 5))
@SAFE
def test_lines_taken_out_and_the_rest_numbered_anew_are_told(count: int, pick: int, many: int) -> None:
    lines = chain(count + many + 1)
    place = pick % count
    rest = [replace(one, seq=one.seq - many) for one in lines[place + many :]]
    fault = checked([*lines[:place], *rest]).faults[0]
    assert (fault.line, fault.until, fault.kind) == (place + 1, place + many, Kind.REMOVED)


@given(sizes, chance)
@SAFE
def test_a_line_put_in_is_told(count: int, pick: int) -> None:
    lines = chain(count + 1)
    place = pick % count + 1
    forged = replace(lines[place], what="nothing", seq=place + 1, prev=lines[place - 1].hash)
    rest = [replace(one, seq=one.seq + 1) for one in lines[place:]]
    for one in (forged, replace(forged, hash=forged.digest())):
        faults = checked([*lines[:place], one, *rest], lines[-1]).faults
        assert faults
        assert abs(faults[0].line - (place + 1)) <= 1
    assert checked([*lines[:place], forged, *rest]).faults[0].kind is Kind.INSERTED


@given(st.integers(3, 30), chance, chance)
@SAFE
def test_two_lines_swapped_are_told(count: int, pick: int, other: int) -> None:
    lines = chain(count)
    here, there = sorted((pick % count, (pick + 1 + other % (count - 1)) % count))
    lines[here], lines[there] = replace(lines[there], seq=here + 1), replace(lines[here], seq=there + 1)
    faults = checked(lines).faults
    assert faults
    assert {one.kind for one in faults} == {Kind.REORDERED}
    assert here + 1 <= faults[0].line <= there + 1


@given(sizes, chance)
@SAFE
def test_a_cut_tail_is_told_by_the_anchor(count: int, pick: int) -> None:
    lines = chain(count)
    left = pick % count
    fault = only(checked(lines[:left], lines[-1]))
    assert (fault.line, fault.until, fault.kind) == (left + 1, count, Kind.TRUNCATED)


@given(sizes, chance)
@SAFE
def test_a_chain_written_anew_from_a_line_on_is_told_by_the_anchor(count: int, pick: int) -> None:
    lines = chain(count)
    place = pick % count
    forged = list(lines[:place])
    for one in lines[place:]:
        new = replace(one, by="nobody", prev=forged[-1].hash if forged else "")
        forged.append(replace(new, hash=new.digest()))
    assert checked(forged).whole
    assert only(checked(forged, lines[-1])).kind is Kind.CHANGED


@given(sizes, st.integers(1, 9))
@SAFE
def test_a_line_that_bears_another_number_is_told(count: int, more: int) -> None:
    lines = chain(count)
    lines[-1] = replace(lines[-1], seq=count + more)
    assert not checked(lines).whole


def test_lines_gone_without_a_cut_are_told() -> None:
    lines = chain(9)
    assert only(checked(lines[3:])).kind is Kind.REMOVED
    assert checked(lines[3:], after=Head(seq=3, hash=lines[2].hash)).whole
    assert not checked(lines[3:], after=Head(seq=3, hash="other")).whole


def test_a_chain_of_rubbish_ends_in_time() -> None:
    lines = [replace(one, hash="0" * 64) for one in chain(5000)]
    assert not checked(lines).whole
