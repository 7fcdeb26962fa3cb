"""A plain client of a virtual modem, in memory and on virtual time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from config.clock import VirtualClock, run_virtual
from modem.port import Port
from modem.virtual import Network, NetworkSettings, Phone, VirtualModem, memory_opener, tpdu

T = TypeVar("T")
EPOCH = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
MODEM, PERSON, SIREN = "+628110000001", "+628123456789", "+628120000001"
LIMIT_S = 3600.0  # virtual seconds


class Client:
    """Types, and keeps what it hears."""

    def __init__(self, clock: VirtualClock, port: Port) -> None:
        self._clock, self._port = clock, port
        self.writes: list[bytes] = []
        self.lost: list[str] = []
        port.listen(self.writes.append, self.lost.append)

    def type(self, text: str) -> None:
        self._port.write(text.encode("latin-1"))

    def send(self, data: bytes) -> None:
        """Octets as they are."""
        self._port.write(data)

    async def hear(self, seconds: float = 0.01) -> str:
        """What comes within that time."""
        self.writes.clear()
        await self._clock.sleep(seconds)
        return self.heard

    @property
    def heard(self) -> str:
        return b"".join(self.writes).decode("latin-1")

    async def raw(self, text: str, seconds: float = 0.01) -> str:
        """Type as it is; what comes within that time."""
        self.type(text)
        return await self.hear(seconds)

    async def at(self, command: str, seconds: float = 0.01) -> list[str]:
        """Type a command; the lines that come within that time, without the empty ones."""
        return [line for line in (await self.raw(f"{command}\r", seconds)).replace("\r", "\n").split("\n") if line]

    async def submit(self, to: str, text: str, *, report: bool = False, seconds: float = 0.01) -> list[str]:
        """Send a text as PDUs; the lines of the last part's answer."""
        lines: list[str] = []
        for data in tpdu.user_data(text, 7):
            body = submit_pdu(to, data, report=report)
            assert (await self.raw(f"AT+CMGS={len(body)}\r")).endswith("> ")
            answer = await self.raw(f"00{body.hex().upper()}\x1a", seconds)
            lines = [line for line in answer.split("\r\n") if line]
        return lines

    def close(self) -> None:
        self._port.close()


def submit_pdu(to: str, data: tpdu.UserData, *, report: bool = False, validity: bytes = b"\xa7") -> bytes:
    first = 0x01 | 0x10 | (0x20 if report else 0) | (0x40 if data.header else 0)
    return bytes((first, 0)) + tpdu.address(to) + bytes((0, data.dcs)) + validity + bytes((data.length,)) + data.octets


@dataclass(slots=True)
class Bench:
    """One network, one modem, one person, one client."""

    clock: VirtualClock
    network: Network
    modem: VirtualModem
    person: Phone
    client: Client

    async def reopen(self) -> Client:
        """Another client on the same modem."""
        self.client.close()
        self.client = Client(self.clock, await memory_opener(self.network)(self.modem.name))
        return self.client


def bench(
    walk: Callable[[Bench], Awaitable[T]],
    profile: str = "generic",
    *,
    echo: bool = False,
    settings: NetworkSettings | None = None,
    seed: int = 0,
) -> T:
    """Run ``walk`` on virtual time."""

    async def main(clock: VirtualClock) -> T:
        network = Network(clock, seed=seed, settings=settings)
        modem = network.modem(MODEM, profile=profile)
        client = Client(clock, await memory_opener(network)(modem.name))
        made = Bench(clock, network, modem, network.phone(PERSON), client)
        try:
            async with clock.timeout(LIMIT_S):
                await client.at("AT+CMEE=1" if echo else "ATE0;+CMEE=1")
                return await walk(made)
        finally:
            network.close()

    return run_virtual(main, EPOCH)
