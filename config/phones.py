"""The forms of telephone numbers that settings and packs hold."""

from __future__ import annotations

E164 = r"\+[1-9][0-9]{6,14}"  # ITU-T E.164: at most 15 digits

EMERGENCY = frozenset({"110", "112", "113", "115", "118", "119"})
"""Emergency short numbers of Indonesia (KM 28/2004): told to people, never dialled or texted by the program."""


def is_emergency(number: str) -> bool:
    """Whether a number is an emergency short number, however it is written."""
    digits = number.removeprefix("+")
    return digits in EMERGENCY or digits.removeprefix("62") in EMERGENCY
