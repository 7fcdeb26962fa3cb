"""JSON Pointers (RFC 6901). Pure."""

from __future__ import annotations

import re
from typing import Any

MISSING = object()
"""What is found where nothing is."""
_INDEX = re.compile(r"0|[1-9][0-9]{0,5}")


def at(document: Any, pointer: str) -> Any:
    """What the pointer leads to, or MISSING."""
    here = document
    for written in pointer.split("/")[1:]:
        step = written.replace("~1", "/").replace("~0", "~")
        if isinstance(here, dict) and step in here:
            here = here[step]
        elif isinstance(here, list) and _INDEX.fullmatch(step) and int(step) < len(here):
            here = here[int(step)]
        else:
            return MISSING
    return here
