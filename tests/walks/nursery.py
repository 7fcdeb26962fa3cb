"""A process that has read all of the program's code once, and becomes the program as often as a test asks: each time a
process of its own with its own folder, environment and streams. Starting Python and reading the code costs more than
most walks do.

Asked over its stdin, a socket: one JSON line with the streams' descriptors beside it. It answers the child's id; when a
child has ended, its exit code goes down the pipe that came with the request.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import select
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import alembic.command  # noqa: F401  what the program reads only when it needs it
import argon2  # noqa: F401

import ivr.answering  # noqa: F401
import kentongan

LONGEST = 1 << 20  # bytes of a request
TOWN = Path(__file__).parents[1] / "fixtures" / "tinytown"
STREAMS = 4  # stdin, stdout, stderr, and where the exit code goes


@dataclass(slots=True)
class Child:
    """One that runs: its id, and where its end is told."""

    pid: int
    told: int


def serve(line: socket.socket) -> str | None:
    """Until nobody can ask any more, when all of them are ended; in a child: the Python that it is to run."""
    children: dict[int, Child] = {}  # by the descriptor that is ready when it has ended
    while True:
        asking = line.fileno()
        ready, _, _ = select.select([asking, *children], [], [])
        for one in ready:
            if one != asking:
                _ended(one, children.pop(one))
                continue
            request, descriptors, _, _ = socket.recv_fds(line, LONGEST, STREAMS)
            if not request:
                for child in children.values():
                    os.kill(child.pid, signal.SIGKILL)
                return None
            if (pid := os.fork()) == 0:
                for left, child in children.items():
                    os.close(left)
                    os.close(child.told)
                line.close()
                return _born(json.loads(request), descriptors)
            for descriptor in descriptors[:3]:
                os.close(descriptor)
            children[os.pidfd_open(pid)] = Child(pid, descriptors[3])
            line.send(b"%d\n" % pid)


def _born(asked: dict[str, Any], descriptors: list[int]) -> str:
    """In the child: its own streams, folder, environment and words."""
    for at, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, at)
    for descriptor in descriptors:
        os.close(descriptor)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["-c", *asked["words"]]
    return str(asked["code"])


def _ended(descriptor: int, child: Child) -> None:
    _, status = os.waitpid(child.pid, 0)
    os.close(descriptor)
    with contextlib.suppress(BrokenPipeError):  # nobody waits for it any more
        os.write(child.told, b"%d\n" % os.waitstatus_to_exitcode(status))
    os.close(child.told)


def warm() -> None:
    """Read what every program reads when it begins: commands, languages, words. Nothing of it belongs to one town."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        kentongan.main(["city", "check", str(TOWN)])


if __name__ == "__main__":
    warm()
    gc.collect()
    gc.freeze()  # what was read is shared by all of them
    with socket.socket(fileno=os.dup(0)) as asking:
        code = serve(asking)
    if code is not None:
        exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
