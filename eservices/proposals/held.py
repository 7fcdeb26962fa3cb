"""What of a proposal a person looks at before residents see it. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eservices.complaints.abuse import Abuse
from gateway.asking import tidy
from gateway.nik import find_nik
from gateway.number import normal

if TYPE_CHECKING:
    from config.city import City

LONGEST = 300  # characters that are kept; two SMS are shorter
_PHONE = re.compile(r"(?<!\d)\+?\d(?:[ .,_/()+-]{0,3}\d){8,13}(?!\d)")
_MARKS = re.compile(r"[^\d+]")


class Holding:
    """For one city."""

    def __init__(self, city: City) -> None:
        self._abuse = Abuse(city)

    def why(self, text: str) -> str:
        """``abuse``: threats and obscenities; ``personal``: somebody's number stands in it; empty: nothing."""
        if self._abuse.found(text):
            return "abuse"
        return "personal" if find_nik(text).rest != text or _phone(text) else ""


def kept(text: str) -> str:
    """As it is kept: without controls, and never with the number of an identity card."""
    return tidy(find_nik(text).rest)[:LONGEST]


def _phone(text: str) -> bool:
    """However its figures are parted."""
    return any(normal(_MARKS.sub("", found[0])) is not None for found in _PHONE.finditer(text))
