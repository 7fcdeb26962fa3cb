"""Our account with a described provider: the description with the city's own values in its holes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.provider import Description
from config.provider_settings import ProviderSettings
from gateway.number import normal, subscriber

SHORTEST_SECRET = 4  # characters; hiding shorter ones would blacken ordinary words


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """``values`` and ``secrets`` are in no repr and no log. ``public_url``: what others call our address."""

    description: Description
    name: str
    price: float = 0.0
    senders: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    public_url: str = field(default="", repr=False)

    @classmethod
    def of(cls, settings: ProviderSettings, public_url: str) -> Account:
        """The account that the settings give; they were checked when they were read."""
        assert settings.described is not None, "settings that were read have the description"
        return cls(
            description=settings.described,
            name=settings.name,
            price=settings.price,
            senders=settings.senders,
            values=settings.values,
            secrets=settings.secrets,
            public_url=public_url.rstrip("/"),
        )

    @property
    def number(self) -> str:
        """The first of our numbers at which letters come in here; empty where none does."""
        if self.description.sms is None:
            return ""
        here = (normal(sender) or "" for sender in self.senders)
        return next((number for number in here if subscriber(number)), "")

    def holes(self) -> dict[str, str]:
        """What fills the holes of every request. The addresses name the first secret of the settings."""
        ours = f"{self.public_url}/callbacks/{self.name}/{self.secrets[0] if self.secrets else ''}"
        sender = self.senders[0] if self.senders else ""
        return {**self.values, "sender": sender, "delivery_url": f"{ours}/delivery", "sms_url": f"{ours}/sms"}

    def hidden(self, text: str) -> str:
        """What a provider said, without what only it and we should know."""
        for secret in sorted((*self.secrets, *self.values.values()), key=len, reverse=True):
            if len(secret) >= SHORTEST_SECRET:
                text = text.replace(secret, "…")
        return text
