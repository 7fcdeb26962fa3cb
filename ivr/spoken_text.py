"""What a machine is given to say: words and nothing else."""

from __future__ import annotations

import re

VERSION = "0"

_ODD = re.compile(r"[^\w\s.,?!'-]|_")


def spoken(text: str, lang: str) -> str:
    """The text as it is said in that language: words, and the stops between them. Never raises."""
    return " ".join(_ODD.sub(" ", text).split())
