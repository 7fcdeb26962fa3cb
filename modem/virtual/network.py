"""One virtual GSM network: modems, phones and siren controllers under their numbers, a message centre, a switch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import TypeVar

from config.clock import Clock
from modem.virtual import tpdu
from modem.virtual.dialect import dialect
from modem.virtual.dialled import Far, Nobody, UssdTalk
from modem.virtual.exchange import Exchange
from modem.virtual.journal import Event, Journal
from modem.virtual.modem import VirtualModem
from modem.virtual.phone import Phone
from modem.virtual.service import Service, ServiceSms
from modem.virtual.settings import NetworkSettings, canonical
from modem.virtual.siren import Siren, SirenMode, SirenState
from modem.virtual.smsc import Smsc
from modem.virtual.timers import Timers

Subscriber = VirtualModem | Phone | Siren | Service

Made = TypeVar("Made", bound=Service)

CREDIT = {"*888#": "Pulsa Rp 12.345 s.d. 01/01/27", "*123#": "Pulsa Rp 12.345. Aktif s.d. 01/01/27"}
SIMS_MCC_MNC = "51010"


class Network:
    """The world at the other end of the modems' cables.

    Make it, give it subscribers, then drive it: every public verb acts at once and may be called from any callback on
    the loop. ``seed`` fixes every chance it takes. Needs a running loop from the first message or call on.
    """

    def __init__(self, clock: Clock, seed: int = 0, settings: NetworkSettings | None = None) -> None:
        self.clock = clock
        self.random = Random(seed)
        self.settings = settings or NetworkSettings()
        self.timers = Timers(clock)
        self.journal = Journal(clock)
        self.ussd: dict[str, str] = dict(CREDIT)
        """Codes that the network answers, and what it says."""
        self.modems: list[VirtualModem] = []
        self.phones: dict[str, Phone] = {}
        self.sirens: dict[str, Siren] = {}
        self.services: dict[str, Service] = {}
        self.codes: dict[str, Far] = {}
        """USSD codes (``*384#``) that somebody serves."""
        self._subscribers: dict[str, Subscriber] = {}
        self._references: dict[str, int] = {}
        self.smsc = Smsc(clock, self.timers, self.journal, self.settings, self.random, self._subscribers.get)
        self.exchange = Exchange(clock, self.timers, self.journal, self.settings, self._subscribers.get)

    @property
    def log(self) -> Journal:
        """What happened: iterable, ``after(seq)``, ``of(kind)``, ``subscribe(listener)``."""
        return self.journal

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call ``listener`` with each event from now on; returns what ends it."""
        return self.journal.subscribe(listener)

    # -- subscribers

    def modem(
        self,
        number: str,
        *,
        imei: str | None = None,
        imsi: str | None = None,
        profile: str = "generic",
        name: str | None = None,
    ) -> VirtualModem:
        """Add a modem. Raises ValueError where the number is taken or the profile unknown.

        ``name`` (default ``modem1``, ``modem2`` …) is where clients find it."""
        number = canonical(number, self.settings.country)
        if number in self._subscribers:
            raise ValueError(f"{number} is taken")
        at = len(self.modems) + 1
        modem = VirtualModem(
            self,
            name=name or f"modem{at}",
            number=number,
            imei=imei or with_check_digit(f"86{at:012d}"),
            imsi=imsi or f"{SIMS_MCC_MNC}{at:010d}",
            dialect=dialect(profile),
        )
        self.modems.append(modem)
        self._subscribers[number] = modem
        return modem

    def phone(self, number: str) -> Phone:
        """The phone with that number, added where there is none. Raises ValueError where it is no phone's."""
        number = canonical(number, self.settings.country)
        phone = self.phones.get(number)
        if phone is None:
            if number in self._subscribers:
                raise ValueError(f"{number} is not a phone")
            phone = self.phones[number] = Phone(self, number)
            self._subscribers[number] = phone
        return phone

    def siren(
        self,
        number: str,
        *,
        mode: SirenMode | str | None = None,
        whitelist: Iterable[str] | None = None,
        relay_sms_to: str | None = None,
        state: SirenState | str | None = None,
        close_s: float | None = None,
    ) -> Siren:
        """The siren controller with that number, added where there is none, changed where something is given.

        ``relay_sms_to`` "" sends no relay SMS. Raises ValueError for a number, mode or state that cannot be."""
        number = canonical(number, self.settings.country)
        siren = self.sirens.get(number)
        if siren is None and number in self._subscribers:
            raise ValueError(f"{number} is not a siren")
        checked_mode = None if mode is None else SirenMode(mode)
        checked_state = None if state is None else SirenState(state)
        if siren is None:
            siren = self.sirens[number] = Siren(self, number)
            self._subscribers[number] = siren
        siren.configure(
            mode=checked_mode,
            whitelist=whitelist,
            relay_sms_to=relay_sms_to,
            state=checked_state,
            close_s=close_s,
        )
        return siren

    def service(self, number: str, came: Callable[[ServiceSms], None]) -> Service:
        """Give a number (a short code, or a long one) to a program: ``came`` is called with each text sent to it.
        Raises ValueError where the number is taken."""
        return self.add(Service(self, canonical(number, self.settings.country), came))

    def add(self, service: Made) -> Made:
        """Give its number to a service that is more than one of texts. Raises ValueError where the number is taken."""
        if service.number in self._subscribers:
            raise ValueError(f"{service.number} is taken")
        self._subscribers[service.number] = self.services[service.number] = service
        return service

    def serve(self, code: str, far: Far) -> None:
        """Give a USSD code (``*384#``) to whoever answers it. Raises ValueError where it is none, or is taken."""
        if not (code.startswith("*") and code.endswith("#") and code[1:-1].replace("*", "").isdigit()):
            raise ValueError(f"{code} is no USSD code: *digits# is wanted")
        if code in self.codes:
            raise ValueError(f"{code} is taken")
        self.codes[code] = far

    def find(self, number: str) -> Subscriber | None:
        """Whoever has a number, in any form of it."""
        return self._subscribers.get(canonical(number, self.settings.country))

    def modem_named(self, name: str) -> VirtualModem | None:
        """A modem by its name, its number, or its place (1 for the first)."""
        for at, modem in enumerate(self.modems, 1):
            if name in (modem.name, modem.number, str(at)):
                return modem
        return None

    # -- traffic

    def dialled(self, number: str, dialled: str) -> UssdTalk:
        """A phone dials a USSD code; the longest served one that it begins with answers."""
        fits = [code for code in self.codes if dialled == code or dialled.startswith(f"{code.removesuffix('#')}*")]
        code = max(fits, key=len, default=dialled)
        talk = UssdTalk(self, number, code, dialled, self.codes.get(code) or Nobody())
        talk.begin()
        return talk

    def submit(self, modem: VirtualModem, submit: tpdu.Submit) -> int:
        """A modem's part reaches the centre; returns the message reference that the modem gave it (0 to 255)."""
        reference = self._references.get(modem.number, 0) % 255 + 1
        self._references[modem.number] = reference
        numbered = tpdu.Submit(
            reference=reference,
            to=submit.to,
            pid=submit.pid,
            data=submit.data,
            valid_s=submit.valid_s,
            report=submit.report,
        )
        self.smsc.submit(modem.number, numbered)
        return reference

    def close(self) -> None:
        """Stop every timer; pull every modem out, so that their transports close."""
        for modem in self.modems:
            modem.unplug("the virtual network closed")
        self.timers.close()


def with_check_digit(fourteen: str) -> str:
    """An IMEI: 14 digits and their Luhn digit (TS 23.003, annex B)."""
    total = 0
    for at, digit in enumerate(fourteen):
        value = int(digit) * (2 if at % 2 else 1)
        total += value // 10 + value % 10
    return f"{fourteen}{-total % 10}"
