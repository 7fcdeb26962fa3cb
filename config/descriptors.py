"""How many files, sockets and modems the program may hold open at once."""

from __future__ import annotations

import contextlib
import resource

ENOUGH = 65536


def many_files() -> int:
    """As many as the machine allows, up to ``ENOUGH``; how many. The usual soft limit of 1,024 is for programs that
    call select(2): one browser too many, and no modem could be opened again."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
