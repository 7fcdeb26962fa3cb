"""Names of persons as others may read them. Pure."""

from __future__ import annotations

HIDDEN = "***"  # for any number of letters, none too: it does not say how long a name is
MOST_WORDS = 4


def masked(name: str) -> str:
    """``Siti Aminah`` as ``S*** A***``; the same again where it is masked already."""
    return " ".join(f"{first}{HIDDEN}" for first in _firsts(name))


def spoken(name: str) -> str:
    """The same for the ear: its first letters."""
    return " ".join(_firsts(name))


def _firsts(name: str) -> list[str]:
    words = (next((char for char in word if char.isalnum()), "") for word in name.split())
    return [first.upper() for first in words if first][:MOST_WORDS]
