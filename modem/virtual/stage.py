"""The demo's stage: a city's virtual network on ptys, its page, and the settings that put the program on its modems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from config.clock import Clock
from config.settings import ModemSettings, Settings
from modem.virtual.cast import Person, cast_of
from modem.virtual.network import Network
from modem.virtual.pages import add_page
from modem.virtual.pty import serve_audio_pty, serve_pty
from modem.virtual.settings import NetworkSettings
from modem.virtual.web import Pages, routes
from modem.virtual.world import settle

if TYPE_CHECKING:
    from config.city import City

TRIES = ("TOLONG RAMPOK", "LAPOR lampu jalan mati", "dokter gigi bsk pagi", "BATAL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """``pages``: the network's control and page, to be mounted. ``ports``: where each gateway number's modem is; its
    audio port has the same name with ``-audio`` behind it."""

    network: Network
    pages: Pages
    ports: Mapping[str, str]


@contextmanager
def on_stage(folder: Path, city: City, clock: Clock, residents: Sequence[Person]) -> Iterator[Stage]:
    """The network of everybody in the pack and of those residents, its modems on ptys linked in ``folder``; the links
    go when the context ends."""
    network = Network(clock, settings=NetworkSettings.brisk())
    settle(network, city, (one.number for one in residents))
    folder.mkdir(parents=True, exist_ok=True)
    cables = [serve_pty(one, folder / one.name) for one in network.modems]
    cables += [serve_audio_pty(one, folder) for one in network.modems]
    pages = routes(network)
    add_page(pages, network, lambda: cast_of(city, clock.now(), residents, TRIES))
    try:
        yield Stage(network=network, pages=pages, ports={one.number: str(folder / one.name) for one in network.modems})
    finally:
        for cable in cables:
            cable.close()


def on_modems(settings: Settings, city: City, ports: Mapping[str, str]) -> Settings:
    """The settings with the virtual network's modems instead of real ones. ``ports``: by gateway number."""
    modems = (
        ModemSettings(
            name=f"virtual-{at}",
            port=ports[one.number],
            audio=f"{ports[one.number]}-audio",
            number=one.number,
            use=one.use,
        )
        for at, one in enumerate(city.modems, 1)
    )
    return replace(settings, modem=tuple(modems))
