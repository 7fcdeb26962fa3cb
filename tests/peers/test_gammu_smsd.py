"""Debian's gammu-smsd, unmodified, on the virtual modem."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.peers.conftest import Daemon, World

LONG = "Kebakaran di Jl. Kentang, dekat pasar. " * 6
UCS2 = "Tolong 火災 di Jl. Kentang"
LONG_UCS2 = "Tolong 火災 di Jl. Kentang dekat pasar. " * 3

SETTINGS = """[gammu]
device = {device}
connection = at115200
[smsd]
service = files
logfile = {folder}/log
inboxpath = {folder}/in/
outboxpath = {folder}/out/
sentsmspath = {folder}/sent/
errorsmspath = {folder}/err/
inboxformat = unicode
outboxformat = detail
ReceiveFrequency = 1
StatusFrequency = 0
CommTimeout = 1
LoopSleep = 1
CheckSecurity = 0
CheckBattery = 0
CheckSignal = 0
CheckNetwork = 0
"""


@pytest.mark.peer
async def test_gammu_smsd_receives_and_sends_in_parts_and_in_ucs2(
    needs: Callable[[str, str], str], folder: Path, generic: World, daemon: Daemon
) -> None:
    program, inject = needs("gammu-smsd", "gammu-smsd"), needs("gammu-smsd-inject", "gammu-smsd")
    for name in ("in", "out", "sent", "err"):
        (folder / name).mkdir()
    settings = folder / "smsdrc"
    settings.write_text(SETTINGS.format(device=generic.device, folder=folder))
    for text in ("TOLONG rampok", LONG, UCS2):
        generic.person.sms(generic.modem.number, text)
    for text, options in (("halo satu", ()), (LONG, ()), (LONG_UCS2, ("-unicode",))):
        command = [inject, "-c", str(settings), "TEXT", generic.person.number, "-autolen", "600", *options]
        await _run(*command, "-text", text)

    daemon(program, "-c", str(settings))

    await generic.until(lambda: len(list((folder / "in").iterdir())) == 4 and _whole(generic) == 3)
    texts = [_text(path) for path in sorted((folder / "in").iterdir())]
    assert texts[0] == "TOLONG rampok"
    assert "".join(texts[1:3]) == LONG
    assert texts[3] == UCS2
    assert [sms.text for sms in generic.person.inbox] == ["halo satu", LONG, LONG_UCS2]
    assert {sms.parts for sms in generic.person.inbox} == {1, 2}
    await generic.until(lambda: generic.modem.storage.used("SM")[0] == 0, 10)
    assert list((folder / "err").iterdir()) == []


def _text(path: Path) -> str:
    """gammu 1.42 writes what its buffer still held behind the text's end, after a NUL."""
    return path.read_bytes().decode("utf-16").partition("\0")[0]


def _whole(world: World) -> int:
    return sum(sms.parts == sms.of for sms in world.person.inbox)


async def _run(*command: str) -> None:
    environment = {"LC_ALL": "C.UTF-8"}
    done = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, timeout=20)
    assert done.returncode == 0, done
