"""A modem's cable as a TCP port, for programs that open ``socket://host:port``."""

from __future__ import annotations

import asyncio
import socket
import struct

from modem.virtual.wire import Device

AT_ONCE = struct.pack("ii", 1, 0)  # no lingering: closing sends a reset instead of an end


class TcpCable:
    """One modem behind one listening port; one client at a time, a second is turned away. Made by ``serve_tcp``."""

    def __init__(self, modem: Device) -> None:
        self._modem = modem
        self._server: asyncio.Server | None = None
        self._client: asyncio.Transport | None = None
        self.port = 0

    async def start(self, port: int, host: str) -> None:
        """Listen. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Client(self), host, port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and end the client's connection."""
        self.hangup("closed")
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    # -- as the modem's Line

    def send(self, data: bytes) -> None:
        """See ``Line.send``."""
        if self._client is not None and not self._client.is_closing():
            self._client.write(data)

    def hangup(self, reason: str) -> None:
        """See ``Line.hangup``: an error resets the connection, anything else ends it."""
        client, self._client = self._client, None
        if client is None:
            return
        self._modem.detach(self)
        if reason == "eio":
            client.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            client.abort()
        else:
            client.close()

    # -- what its clients tell

    def came(self, client: asyncio.Transport) -> None:
        """A client connected: it gets the modem unless another has it."""
        if self._client is not None or not self._modem.plugged:
            client.close()
            return
        self._client = client
        self._modem.attach(self)

    def typed(self, client: asyncio.Transport, data: bytes) -> None:
        """Bytes of a client."""
        if client is self._client:
            self._modem.feed(data)

    def left(self, client: asyncio.Transport) -> None:
        """A client is gone."""
        if client is self._client:
            self._client = None
            self._modem.detach(self)


class _Client(asyncio.Protocol):
    """One connection, as asyncio tells of it."""

    def __init__(self, cable: TcpCable) -> None:
        self._cable = cable

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._cable.came(transport)

    def data_received(self, data: bytes) -> None:
        self._cable.typed(self._transport, data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._cable.left(self._transport)


async def serve_tcp(modem: Device, port: int = 0, host: str = "127.0.0.1") -> TcpCable:
    """Put a modem, or its ``jack``, on a TCP port (0: any free one, see ``.port``). Raises OSError."""
    cable = TcpCable(modem)
    await cable.start(port, host)
    return cable
