"""Which leaflets there are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is printed. Those of ``BY_AREA`` are made for one kelurahan, too."""

    CARD = "card"  # as large as a bank card, ten on a sheet, both sides
    POSTER = "poster"  # A4, to hang up
    KEPLING = "kepling"  # how neighbours are registered, with lines to fill by hand
    OFFICER = "officer"  # what siren, call and SMS mean


BY_AREA = frozenset({Kind.CARD, Kind.POSTER, Kind.KEPLING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaflet:
    """One file. ``kelurahan``: its code; empty: of the whole city."""

    kind: Kind
    kelurahan: str
    lang: str

    @property
    def filename(self) -> str:
        """leaflet-poster-12.75.03.1004-id.pdf"""
        return "-".join(("leaflet", self.kind.value, *filter(None, (self.kelurahan,)), self.lang)) + ".pdf"
