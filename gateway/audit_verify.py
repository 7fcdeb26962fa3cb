"""``audit verify``: whether the chain stands as it was written, and if not, which line is wrong and how.

A line that holds tells its place by its hash, in which its number is counted. So what was moved, taken out or put in is
told from what was changed: each line has a home, the number under which its hash holds, and a chain that is whole has
every home once, in its order, each line bound to the one before. What was cut off at the end, or written anew from some
line on with new hashes, holds in itself; it is found by the heads that were written down elsewhere (``audit_anchor``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.store.audit import Head, Line

NEAR = 64  # places before and behind in which a moved line's home is looked for at once
FAR = 400  # lines without a home that are tried in each other's places
MOST_FAULTS = 100  # told
MOST_RUNS = 2000  # pieces of a broken chain that are looked at; beyond it only that it is broken is told


class Kind(StrEnum):
    """What happened to a line."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """``line``: its number, or that of the first that is missing; ``until``: of the last, where there are several."""

    line: int
    kind: Kind
    says: str
    until: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``lines``: read; ``anchors``: heads written elsewhere that were compared."""

    lines: int
    head: Head
    anchors: int
    faults: Sequence[Fault] = ()

    @property
    def whole(self) -> bool:
        return not self.faults


@dataclass(slots=True)
class _Run:
    """Lines that follow each other. ``home``: of the first; 0: its hash holds nowhere. ``bound``: its ``prev`` is the
    hash of what stands before it."""

    seq: int
    home: int
    count: int = 1
    bound: bool = True
    line: Line | None = None  # where it has no home


@dataclass
class Check:
    """Fed with the lines in their order, page by page; ``verdict`` at the end. ``after``: what the first is bound to.
    ``anchors``: hashes that were written elsewhere, by the number of the line."""

    after: Head
    anchors: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._runs: list[_Run] = []
        self._shift, self._lines = 0, 0
        self._last = self.after
        self._wrong: list[Fault] = []
        self._broken = 0  # the first line that does not simply follow the one before
        self._compared = 0
        self._compare(self.after)

    def feed(self, lines: Iterable[Line]) -> None:
        """The next lines."""
        for line in lines:
            self._lines += 1
            strict = line.seq == self._last.seq + 1 and line.prev == self._last.hash and line.digest() == line.hash
            self._broken = self._broken or (0 if strict else line.seq)
            if len(self._runs) < MOST_RUNS:
                self._take(line, self._home(line))
            self._last = Head(seq=line.seq, hash=line.hash)
            self._compare(self._last)

    def _home(self, line: Line) -> int:
        """The number under which its hash holds; 0: under none near."""
        for shift in (self._shift, 0) if self._shift else (0,):
            if line.digest(line.seq - shift) == line.hash:
                self._shift = shift
                return line.seq - shift
        for shift in (sign * step for step in range(1, NEAR + 1) for sign in (1, -1)):
            if line.digest(line.seq - shift) == line.hash:
                self._shift = shift
                return line.seq - shift
        return 0

    def _take(self, line: Line, home: int) -> None:
        bound = line.prev == self._last.hash
        run = self._runs[-1] if self._runs else None
        follows = run is not None and run.home and bound and line.seq == run.seq + run.count
        if run is not None and follows and home == run.home + run.count:
            run.count += 1
        else:
            self._runs.append(_Run(line.seq, home, bound=bound, line=None if home else line))

    def _compare(self, here: Head) -> None:
        said = self.anchors.get(here.seq)
        if said is None:
            return
        self._compared += 1
        if said != here.hash:
            says = "is not the line whose hash was written down outside the store: the chain was written anew up to it"
            self._wrong.append(Fault(line=here.seq, kind=Kind.CHANGED, says=says))

    def verdict(self) -> Verdict:
        """What was found."""
        _find_far(self._runs)
        faults = [*_walk(self._runs, self.after), *self._wrong[:1]]
        newest = max(self.anchors, default=0)
        if newest > self._last.seq:
            says = "the chain once reached further: a head beyond its end was written down outside the store"
            faults.append(Fault(line=self._last.seq + 1, until=newest, kind=Kind.TRUNCATED, says=says))
        if self._broken and not faults:
            faults.append(Fault(line=self._broken, kind=Kind.CHANGED, says="does not follow the line before it"))
        faults = sorted(faults, key=lambda one: one.line)[:MOST_FAULTS]
        return Verdict(lines=self._lines, head=self._last, anchors=self._compared, faults=faults)


def _find_far(runs: Sequence[_Run]) -> None:
    """Lines without a home, tried in each other's places."""
    lost = [run for run in runs if run.line is not None][:FAR]
    places = [run.seq for run in lost]
    for run in lost:
        assert run.line is not None
        run.home = next((place for place in places if run.line.digest(place) == run.line.hash), 0)


def _walk(runs: Sequence[_Run], after: Head) -> Iterator[Fault]:
    """The homes in the order in which they stand, against the order in which they were written."""
    expected = after.seq + 1
    clean = True
    for place, run in enumerate(runs):
        later = runs[place + 1 :]
        if not run.home:
            clean = False
            if next((one.home for one in later if one.home >= expected), 0) == expected:
                yield Fault(line=run.seq, kind=Kind.INSERTED, says="was not written by this program")
            else:
                yield Fault(line=run.seq, kind=Kind.CHANGED, says="does not match its hash")
                expected += 1
            continue
        if run.home < expected or (run.home > expected and any(one.home == expected for one in later)):
            clean = False
            yield Fault(line=run.seq, kind=Kind.REORDERED, says=f"was written as line {run.home}")
            continue
        while expected < run.home and any(one.home <= expected < one.home + one.count for one in runs):
            expected += 1  # it stands elsewhere, and is told there
        if run.home > expected:
            yield from _gap(run, expected)
            clean = False
        elif run.seq != run.home and clean:
            clean = False
            says = f"bears another number than it was written with: {run.home}"
            yield Fault(line=run.seq, kind=Kind.CHANGED, says=says)
        elif not run.bound and clean and _meant_to_follow(runs, place):
            yield _unbound(runs, place, after)
            clean = False
        else:
            clean = True
        expected = max(expected, run.home + run.count)


def _meant_to_follow(runs: Sequence[_Run], place: int) -> bool:
    """Whether what stands before it is what stood before it when it was written."""
    before = runs[place - 1] if place else None
    return before is None or before.home + before.count == runs[place].home


def _gap(run: _Run, expected: int) -> Iterator[Fault]:
    last = run.home - 1
    many = f"lines {expected} to {last} are" if last > expected else f"line {expected} is"
    yield Fault(line=expected, until=last, kind=Kind.REMOVED, says=f"{many} not there")


def _unbound(runs: Sequence[_Run], place: int, after: Head) -> Fault:
    """Both hold in themselves, and the second is not bound to the first: one of them was written anew. Where the next
    is not bound either it was the second."""
    run = runs[place]
    second = place + 1 < len(runs) and run.count == 1 and not runs[place + 1].bound
    line = run.seq if second or place == 0 else run.seq - 1
    says = "was written anew: the next line is bound to another" if line != after.seq else "is not bound to the cut"
    return Fault(line=line, kind=Kind.CHANGED, says=says)
