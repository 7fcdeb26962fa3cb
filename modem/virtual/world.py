"""A city's people and sirens in the virtual network: everybody whom a city pack names, and some residents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from modem.virtual.network import Network

if TYPE_CHECKING:
    from config.city import City

PROFILE = "sim7600"  # reports keys pressed by the far end (modem/README.md)


def settle(network: Network, city: City, residents: Iterable[str]) -> None:
    """Give the network the city's gateway modems, siren controllers, the phones of its officers and of its command
    centre, and the ``residents``' phones (E.164). Nobody answers until told to."""
    for modem in city.modems:
        network.modem(modem.number, profile=PROFILE)
    first = city.modems[0].number if city.modems else ""
    for station in city.stations.values():
        siren = station.siren
        if siren is None:
            continue
        relay = first if siren.relay else ""
        network.siren(
            siren.number, mode=siren.mode, whitelist=siren.whitelist, close_s=siren.close_s, relay_sms_to=relay
        )
    for number in (*sorted(city.roster_numbers()), *(post.number for post in city.operators), *residents):
        network.phone(number)
