"""The scripted walk of ``demo --script``: people use their phones, and what they were promised is looked for on their
phones and sirens only. Whatever does not come in its time makes the walk fail.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.clock import Clock
from modem.virtual.journal import Event
from modem.virtual.network import Network
from modem.virtual.phone import Behaviour, Phone

if TYPE_CHECKING:
    from config.city import City, Station

LOOK_S = 0.25  # seconds between two looks at a phone
SLACK_S = 15.0  # seconds of air and call set-up that the city's own clocks do not count
LISTENS_S = 8.0  # seconds that an officer listens before he presses a key
ANY = "sos"  # the kind of a cry that names none


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """Who plays: a registered phone, and the code of the kelurahan it is registered in."""

    number: str
    kelurahan: str


class Walk:
    """One play. ``say`` gets each line for the reader; ``play`` tells whether every promise was kept."""

    def __init__(self, network: Network, city: City, clock: Clock, say: Callable[[str], None]) -> None:
        self._network = network
        self._city = city
        self._clock = clock
        self._say = say
        self._start = clock.monotonic()
        self._kind, self._other = _kinds(city)
        self._broken = 0

    async def play(self, residents: tuple[Resident, Resident, Resident]) -> bool:
        """Four scenes on three residents' phones: accepted by key, nobody answers, a missed call, taken back."""
        end = self._network.subscribe(self._overheard)
        try:
            await self._accepted_by_key(residents[0])
            await self._nobody_answers(residents[1])
            await self._missed_call(residents[2])
            await self._taken_back(residents[0])
        finally:
            end()
        self._say("every promise was kept" if not self._broken else f"{self._broken} promises were NOT kept")
        return self._broken == 0

    # -- the scenes

    async def _accepted_by_key(self, resident: Resident) -> None:
        self._title("an officer accepts by key")
        station = self._station_for(resident)
        officer = self._officers(station)[0]
        officer.behave(Behaviour(answer_after_s=4.0, keys="1", key_after_s=LISTENS_S))
        phone = self._writes(resident, _cry(city=self._city, kind=self._kind))
        await self._promise("the siren of " + station.name, lambda: self._lamp(station), 5 + SLACK_S)
        await self._promise("the resident reads that it is kept", lambda: self._told(phone, "kept"), 30 + SLACK_S)
        await self._promise("the first officer's phone rings", lambda: bool(officer.calls), 20 + SLACK_S)
        coming = lambda: self._told(phone, "accepted", station.name)  # noqa: E731
        await self._promise(f"the resident reads that {station.name} is coming", coming, 60)
        officer.behave(Behaviour())
        await self._clock.sleep(60)

    async def _nobody_answers(self, resident: Resident) -> None:
        self._title("nobody answers")
        station = self._station_for(resident)
        phone = self._writes(resident, _cry(city=self._city, kind=self._kind))
        await self._promise("the siren of " + station.name, lambda: self._lamp(station), 5 + SLACK_S)
        first, second, *_ = self._officers(station)
        await self._promise("the first officer is called", lambda: self._rung(first), 20 + SLACK_S)
        await self._promise("then the second officer", lambda: self._rung(second), 75 + SLACK_S)
        others = [one for one in self._city.stations.values() if one.id != station.id]
        others = [one for one in others if not one.headquarters] or others
        next_siren = lambda: any(self._lamp(one) for one in others)  # noqa: E731
        await self._promise("then the next station's siren", next_siren, 120 + SLACK_S)
        nobody_s = self._city.clocks.nobody_s
        await self._promise(
            "the resident reads that nobody has answered yet", lambda: self._told(phone, "nobody"), nobody_s
        )
        posts = [self._network.phone(post.number) for post in self._city.operators]
        alarm = lambda: any(self._told(post, "nobody_alarm") for post in posts)  # noqa: E731
        await self._promise("the command centre is told that nobody accepted", alarm, nobody_s)
        heads = [one for one in self._city.stations.values() if one.headquarters]
        head_called = lambda: any(self._rung(man) for head in heads for man in self._officers(head))  # noqa: E731
        await self._promise("headquarters is called", head_called, 600)
        second.sms(self._city.modems[0].number, self._code(second))
        coming = lambda: self._told(phone, "accepted", station.name)  # noqa: E731
        await self._promise("the second officer's SMS with the code accepts", coming, 60)
        await self._clock.sleep(60)

    async def _missed_call(self, resident: Resident) -> None:
        self._title("a missed call")
        station = self._station_for(resident)
        phone = self._network.phone(resident.number)
        officer = self._officers(station)[0]
        officer.behave(Behaviour(answer_after_s=3.0, keys="1", key_after_s=LISTENS_S))
        self._say(self._at() + f"  {resident.number} rings and hangs up")
        phone.call(self._city.modems[0].number, ring_s=6.0)
        back = lambda: any(call.incoming for call in phone.calls)  # noqa: E731
        await self._promise("the phone is called back", back, self._city.clocks.callback_s + SLACK_S)
        await self._promise("and asked by SMS", lambda: self._told(phone, "ask_missed_call"), 60)
        self._writes(resident, "1")
        await self._promise("the siren of " + station.name, lambda: self._lamp(station), 30 + SLACK_S)
        coming = lambda: self._told(phone, "accepted", station.name)  # noqa: E731
        await self._promise(f"the resident reads that {station.name} is coming", coming, 90)
        officer.behave(Behaviour())
        await self._clock.sleep(60)

    async def _taken_back(self, resident: Resident) -> None:
        self._title("taken back within its minute")
        phone = self._writes(resident, self._city.code(self._other).words[0].upper())
        await self._promise("the resident reads that it is kept", lambda: self._told(phone, "kept"), 30 + SLACK_S)
        self._writes(resident, self._city.words["cancel"][0].upper())
        await self._promise("the resident reads that it is cancelled", lambda: self._told(phone, "cancelled"), 60)

    # -- the means

    def _title(self, text: str) -> None:
        self._say(f"--- {text}")
        for phone in self._network.phones.values():
            phone.inbox.clear()
            phone.calls.clear()
        for siren in self._network.sirens.values():
            siren.rings_seen.clear()

    def _writes(self, resident: Resident, text: str) -> Phone:
        phone = self._network.phone(resident.number)
        self._say(f"{self._at()}  {resident.number} writes: {text}")
        phone.sms(self._city.modems[0].number, text)
        return phone

    async def _promise(self, what: str, holds: Callable[[], bool], within_s: float) -> None:
        end = self._clock.monotonic() + within_s
        while not holds():
            if self._clock.monotonic() > end:
                self._broken += 1
                self._say(f"{self._at()}  NOT KEPT within {within_s:.0f} s: {what}")
                return
            await self._clock.sleep(LOOK_S)
        self._say(f"{self._at()}  ok: {what}")

    def _station_for(self, resident: Resident) -> Station:
        district = self._city.areas[resident.kelurahan].kecamatan_code
        serving = [one for one in self._city.stations.values() if self._kind in one.kinds and not one.headquarters]
        here = [one for one in serving if district in one.jurisdiction]
        return (here or serving)[0]

    def _officers(self, station: Station) -> list[Phone]:
        on_duty = self._city.on_duty(station.id, self._clock.now())
        return [self._network.phone(officer.number) for officer in on_duty]

    def _lamp(self, station: Station) -> bool:
        siren = station.siren and self._network.sirens.get(station.siren.number)
        return bool(siren and any(ring.obeyed for ring in siren.rings_seen))

    def _rung(self, phone: Phone) -> bool:
        return any(call.incoming and call.alerted_at for call in phone.calls)

    def _told(self, phone: Phone, key: str, *words: str) -> bool:
        """Whether the phone shows the text of that key (with those words in it)."""
        shown = [sms.text for form in self._forms(key) for sms in phone.inbox if form.fullmatch(sms.text)]
        return any(all(word in text for word in words) for text in shown)

    def _code(self, officer: Phone) -> str:
        forms = self._forms("offer")
        offers = [found for sms in officer.inbox for form in forms if (found := form.fullmatch(sms.text))]
        return offers[-1]["reply"] if offers else "no code came"

    def _forms(self, key: str) -> list[re.Pattern[str]]:
        """The pack's text in each language as a pattern."""
        return [self._form(texts[key]) for texts in self._city.texts.values()]

    def _form(self, template: str) -> re.Pattern[str]:
        """Every placeholder is a group."""
        pieces = re.split(r"\{(\w+)\}", template)
        seen: set[str] = set()
        form = ""
        for at, piece in enumerate(pieces):
            form += re.escape(piece) if at % 2 == 0 else f"(?P={piece})" if piece in seen else f"(?P<{piece}>.*)"
            seen.update([piece] if at % 2 else [])
        return re.compile(form, re.DOTALL)

    def _at(self) -> str:
        passed = self._clock.monotonic() - self._start
        return f"{int(passed // 60):02d}:{passed % 60:04.1f}"

    def _overheard(self, event: Event) -> None:
        if event.kind in ("alert", "answer", "key", "siren"):
            known = " ".join(f"{name}={value}" for name, value in event.fields.items() if value not in (None, ""))
            self._say(f"{self._at()}    . {event.kind} {known}")


def _kinds(city: City) -> tuple[str, str]:
    """What the walk is about: a kind whose own stations all have a siren, and another, that is taken back."""
    own = [one for one in city.stations.values() if not one.headquarters]
    loud = {kind for one in own if one.siren for kind in one.kinds}
    loud -= {kind for one in own if not one.siren for kind in one.kinds}
    told = [code.kind for code in city.codes if code.kind != ANY and code.kind not in city.quiet.kinds]
    first = next((kind for kind in told if kind in loud), told[0])
    return first, next((kind for kind in told if kind != first), first)


def _cry(city: City, kind: str) -> str:
    """A call for help as people write it: "TOLONG RAMPOK"."""
    bare = next((code.words for code in city.codes if code.kind == ANY), ())
    cry = next((word for word in bare if len(word) > len(ANY)), "")
    return f"{cry} {city.code(kind).words[0]}".strip().upper()
