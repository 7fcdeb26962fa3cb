"""Debian's smstools3 (smsd), unmodified, on the virtual modem."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.peers.conftest import Daemon, World

LONG = "Kebakaran di Jl. Kentang, dekat pasar. " * 6
LONG_UCS2 = "Tolong 🔥 api di rumah saya, dekat pasar. " * 3
SENT_UCS2 = LONG_UCS2.replace("🔥", "火")  # it reads UTF-8 files up to three bytes a character

SETTINGS = """devices = GSM1
logfile = {folder}/log
incoming = {folder}/incoming
outgoing = {folder}/outgoing
checked = {folder}/checked
failed = {folder}/failed
sent = {folder}/sent
report = {folder}/report
pidfile = {folder}/pid
infofile = {folder}/info
user = {user}
delaytime = 1
receive_before_send = yes
[GSM1]
device = {device}
incoming = yes
rtscts = no
report = yes
check_memory_method = 3
"""


@pytest.mark.peer
async def test_smstools3_receives_and_sends_in_parts_and_in_ucs2(
    needs: Callable[[str, str], str], folder: Path, ec25: World, daemon: Daemon
) -> None:
    program = needs("smsd", "smstools")
    for name in ("incoming", "outgoing", "checked", "failed", "sent", "report"):
        (folder / name).mkdir()
    settings = folder / "smsd.conf"
    settings.write_text(SETTINGS.format(device=ec25.device, folder=folder, user=getpass.getuser()))
    for text in ("TOLONG rampok", LONG, LONG_UCS2):
        ec25.person.sms(ec25.modem.number, text)
    number = ec25.person.number.removeprefix("+")
    for name, text in (("a", "halo satu"), ("b", LONG), ("c", SENT_UCS2)):
        letter = f"To: {number}\nAlphabet: UTF-8\n\n{text}"
        (folder / "outgoing" / name).write_text(letter, encoding="utf-8")

    daemon(program, "-t", "-c", str(settings))

    await ec25.until(
        lambda: (
            len(list((folder / "incoming").iterdir())) == 3
            and sum(sms.parts == sms.of for sms in ec25.person.inbox) == 3
            and len(list((folder / "sent").iterdir())) == 3
        )
    )
    kept = {_text(path) for path in (folder / "incoming").iterdir()}
    assert kept == {"TOLONG rampok", LONG, LONG_UCS2}
    assert {sms.text.rstrip() for sms in ec25.person.inbox} == {"halo satu", LONG.rstrip(), SENT_UCS2.rstrip()}
    assert sorted(sms.of for sms in ec25.person.inbox) == [1, 2, 2]
    assert ec25.modem.storage.used("MT")[0] == 0
    assert list((folder / "failed").iterdir()) == []


def _text(path: Path) -> str:
    head, _, body = path.read_bytes().partition(b"\n\n")
    return body.decode("utf-16-be" if b"Alphabet: UCS2" in head else "latin-1")
