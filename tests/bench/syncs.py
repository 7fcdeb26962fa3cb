"""What a program really did before it answered: read from strace, in a short run of its own.

A letter counts as synced when, in this order, its request was read from a socket, its words were written to a file,
that file was synced, and its answer was written to the socket. Counting syncs alone would prove nothing.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.processes import ANSWER_S

READS = ("read", "recvfrom", "recvmsg", "readv")
WRITES = ("write", "sendto", "sendmsg", "writev", "pwrite64", "pwritev")
SYNCS = ("fsync", "fdatasync")
STRING = 65536  # bytes shown of what was read or written: a page of the store holds the letter somewhere
SLOW_DISK_S = 0.005  # what an SD card or a consumer's SSD takes for a sync, at least
_END = re.compile(r"^(\d+) .*\+\+\+ (?:exited|killed)")
_CALL = re.compile(r"^(\d+) +([\d.]+) (?:<\.\.\. )?(\w+)(?: resumed>|\()(.*)$")
_FD = re.compile(r"^(\d+)(?:<([^>]*)>)?")


def strace() -> str | None:
    """Where it is; None where it is not installed."""
    return shutil.which("strace")


def tracing(log: Path) -> tuple[str, ...]:
    """The words that run a program so that ``log`` says what it read, wrote and synced. The program keeps its own
    process id (``-D``), and is stopped as without."""
    calls = ",".join((*READS, *WRITES, *SYNCS))
    return (
        "strace",
        "-D",
        "-f",
        "-ttt",
        "-y",
        "-s",
        str(STRING),
        "-e",
        f"trace={calls}",
        "-o",
        str(log),
    )


def slowed(delay_s: float = SLOW_DISK_S) -> tuple[str, ...]:
    """The words that run a program on a disk that takes ``delay_s`` more for each sync; other calls are not stopped."""
    calls = ",".join(SYNCS)
    delay = f"inject={calls}:delay_exit={delay_s * 1e6:.0f}"
    return ("strace", "-D", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", f"trace={calls}", "-e", delay)


@dataclass(frozen=True, slots=True)
class Call:
    """A system call, from ``begun`` to ``ended`` (places in the log). ``file``: its first argument's path or socket;
    ``said``: the rest of the line."""

    begun: int
    ended: int
    name: str
    file: str
    said: str

    @property
    def on_socket(self) -> bool:
        return "socket:" in self.file or "TCP" in self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Of ``answered`` letters ``synced`` were in a synced file before they were answered; ``syncs``: all syncs."""

    answered: int
    synced: int
    syncs: int


async def calls_of(log: Path) -> list[Call]:
    """Every call, once the program has ended and strace has written all."""
    async with asyncio.timeout(ANSWER_S):
        while not _over(lines := (await asyncio.to_thread(log.read_text, errors="replace")).splitlines()):
            await asyncio.sleep(0.2)
    return list(read_log(lines))


def _over(lines: Sequence[str]) -> bool:
    """The program itself has ended: the process of the first line."""
    main = lines[0].split(maxsplit=1)[0] if lines else ""
    return any((end := _END.match(line)) is not None and end[1] == main for line in lines[-50:])


def read_log(lines: Iterable[str]) -> Iterator[Call]:
    """The calls of strace's lines. One that another thread's call interrupts stands on two lines."""
    open_calls: dict[str, tuple[int, str, str]] = {}
    for at, line in enumerate(lines):
        found = _CALL.match(line)
        if found is None:
            continue
        thread, _, name, rest = found.groups()
        if rest.endswith("<unfinished ...>"):
            open_calls[thread] = (at, name, rest)
            continue
        begun, first = at, rest
        if "resumed>" in line[:80] and thread in open_calls:
            begun, _, first = open_calls.pop(thread)
            rest = f"{first} {rest}"
        fd = _FD.match(first)
        yield Call(begun, at, name, fd[2] or fd[1] if fd else "", rest)


def proof(calls: Sequence[Call], mark: str) -> Proof:
    """Whether each letter whose words hold ``mark`` and a number was synced before it was answered."""
    words = re.compile(re.escape(mark) + r"-(\d+)x")
    came: dict[str, Call] = {}
    written: dict[str, Call] = {}
    for call in calls:
        marks = words.findall(call.said)
        if call.on_socket and call.name in READS:
            came |= {one: call for one in marks if one not in came}
        elif call.name in WRITES and not call.on_socket:
            written |= {one: call for one in marks if one in came and one not in written}
    syncs = [call for call in calls if call.name in SYNCS]
    answers = {one: _answer(calls, call) for one, call in came.items()}
    answered = {one: answer for one, answer in answers.items() if answer is not None}
    good = [one for one, answer in answered.items() if one in written and _covered(written[one], syncs, answer)]
    return Proof(answered=len(answered), synced=len(good), syncs=len(syncs))


def _answer(calls: Sequence[Call], request: Call) -> Call | None:
    """The next thing written to the socket that the request came by."""
    later = (call for call in calls if call.begun > request.ended and call.file == request.file)
    return next((call for call in later if call.name in WRITES), None)


def _covered(written: Call, syncs: Sequence[Call], answer: Call) -> bool:
    """A sync of the written file began after the writing and ended well before the answer began."""
    return any(
        sync.file == written.file
        and written.ended < sync.begun
        and sync.ended < answer.begun
        and sync.said.rstrip().endswith("= 0")
        for sync in syncs
    )
