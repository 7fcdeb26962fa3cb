"""``kentongan simulate``: a virtual GSM network for any program, its modems on ptys and TCP, driven by HTTP; and with
``--provider`` an SMS and USSD provider beside it, for the same phones."""

from __future__ import annotations

import asyncio
import json
import signal
from argparse import Namespace
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.command import DONE, INTERRUPTED, NOT_HERE, USAGE, CommandError, Context
from gateway.simulate_command import MOST_MODEMS
from gateway.virtual import shown
from gateway.virtual.http import open_provider
from gateway.virtual.provider import FakeProvider
from gateway.virtual.web import add_control
from modem.virtual.ask import AskError
from modem.virtual.dialect import AudioSwitch
from modem.virtual.http import serving
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.virtual.pages import add_page
from modem.virtual.pty import serve_audio_pty, serve_pty
from modem.virtual.settings import NetworkSettings
from modem.virtual.tcp import serve_tcp
from modem.virtual.web import routes
from modem.virtual.wire import Device
from modem.virtual.worldfile import fill

FIRST_NUMBER = 628_110_000_001  # the modems' numbers count up from here


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line asked for. ``tcp``, ``http`` and ``provider`` (its own port) None: not served; 0: any free
    port. ``callback``: the program's address, with its ``secret``."""

    modems: int
    link: Path | None
    tcp: int | None = None
    http: int | None = None
    profiles: tuple[str, ...] = ("generic",)
    seed: int = 0
    world: str = ""
    provider: int | None = None
    callback: str = ""
    secret: str = ""


@asynccontextmanager
async def simulated(context: Context, asked: Asked) -> AsyncIterator[tuple[Network, dict[str, Any]]]:
    """The network with its cables laid, and the ready line; everything is taken away at the end.

    Raises CommandError where the world file, a link or a port is no good."""
    network = Network(context.clock, seed=asked.seed, settings=NetworkSettings.brisk())
    ready: dict[str, Any] = {"ready": True}
    async with AsyncExitStack() as stack:
        stack.callback(network.close)
        try:
            fill(network, asked.world)
            _more_modems(network, asked)
            cables = [await _cables(stack, modem, at, asked) for at, modem in enumerate(network.modems)]
            provider, sms_url = await _provider(stack, network, asked)
            ready |= {"http": await _http(stack, network, provider, asked.http), "modems": cables}
            if provider is not None:
                ready["provider"] = shown.ready(provider, sms_url)
        except AskError as error:
            raise CommandError(f"the world file: {error}", NOT_HERE) from None
        except (OSError, ValueError) as error:
            raise CommandError(f"cannot simulate: {error}", NOT_HERE) from error
        yield network, ready


def _more_modems(network: Network, asked: Asked) -> None:
    """As many as were asked for, beyond those of the world file; profiles in turn."""
    number = FIRST_NUMBER
    while len(network.modems) < asked.modems:
        if network.find(f"+{number}") is None:
            profile = asked.profiles[len(network.modems) % len(asked.profiles)]
            network.modem(f"+{number}", profile=profile)
        number += 1


async def _cables(stack: AsyncExitStack, modem: VirtualModem, at: int, asked: Asked) -> dict[str, Any]:
    if asked.link is None:
        raise CommandError("--link DIR is wanted where there are modems", USAGE)
    cable = serve_pty(modem, asked.link / modem.name)
    stack.callback(cable.close)
    address = await _tcp(stack, modem, asked.tcp, at)
    audio = audio_address = None
    if modem.dialect.audio is not AudioSwitch.NONE:
        second = serve_audio_pty(modem, asked.link)
        stack.callback(second.close)
        audio, audio_address = str(second.link), await _tcp(stack, modem.jack, asked.tcp, MOST_MODEMS + at)
    return {
        "link": str(cable.link),
        "audio": audio,
        "tcp": address,
        "audio_tcp": audio_address,
        "number": modem.number,
        "imei": modem.imei,
        "imsi": modem.imsi,
        "profile": modem.dialect.name,
    }


async def _tcp(stack: AsyncExitStack, device: Device, first: int | None, at: int) -> str | None:
    """The address of a port; ``first`` None: it has none, 0: any free one."""
    if first is None:
        return None
    tcp = await serve_tcp(device, first + at if first else 0)
    stack.push_async_callback(tcp.close)
    return f"socket://127.0.0.1:{tcp.port}"


async def _provider(stack: AsyncExitStack, network: Network, asked: Asked) -> tuple[FakeProvider | None, str]:
    if asked.provider is None:
        return None, ""
    provider = FakeProvider(network, network.clock, seed=asked.seed)
    url = await stack.enter_async_context(open_provider(provider, asked.provider))
    if asked.callback:
        provider.callbacks_at(asked.callback, asked.secret)
    return provider, url


async def _http(stack: AsyncExitStack, network: Network, provider: FakeProvider | None, port: int | None) -> str | None:
    if port is None and provider is None:
        return None
    app = routes(network)
    add_page(app, network)
    if provider is not None:
        add_control(app, provider)
    return await stack.enter_async_context(serving(app, port or 0))


async def simulate(context: Context, asked: Namespace) -> int:
    """Until it is told to stop. Raises CommandError."""
    world = context.files[asked.world].decode("utf-8", "replace") if asked.world else ""
    if asked.provider is None and not asked.modems:
        raise CommandError(f"--modems: from 1 to {MOST_MODEMS}; 0 goes with --provider", USAGE)
    wanted = Asked(
        modems=asked.modems,
        link=Path(asked.link) if asked.link else None,
        tcp=asked.tcp,
        http=asked.http,
        profiles=tuple(asked.profile),
        seed=asked.seed,
        world=world,
        provider=asked.provider,
        callback=asked.callback or "",
        secret=asked.secret,
    )
    stopped: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    with _signals(stopped):
        async with simulated(context, wanted) as (_, ready):
            context.out.row(ready, json.dumps(ready))
            return await stopped


@contextmanager
def _signals(stopped: asyncio.Future[int]) -> Iterator[None]:
    """SIGTERM and SIGINT end the simulation in order, so that its links go."""
    loop = asyncio.get_running_loop()

    def stop(code: int) -> None:
        if not stopped.done():
            stopped.set_result(code)

    loop.add_signal_handler(signal.SIGTERM, stop, DONE)
    loop.add_signal_handler(signal.SIGINT, stop, INTERRUPTED)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        loop.remove_signal_handler(signal.SIGINT)
