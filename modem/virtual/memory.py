"""A modem's cable without a kernel: driver and modem joined in memory, for virtual time and for tests.

No thread and no descriptor: each write reaches the other side at the loop's next turn, in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from modem.port import Opener, Port, PortLost, PortTaken
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network


class MemoryPort:
    """The client's end. Satisfies ``modem.port.Port`` towards the driver and ``wire.Line`` towards the modem."""

    def __init__(self, modem: VirtualModem, name: str) -> None:
        self.name = name
        self._modem = modem
        self._open = True
        self._heard: Callable[[bytes], None] | None = None
        self._lost: Callable[[str], None] | None = None
        self._early: list[bytes] = []
        modem.attach(self)

    # -- the driver's side

    def listen(self, heard: Callable[[bytes], None], lost: Callable[[str], None]) -> None:
        """See ``Port.listen``. What came before the first call is heard first."""
        self._heard, self._lost = heard, lost
        early, self._early = self._early, []
        for data in early:
            self._soon(heard, data)

    def write(self, data: bytes) -> None:
        """See ``Port.write``."""
        if not self._open:
            raise PortLost(f"{self.name} is closed")
        asyncio.get_running_loop().call_soon(self._feed, data)

    def close(self) -> None:
        """See ``Port.close``."""
        if self._open:
            self._open = False
            self._modem.detach(self)

    @property
    def open(self) -> bool:
        """Neither side has ended it."""
        return self._open

    # -- the modem's side

    def send(self, data: bytes) -> None:
        """See ``Line.send``."""
        if self._heard is None:
            self._early.append(data)
        else:
            self._soon(self._heard, data)

    def hangup(self, reason: str) -> None:
        """See ``Line.hangup``."""
        if self._open:
            self._open = False
            if self._lost is not None:
                asyncio.get_running_loop().call_soon(self._lost, reason)

    def _feed(self, data: bytes) -> None:
        if self._open:
            self._modem.feed(data)

    def _soon(self, heard: Callable[[bytes], None], data: bytes) -> None:
        def hear() -> None:
            if self._open:
                heard(data)

        asyncio.get_running_loop().call_soon(hear)


def memory_opener(network: Network) -> Opener:
    """Opens a modem of this network by its name or number. Raises PortLost where it is not plugged in under that
    name, PortTaken while another port on it is open."""
    open_ports: dict[VirtualModem, MemoryPort] = {}

    async def open_port(name: str) -> Port:
        modem = network.modem_named(name)
        if modem is None or not modem.plugged:
            raise PortLost(f"{name}: no such device")
        held = open_ports.get(modem)
        if held is not None and held.open:
            raise PortTaken(f"{name} is open already")
        port = open_ports[modem] = MemoryPort(modem, name)
        return port

    return open_port
