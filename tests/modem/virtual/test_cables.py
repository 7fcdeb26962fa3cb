"""The cables: a pty under a link, and TCP. In real time, with limits."""

from __future__ import annotations

import asyncio
import os
import termios
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from config.clock import SystemClock
from modem.virtual import Network, VirtualModem, serve_pty, serve_tcp
from modem.virtual.pty import PtyCable

LIMIT_S = 10.0


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    made = Network(SystemClock())
    yield made
    made.close()


@pytest.fixture
def modem(network: Network) -> VirtualModem:
    return network.modem("+628110000001")


@pytest.fixture
async def cable(modem: VirtualModem, tmp_path: Path) -> AsyncIterator[PtyCable]:
    made = serve_pty(modem, tmp_path / "modem1")
    yield made
    made.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not true():
            await asyncio.sleep(0.005)


class Terminal:
    """A client that opens the link and leaves the terminal's settings as it finds them."""

    def __init__(self, link: Path) -> None:
        self.fd = os.open(link, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    async def ask(self, text: str, end: str = "OK\r\n") -> str:
        os.write(self.fd, text.encode())
        return await self.hear(end)

    async def hear(self, end: str) -> str:
        heard = b""
        async with asyncio.timeout(LIMIT_S):
            while not heard.endswith(end.encode()):
                try:
                    heard += os.read(self.fd, 4096)
                except BlockingIOError:
                    await asyncio.sleep(0.002)
        return heard.decode()

    def unread(self) -> bytes:
        try:
            return os.read(self.fd, 4096)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        os.close(self.fd)


async def test_a_link_leads_to_a_raw_terminal_that_answers(cable: PtyCable) -> None:
    assert os.readlink(cable.link) == cable.device
    client = Terminal(cable.link)
    assert await client.ask("AT\r") == "AT\r\r\nOK\r\n"
    assert not termios.tcgetattr(client.fd)[3] & (termios.ECHO | termios.ICANON)
    client.close()


async def test_a_client_may_close_and_another_open_and_find_nothing_old(cable: PtyCable, modem: VirtualModem) -> None:
    first = Terminal(cable.link)
    await first.ask("ATE0\r")
    first.close()
    await until(lambda: not modem.wire.attached)
    modem.code("+CMTI: lost with the port")
    second = Terminal(cable.link)
    await until(lambda: modem.wire.attached)
    assert second.unread() == b""
    assert await second.ask("AT\r") == "\r\nOK\r\n", "the modem itself remembers ATE0"
    second.close()


async def test_a_client_that_leaves_an_exclusive_cooked_terminal_does_no_harm(
    cable: PtyCable, modem: VirtualModem
) -> None:
    import fcntl

    first = Terminal(cable.link)
    fcntl.ioctl(first.fd, termios.TIOCEXCL)
    settings = termios.tcgetattr(first.fd)
    settings[3] |= termios.ECHO | termios.ICANON
    termios.tcsetattr(first.fd, termios.TCSANOW, settings)
    await until(lambda: modem.wire.attached)
    first.close()
    await until(lambda: not modem.wire.attached)
    second = Terminal(cable.link)
    assert await second.ask("ATE0\r") == "ATE0\r\r\nOK\r\n"
    second.close()


async def test_unplugged_the_client_sees_the_end_and_the_link_is_gone(cable: PtyCable, modem: VirtualModem) -> None:
    client = Terminal(cable.link)
    await client.ask("AT\r")
    modem.unplug()
    assert not cable.link.exists()
    assert not cable.link.is_symlink()
    assert os.read(client.fd, 10) == b""
    with pytest.raises(OSError, match="Input/output error"):
        os.write(client.fd, b"AT\r")
    client.close()


async def test_plugged_in_again_under_another_name_it_is_the_same_modem(cable: PtyCable, modem: VirtualModem) -> None:
    folder = cable.link.parent
    modem.unplug()
    modem.plug("modem9")
    assert [path.name for path in folder.iterdir()] == ["modem9"]
    await until(lambda: not modem.booting)
    client = Terminal(folder / "modem9")
    assert modem.imei in await client.ask("AT+CGSN\r")
    client.close()


async def test_after_a_hang_up_the_same_link_can_be_opened_at_once(cable: PtyCable, modem: VirtualModem) -> None:
    client = Terminal(cable.link)
    await client.ask("AT\r")
    modem.fault("eof")
    assert os.read(client.fd, 10) == b""
    again = Terminal(cable.link)
    assert await again.ask("ATE0\r") == "ATE0\r\r\nOK\r\n"
    client.close()
    again.close()


async def test_more_than_the_kernels_buffer_comes_whole(cable: PtyCable, modem: VirtualModem) -> None:
    client = Terminal(cable.link)
    await client.ask("ATE0\r")
    for at in range(2000):
        modem.code(f"+CMTI: {at:08d}")
    heard = await client.hear("00001999\r\n")
    assert heard.count("+CMTI") == 2000
    client.close()


async def test_closing_takes_the_link_away_and_leaves_other_files(tmp_path: Path, modem: VirtualModem) -> None:
    other = tmp_path / "keep"
    other.write_text("x")
    cable = serve_pty(modem, tmp_path / "modem1")
    cable.close()
    cable.close()
    assert [path.name for path in tmp_path.iterdir()] == ["keep"]


async def test_tcp_serves_one_client_at_a_time(modem: VirtualModem) -> None:
    cable = await serve_tcp(modem)
    try:
        async with asyncio.timeout(LIMIT_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
            writer.write(b"AT\r")
            assert await reader.readuntil(b"OK\r\n") == b"AT\r\r\nOK\r\n"
            second, second_writer = await asyncio.open_connection("127.0.0.1", cable.port)
            assert await second.read() == b""
            second_writer.close()
            writer.close()
            await until(lambda: not modem.wire.attached)
            third, third_writer = await asyncio.open_connection("127.0.0.1", cable.port)
            third_writer.write(b"ATE0\r")
            await third.readuntil(b"OK\r\n")
            modem.unplug()
            assert await third.read() == b""
            third_writer.close()
    finally:
        await cable.close()


async def test_an_error_resets_a_tcp_client(modem: VirtualModem) -> None:
    cable = await serve_tcp(modem)
    try:
        async with asyncio.timeout(LIMIT_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
            writer.write(b"AT\r")
            await reader.readuntil(b"OK\r\n")
            modem.fault("eio")
            with pytest.raises(ConnectionResetError):
                await reader.read()
            writer.close()
    finally:
        await cable.close()
