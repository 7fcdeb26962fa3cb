"""One letter's turn at the desk: the letter, the transaction, and the few things every answer does with them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.case import Case, Role
from dispatch.incident import Incident, Place, State
from dispatch.locate import Locator, stations
from dispatch.reading import Reader
from dispatch.step import NewCode, take_step_or_alarm
from dispatch.vehicles import NONE, Vehicles, at_vehicle
from dispatch.wording import letter as emergency_letter
from dispatch.wording import may_answer, name_of, said
from gateway.messages import Inbound
from gateway.number import masked
from gateway.registry import Resident, find
from gateway.store import Tx, put

if TYPE_CHECKING:
    from config.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """``touched`` collects the incidents that the turn altered, for the bells after the commit."""

    tx: Tx
    city: City
    locator: Locator
    letter: Inbound
    now: datetime
    new_code: NewCode
    reader: Reader
    vehicles: Vehicles = NONE
    touched: set[int] = field(default_factory=set)

    @property
    def caller(self) -> str:
        return self.letter.sender

    def resident(self) -> Resident | None:
        """Who is registered under the sender's number, if a city or a kepling vouched for it."""
        found = find(self.tx, self.caller) if self.caller else None
        return found if found is not None and found.confirmed else None

    def located(self, resident: Resident | None) -> Place:
        """Where the letter says that it is; ``resident``: completed by that address."""
        found = self.locator.locate(self.letter.text, resident, self.now)
        return at_vehicle(self.vehicles, self.tx, self.city, self.letter.text, found, self.now)

    @property
    def cry(self) -> str:
        """The pack's kind for a cry without a cause."""
        return self.reader.vocabulary.cry_kind or self.city.codes[0].kind

    def goes_with(self, incident: Incident, kind: str | None) -> bool:
        """Whether news of this kind are news of that incident: the same kind, the same service, or no cause named."""
        if kind is None or self.cry in (kind, incident.kind):
            return True
        return self.city.code(kind).agency == self.city.code(incident.kind).agency

    def good_standing(self) -> bool:
        """No alarm of the number was called false by a person of late."""
        since = self.now - timedelta(days=self.city.clocks.good_standing_days)
        return not store.false_alarms_since(self.tx, self.caller, since)

    def trusted(self) -> bool:
        """The number's word is enough for a siren, and nothing was wrong with what brought it."""
        return self.good_standing() and not self.letter.doubt

    def station_for(self, place: Place, kind: str) -> str | None:
        """Who is to come, as far as is known now."""
        dead = store.dead_sirens(self.tx, self.now - timedelta(seconds=self.city.clocks.proven_s))
        order = stations(place, kind, self.city, dead)
        return order[0].id if order else None

    def join(self, case: Case, role: Role, why: str, **parts: object) -> Case:
        """The letter belongs to the case from now on. ``why``: its words, or what it was; ``parts``: for pages."""
        number = case.incident.id
        self.touched.add(number)
        store.join_letter(self.tx, number, self.letter, role)
        store.tell(self.tx, number, self.now, role.value, why, masked(self.caller), **(parts or {"words": why}))
        return replace(case, heard_at=self.now)

    def save(self, case: Case, *, step: bool = True) -> Case:
        """Write the case, and what the ladder makes of it now."""
        self.touched.add(case.incident.id)
        store.save_case(self.tx, case)
        if not step:
            return case
        return take_step_or_alarm(self.tx, self.city, case.incident.id, self.now, self.new_code)

    def reply(self, case: Case, key: str, **fields: object) -> None:
        """Answer the caller, if he can be and may be answered: one letter for this letter."""
        self._answer(case, key, self.letter.external_id, fields)

    def reply_seldom(self, case: Case, key: str, **fields: object) -> None:
        """The same, once in ``lane_s``: limits touch replies, never what is kept."""
        self._answer(case, key, self._lane(self.city.clocks.lane_s), fields)

    def _answer(self, case: Case, key: str, once: str, fields: dict[str, object]) -> None:
        incident = case.incident
        if may_answer(incident):
            text = said(self.city, case, key, incident.language, self.letter.received_at, **fields)
            self.send(incident.caller, text, f"{incident.id}/{key}/{once}")

    def officers(self, case: Case, key: str, once: str, **fields: object) -> int:
        """Tell the officer who accepted, or else everyone who was asked. Says how many."""
        incident = case.incident
        numbers = {offer.number for offer in store.offers_of(self.tx, incident.id)}
        if incident.state is State.ACCEPTED:
            numbers = {incident.accepted_by or ""} & numbers
        for number in sorted(numbers):
            self.officer(case, number, key, once, **fields)
        return len(numbers)

    def officer(self, case: Case, number: str, key: str, once: str, **fields: object) -> None:
        """Tell one officer."""
        by = name_of(self.city, case.incident.accepted_by or "")
        text = said(self.city, case, key, self.city.languages[0], self.now, **({"by": by} | fields))
        self.send(number, text, f"{case.incident.id}/{key}/{once}/{number}")

    def send(self, to: str, text: str, key: str) -> None:
        """An emergency letter in answer to this one."""
        put(self.tx, emergency_letter(self.city, to, text, key, self.now, self.letter.id))

    def minute(self) -> str:
        """A name for the present window of ``mass_s``."""
        return self._lane(self.city.clocks.mass_s)

    def _lane(self, seconds: float) -> str:
        return f"{int(self.now.timestamp() // seconds)}w"
