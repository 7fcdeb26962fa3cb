"""A modem's cable without a kernel: driver and modem joined in memory, for virtual time and for tests.

No thread and no descriptor: each write reaches the other side at the loop's next turn, in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from modem.port import Opener, Port, PortLost, PortTaken
from modem.virtual.dialect import AudioSwitch
from modem.virtual.network import Network
from modem.virtual.voice.jack import Jack
from modem.virtual.wire import Device, Line


class MemoryPort:
    """The client's end. Satisfies ``modem.port.Port`` towards the driver and ``wire.Line`` towards the modem."""

    def __init__(self, modem: Device, name: str) -> None:
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


class _Sparse:
    """A jack as memory has it: silence is not sent, so that a call on virtual time costs next to nothing."""

    def __init__(self, jack: Jack) -> None:
        self.name, self.moved = jack.name, jack.moved
        self._jack = jack
        self.detach, self.feed = jack.detach, jack.feed

    @property
    def plugged(self) -> bool:
        return self._jack.plugged

    def attach(self, line: Line) -> None:
        self._jack.attach(line, steady=False)


def memory_opener(network: Network, *, silence: bool = False) -> Opener:
    """Opens a modem of this network by its name or number, its audio port as ``NAME-audio``. Raises PortLost where it
    is not plugged in under that name or has no such port, PortTaken while another port on it is open.

    ``silence``: the audio port sends a frame every 20 ms, silent ones too, as a real one does; otherwise only what is
    to be heard, in pieces of 100 ms."""
    open_ports: dict[Device, MemoryPort] = {}

    async def open_port(name: str) -> Port:
        device = _device(network, name)
        if device is None or not device.plugged:
            raise PortLost(f"{name}: no such device")
        held = open_ports.get(device)
        if held is not None and held.open:
            raise PortTaken(f"{name} is open already")
        end: Device = _Sparse(device) if isinstance(device, Jack) and not silence else device
        port = open_ports[device] = MemoryPort(end, name)
        if not port.open:
            raise PortLost(f"{name}: refused")
        return port

    return open_port


def _device(network: Network, name: str) -> Device | None:
    base, audio, _ = name.partition("-audio")
    modem = network.modem_named(base)
    if modem is None or not audio:
        return modem
    return None if modem.dialect.audio is AudioSwitch.NONE else modem.jack
