"""Real descriptors in real time: ptys, TCP, locks, and a modem that leaves and returns under another name."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from config.clock import SystemClock
from config.command import DONE, NOT_HERE, Command, CommandError, Context
from config.crash import no_crash
from config.settings import ModemSettings
from modem.commands import COMMANDS
from modem.driver import Modem, State
from modem.port import PortLost, PortTaken, like_ports, open_port
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.virtual.pty import serve_pty
from modem.virtual.tcp import serve_tcp
from tests.modem.rig import NUMBER, RESIDENT, Kept

LIMIT_S = 20.0  # real seconds for what takes one


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    made = Network(SystemClock())
    yield made
    made.close()


@pytest.fixture
async def virtual(network: Network, tmp_path: Path) -> AsyncIterator[VirtualModem]:
    modem = network.modem(NUMBER)
    cable = serve_pty(modem, tmp_path / "modem1")
    yield modem
    cable.close()


class Running:
    """A driver on a real port, stopped at the end."""

    def __init__(self, port: str, imei: str = "") -> None:
        self.listener = Kept(SystemClock())
        settings = ModemSettings(name="one", port=port, number=NUMBER, imei=imei)
        self.modem = Modem(
            settings, clock=SystemClock(), open_port=open_port, listener=self.listener, crash=no_crash, virtual=True
        )

    async def __aenter__(self) -> Running:
        self._task = asyncio.ensure_future(self.modem.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not holds():
                assert not self._task.done(), self._task
                await asyncio.sleep(0.01)

    async def ready(self) -> None:
        await self.until(lambda: self.modem.state is State.READY)


async def test_a_letter_crosses_a_real_pty(network: Network, virtual: VirtualModem, tmp_path: Path) -> None:
    async with Running(str(tmp_path / "modem1")) as running:
        await running.ready()
        network.phone(RESIDENT).sms(NUMBER, "TOLONG RAMPOK")
        await running.until(lambda: running.listener.texts() == ["TOLONG RAMPOK"])


async def test_a_letter_crosses_tcp(network: Network) -> None:
    modem = network.modem(NUMBER)
    cable = await serve_tcp(modem)
    try:
        async with Running(f"socket://127.0.0.1:{cable.port}") as running:
            await running.ready()
            network.phone(RESIDENT).sms(NUMBER, "TOLONG RAMPOK")
            await running.until(lambda: running.listener.texts() == ["TOLONG RAMPOK"])
    finally:
        await cable.close()


async def test_unplugged_in_mid_command_and_back_under_another_name_it_is_found_by_its_imei(
    network: Network, virtual: VirtualModem, tmp_path: Path
) -> None:
    other = network.modem("+628110000002", name="modem2")
    cable = serve_pty(other, tmp_path / "modem2")
    try:
        async with Running(str(tmp_path / "modem1"), imei=virtual.imei) as running:
            await running.ready()
            virtual.pace.answer_s = 0.3
            looking = asyncio.ensure_future(running.modem.look())
            await asyncio.sleep(0.1)
            virtual.unplug()
            network.phone(RESIDENT).sms(NUMBER, "KEBAKARAN")
            await asyncio.gather(looking, return_exceptions=True)
            await running.until(lambda: running.modem.state is State.ABSENT)
            virtual.pace.answer_s = 0.0
            virtual.plug("modem9")
            await running.ready()
            assert running.modem.identity
            assert running.modem.identity.imei == virtual.imei
            await running.until(lambda: running.listener.texts() == ["KEBAKARAN"])
    finally:
        cable.close()


async def test_the_line_drops_and_comes_back(network: Network, virtual: VirtualModem, tmp_path: Path) -> None:
    async with Running(str(tmp_path / "modem1")) as running:
        await running.ready()
        virtual.fault("eio")
        await running.until(lambda: State.ABSENT in running.listener.states)
        await running.ready()
        network.phone(RESIDENT).sms(NUMBER, "masih di sini")
        await running.until(lambda: running.listener.texts() == ["masih di sini"])


async def test_a_port_that_is_another_programs_is_left_alone_until_it_is_free(
    virtual: VirtualModem, tmp_path: Path
) -> None:
    link = tmp_path / "modem1"
    held = os.open(link, os.O_RDWR | os.O_NOCTTY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with pytest.raises(PortTaken, match="another program"):
            await open_port(str(link))
        async with Running(str(link)) as running:
            await running.until(lambda: "another program" in running.modem.detail)
            assert running.modem.state is State.ABSENT
            os.close(held)
            held = -1
            await running.ready()
    finally:
        if held >= 0:
            os.close(held)


async def test_two_drivers_never_share_a_port(virtual: VirtualModem, tmp_path: Path) -> None:
    first = await open_port(str(tmp_path / "modem1"))
    try:
        with pytest.raises(PortTaken):
            await open_port(str(tmp_path / "modem1"))
    finally:
        first.close()
    (await open_port(str(tmp_path / "modem1"))).close()


async def test_a_glob_opens_the_first_that_is_free(network: Network, virtual: VirtualModem, tmp_path: Path) -> None:
    second = serve_pty(network.modem("+628110000002", name="modem2"), tmp_path / "modem2")
    try:
        one = await open_port(str(tmp_path / "modem*"))
        two = await open_port(str(tmp_path / "modem*"))
        assert (one.name, two.name) == (str(tmp_path / "modem1"), str(tmp_path / "modem2"))
        with pytest.raises(PortTaken):
            await open_port(str(tmp_path / "modem*"))
        one.close()
        two.close()
    finally:
        second.close()


@pytest.mark.parametrize(
    "name", ["/nowhere/ttyUSB0", "/nowhere/tty*", "socket://127.0.0.1:1", "socket://", "socket://host", "/etc/hostname"]
)
async def test_what_is_not_there_is_lost_and_says_why(name: str) -> None:
    with pytest.raises(PortLost, match=r"\w"):
        await open_port(name)


async def test_writing_to_a_closed_port_says_that_it_is_lost(virtual: VirtualModem, tmp_path: Path) -> None:
    port = await open_port(str(tmp_path / "modem1"))
    port.close()
    port.close()
    with pytest.raises(PortLost):
        port.write(b"AT\r")


async def test_more_than_the_kernel_takes_at_once_is_written_in_order(tmp_path: Path) -> None:
    master, slave = os.openpty()
    try:
        os.set_blocking(master, False)
        port = await open_port(os.ttyname(slave))
        sent = b"".join(b"%07d\r" % at for at in range(20_000))
        port.write(sent)
        got = bytearray()
        async with asyncio.timeout(LIMIT_S):
            while len(got) < len(sent):
                try:
                    got += os.read(master, 65_536)
                except BlockingIOError:
                    await asyncio.sleep(0.001)
        assert bytes(got) == sent
        port.close()
    finally:
        os.close(master)
        os.close(slave)


def test_ports_like_it_differ_in_the_last_number(tmp_path: Path) -> None:
    for name in ("ttyUSB0", "ttyUSB3", "ttyS0"):
        (tmp_path / name).touch()
    assert like_ports(str(tmp_path / "ttyUSB1")) == [str(tmp_path / "ttyUSB0"), str(tmp_path / "ttyUSB3")]
    assert like_ports("socket://here:1") == ["socket://here:1"]


def test_beside_a_link_every_other_device_may_be_the_modem_and_a_plain_file_may_not(tmp_path: Path) -> None:
    near, far = os.openpty()
    try:
        (tmp_path / "ttyUSB9").symlink_to(os.ttyname(far))
        (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
        (tmp_path / "notes.txt").touch()
        assert like_ports(str(tmp_path / "modem1")) == [str(tmp_path / "ttyUSB9")]
    finally:
        os.close(near)
        os.close(far)


# -- the commands


class Said:
    """An ``Out`` that remembers."""

    def __init__(self) -> None:
        self.rows: list[Mapping[str, Any]] = []
        self.texts: list[str] = []

    def row(self, row: Mapping[str, Any], text: str) -> None:
        json.dumps(row)
        self.rows.append(row)
        self.texts.append(text)

    def note(self, text: str) -> None:
        self.texts.append(text)

    def progress(self, done: int, total: int, what: str) -> None:
        """Nothing here takes long."""


async def run(words: tuple[str, ...], *arguments: str, files: Mapping[str, bytes] | None = None) -> tuple[int, Said]:
    command: Command = next(each for each in COMMANDS if each.name == words)
    parser = ArgumentParser()
    command.arguments(parser)
    out = Said()
    context = Context(settings=None, city=None, clock=SystemClock(), out=out, files=files or {})
    return await command.run(context, parser.parse_args(arguments)), out


async def test_probe_says_what_it_found_and_how_it_will_be_used(network: Network, tmp_path: Path) -> None:
    modem = network.modem(NUMBER, profile="ec25")
    cable = serve_pty(modem, tmp_path / "modem1")
    try:
        code, out = await run(("modem", "probe"), str(tmp_path / "modem1"))
    finally:
        cable.close()
    assert code == DONE
    row = out.rows[0]
    assert (row["imei"], row["imsi"], row["profile"]) == (modem.imei, modem.imsi, "ec25")
    assert (row["vendor"], row["model"], row["sim"], row["registered"]) == ("Quectel", "EC25", "READY", "home")
    assert row["signal_dbm"] == -71
    assert any("sweep" in line for line in row["use"])
    assert "EC25" in out.texts[0]


VOICES = {
    "generic": ("", None, "name it as audio"),
    "sim800": ("", False, "no port for it"),
    "sim7600": ("AT+CPCMREG=1", True, "ttyUSB4"),
    "ec25": ("AT+QPCMV=1,0", True, "AT+QPCMV=1,0"),
    "huawei": ("AT^DDSETEX=2", True, "AT^DDSETEX=2"),
}


@pytest.mark.parametrize("profile", VOICES)
async def test_probe_says_whether_the_modem_can_speak_and_by_what(
    network: Network, tmp_path: Path, profile: str
) -> None:
    command, port, words = VOICES[profile]
    cable = serve_pty(network.modem(NUMBER, profile=profile), tmp_path / "modem1")
    try:
        _, out = await run(("modem", "probe"), str(tmp_path / "modem1"))
    finally:
        cable.close()
    voice = out.rows[0]["voice"]
    assert (voice["command"], voice["port"]) == (command, port)
    assert words in next(line for line in out.texts[0].splitlines() if "voice:" in line)


async def test_probe_changes_nothing_that_another_program_relies_on(virtual: VirtualModem, tmp_path: Path) -> None:
    before = (list(virtual.session.cnmi), list(virtual.session.memories), virtual.session.csms, virtual.session.clip)
    await run(("modem", "probe"), str(tmp_path / "modem1"))
    after = (list(virtual.session.cnmi), list(virtual.session.memories), virtual.session.csms, virtual.session.clip)
    assert before == after


async def test_probe_of_a_port_that_is_taken_or_not_there_is_not_possible_here(
    virtual: VirtualModem, tmp_path: Path
) -> None:
    held = await open_port(str(tmp_path / "modem1"))
    try:
        with pytest.raises(CommandError, match="stop that program") as taken:
            await run(("modem", "probe"), str(tmp_path / "modem1"))
    finally:
        held.close()
    with pytest.raises(CommandError) as gone:
        await run(("modem", "probe"), str(tmp_path / "modem5"))
    assert taken.value.code == gone.value.code == NOT_HERE


async def test_probe_of_a_port_where_nobody_answers_says_what_to_do(virtual: VirtualModem, tmp_path: Path) -> None:
    virtual.fault("silence")
    with pytest.raises(CommandError, match="power"):
        await run(("modem", "probe"), str(tmp_path / "modem1"))


async def test_pdu_decode_reads_lines_and_says_what_is_wrong_with_the_others() -> None:
    pdu = "06912618010000040D91261832547698F00000621112910000820DD427F3E93C82A4C126F4B904"
    code, out = await run(("pdu", "decode"), files={"-": f"{pdu}\n\nnonsense\n".encode()})
    assert code == DONE
    assert out.rows[0]["text"] == "TOLONG RAMPOK"
    assert out.rows[0]["sender"] == "+6281234567890"
    assert [bool(row["error"]) for row in out.rows] == [False, True]
