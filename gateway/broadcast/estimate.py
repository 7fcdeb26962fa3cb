"""What a broadcast would take before it is sent: people, letters, messages, Rupiah, air, and when it would end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.settings import Settings
from gateway.broadcast.areas import within
from gateway.broadcast.asking import Text
from gateway.broadcast.quiet import ends_after
from gateway.broadcast.store.people import Counted, count
from gateway.broadcast.values import What
from gateway.store import Tx
from gateway.store.spending import ledger

if TYPE_CHECKING:
    from config.city import City

LEARNED = timedelta(days=30)  # of the ledger, for how long a message takes
LEAST = 20  # messages of a way from which its own figure is believed
MODEM_S, PROVIDER_S = 6.0, 0.2  # seconds a message where there is no figure yet: one SMS on the air; one answer by HTTP


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way out of the settings. ``price``: Rupiah a message at most; ``each_s``: seconds a message, ``known`` from
    the ledger or not; ``air``: a modem, whose air is its own."""

    name: str
    price: float
    each_s: float
    known: bool
    air: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """``parts``: messages of all letters. ``ways``: by which it would leave, the cheapest (what costs the same shares);
    ``dearer``: what it would cost by the others. ``ends_at`` with quiet hours in between; None: there is no way."""

    counted: Counted
    parts: int
    ways: Sequence[Way]
    dearer: Sequence[Way]
    cost: float
    air_s: float
    ends_at: datetime | None


def estimate(
    tx: Tx, city: City, settings: Settings, area: str, texts: Sequence[Text], what: What, now: datetime
) -> Estimate:
    """By the registry and the prices as they are now."""
    counted, by_language = count(tx, within(city, area), what), {one.language: one.parts for one in texts}
    first = texts[0].parts
    parts = sum(by_language.get(language or city.languages[0], first) * n for language, n in counted.languages.items())
    known = ways_of(settings, _each(tx, (now.astimezone(city.timezone) - LEARNED).date().isoformat()))
    cheapest = [one for one in known if one.price == min(way.price for way in known)]
    work_s = parts / sum(1 / one.each_s for one in cheapest) if cheapest else 0.0
    share = work_s if any(one.air for one in cheapest) else 0.0
    ends = ends_after(city, now, work_s) if what is What.BROADCAST else now + timedelta(seconds=work_s)
    return Estimate(
        counted=counted,
        parts=parts,
        ways=cheapest,
        dearer=[one for one in known if one not in cheapest],
        cost=parts * cheapest[0].price if cheapest else 0.0,
        air_s=share * sum(one.air for one in cheapest),
        ends_at=ends if cheapest else None,
    )


def ways_of(settings: Settings, each: Mapping[str, float]) -> list[Way]:
    """Every way of the settings that carries letters."""
    found = [(one.name, one.tariff.price, True) for one in settings.modem if one.use != "calls"]
    if settings.africastalking.username:
        found.append(("africastalking", settings.africastalking.price, False))
    found += [(one.name, one.price, False) for one in settings.provider]
    return [
        Way(
            name=name,
            price=price,
            each_s=each.get(name, MODEM_S if air else PROVIDER_S),
            known=name in each,
            air=air,
        )
        for name, price, air in found
    ]


def _each(tx: Tx, since: str) -> dict[str, float]:
    """Seconds of air a message took, by way, as the ledger has it."""
    parts: dict[str, int] = {}
    air: dict[str, float] = {}
    for one in ledger(tx, since):
        parts[one.channel] = parts.get(one.channel, 0) + one.parts
        air[one.channel] = air.get(one.channel, 0.0) + one.air_s
    return {name: air[name] / many for name, many in parts.items() if many >= LEAST and air[name] > 0}
