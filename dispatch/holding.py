"""What a caller who holds the line is told, step by step: who is being called, the siren, who accepted. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from dispatch.case import Case
from dispatch.incident import State
from dispatch.ledger import after
from dispatch.plan import EffectKind, EffectRow
from dispatch.sirens import proved
from dispatch.spoken import LONGEST, on_the_line
from dispatch.wording import acceptance_words, name_of, station_words
from ivr.events import Done

if TYPE_CHECKING:
    from config.city import City

SIREN, TAKEN = "siren", "taken"
"""Steps that are told once; the others are told while they last."""


class Holding:
    """Where one incident stands for its caller."""

    SAYS: ClassVar[frozenset[str]] = frozenset(
        {
            "hold_waiting",
            "hold_siren",
            "hold_calling",
            "hold_nobody",
            "hold_accepted",
            "hold_accepted_centre",
            "hold_coming",
            "hold_unplaced",
        }
    )
    NOBODY: ClassVar[Mapping[str, str]] = {"station": "", "officer": "", "incident": "", "steps": ""}

    def __init__(self, city: City, case: Case, rows: Sequence[EffectRow], now: datetime) -> None:
        self._city, self._case, self._rows, self._now = city, case, rows, now

    def step(self, told: str, *, wanted: bool) -> Done:
        """What is new. ``told``: the steps that he heard, as the last answer gave them. ``wanted``: a siren or an
        officer waits for a line, and there is none but this one."""
        here = self._case.incident
        if not here.state.open:
            return self._done("over", told)
        if wanted:
            return self._done("enough", told)
        if here.state is State.ACCEPTED:
            return self._accepted(told)
        siren = self._sounded()
        if siren and SIREN not in told:
            return self._done("wait", f"{told} {SIREN}", "hold_siren", station=siren)
        ringing = on_the_line(self._rows)
        if ringing:
            return self._done("wait", told, "hold_calling", **self._person(ringing[-1]))
        late = self._now >= after(here.confirmed_at or here.opened_at, self._city.clocks.nobody_s)
        return self._done("wait", told, "hold_nobody" if late else "hold_waiting")

    def _accepted(self, told: str) -> Done:
        """Who has it; then that they come. The line is kept ``hold_s`` longer: the officer may want to talk to him."""
        here = self._case.incident
        words = acceptance_words(self._city, here)
        if here.accepted_at is not None and self._now >= after(here.accepted_at, self._city.clocks.hold_s):
            return self._done("enough", told)
        if TAKEN not in told:
            say = "hold_accepted_centre" if words == "accepted_centre" else "hold_accepted"
            return self._done("wait", f"{told} {TAKEN}", say, **self._person(here.accepted_by or ""))
        say = {"accepted": "hold_coming", "accepted_ask": "hold_unplaced"}.get(words, "hold_accepted_centre")
        return self._done("wait", told, say, **self._person(here.accepted_by or ""))

    def _person(self, number: str) -> Mapping[str, str]:
        station = self._city.station_of(number)
        named = station.id if station is not None else self._case.incident.station
        return {"officer": name_of(self._city, number)[:LONGEST], "station": station_words(self._city, named)}

    def _sounded(self) -> str:
        """The station whose siren was heard last."""
        for row in reversed([row for row in self._rows if row.effect.kind is EffectKind.SIREN]):
            station = self._city.siren_of(row.effect.target)
            if station is not None and station.siren is not None and proved(row, station.siren):
                return station.name
        return ""

    def _done(self, result: str, told: str, say: str = "", *, station: str = "", officer: str = "") -> Done:
        fields = {"station": station, "officer": officer, "incident": str(self._case.incident.id), "steps": told}
        return Done(result, fields, say=say)
