"""The demo's stage: a city's virtual network, and the fake provider beside its modems for the same phones."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from config.clock import Clock
from config.settings import AfricasTalkingSettings, Settings
from gateway.store.people import Resident
from gateway.virtual.account import Pace
from gateway.virtual.http import open_provider
from gateway.virtual.provider import FakeProvider
from gateway.virtual.web import add_control
from modem.virtual.cast import Person
from modem.virtual.stage import Stage as ModemStage
from modem.virtual.stage import on_modems
from modem.virtual.stage import on_stage as modems_on_stage
from modem.virtual.web import Pages

if TYPE_CHECKING:
    from config.city import City

SECRET_OCTETS = 24  # a callback's secret must hold 128 bits; this holds 192


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """``modems``: the network's half; ``sms_url``: the provider's address; ``secret``: of its posts to us."""

    modems: ModemStage
    provider: FakeProvider
    sms_url: str
    secret: str

    @property
    def pages(self) -> Pages:
        """The control and the page, to be mounted."""
        return self.modems.pages

    def settings(self, settings: Settings, city: City) -> Settings:
        """The settings with the virtual modems and the fake provider instead of real ones."""
        account = self.provider.account
        return replace(
            on_modems(settings, city, self.modems.ports),
            africastalking=AfricasTalkingSettings(
                username=account.username,
                api_key=account.api_key,
                sender=account.number,
                voice_number=account.voice_number,
                sms_url=self.sms_url,
                voice_url=self.sms_url,
                secrets=(self.secret,),
            ),
            provider=(),
        )

    def ready(self, url: str) -> None:
        """The program listens there: the provider posts to it from now on."""
        self.provider.callbacks_at(url, self.secret)


@asynccontextmanager
async def on_stage(folder: Path, city: City, clock: Clock, residents: Sequence[Resident]) -> AsyncIterator[Stage]:
    """The network of everybody in the pack and of those residents, its modems on ptys linked in ``folder``, and the
    provider on a port of its own; all of it goes when the context ends."""
    people = [
        Person(number=one.phone, name=one.name, role="resident", note=area.name if area is not None else one.kelurahan)
        for one, area in ((one, city.areas.get(one.kelurahan)) for one in residents)
    ]
    with modems_on_stage(folder, city, clock, people) as modems:
        provider = FakeProvider(modems.network, clock, pace=Pace.patient())
        add_control(modems.pages, provider)
        async with open_provider(provider) as sms_url:
            secret = secrets.token_urlsafe(SECRET_OCTETS)
            yield Stage(modems=modems, provider=provider, sms_url=sms_url, secret=secret)
