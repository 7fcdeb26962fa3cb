"""What ``config/systemd`` ships beside the program: units of systemd, rules of udev, the nightly copy."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from config.cli import build_parser
from config.clock import VirtualClock
from gateway.commanding import STORE
from gateway.nik import KEY_FILE
from gateway.store import put
from kentongan import COMMANDS, STOP_WITHIN
from tests.fixtures.engines import open_store
from tests.gateway.room import letter, play

pytestmark = pytest.mark.sqlite_only("of files; a server's copy is pg_dump's")
ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests/fixtures/tinytown"
FOLDER = ROOT / "config/systemd"
COPY = FOLDER / "kentongan-backup"
SCRIPT_S = 60.0  # seconds for a script that takes one
FENCES = ("DevicePolicy", "DeviceAllow", "PrivateDevices", "ProtectClock")
WAITS = ("network-online.target", "time-sync.target")


class Unit(configparser.ConfigParser):
    """A unit's words keep their capitals."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def unit(name: str) -> Unit:
    read = Unit(interpolation=None, strict=True)
    read.read_string((FOLDER / name).read_text(encoding="utf-8"))
    return read


def test_the_unit_starts_the_program_as_it_is_and_waits_for_no_network() -> None:
    service, head = unit("kentongan.service")["Service"], unit("kentongan.service")["Unit"]
    words = service["ExecStart"].split()
    assert words[0].endswith("/.venv/bin/kentongan")
    assert build_parser(COMMANDS).parse_args(words[1:]).command.name == ("run",)
    for key in ("After", "Wants", "Requires", "BindsTo"):
        assert not set(head.get(key, "").split()) & set(WAITS), f"{key} may wait for the internet for ever"
    assert (service["Type"], service["NotifyAccess"]) == ("notify", "main")


def test_the_unit_is_started_again_for_ever_and_stopped_only_after_the_program_has_ended_by_itself() -> None:
    service = unit("kentongan.service")["Service"]
    assert service["Restart"] == "always"
    assert unit("kentongan.service")["Unit"]["StartLimitIntervalSec"] == "0"
    assert int(service["WatchdogSec"]) >= 30
    assert int(service["TimeoutStopSec"]) > STOP_WITHIN
    assert service["TimeoutStartSec"].endswith("min"), "a new version may change a large store's tables first"


def test_the_unit_may_open_a_modem_whose_driver_is_loaded_later_and_write_in_one_folder_only() -> None:
    service = unit("kentongan.service")["Service"]
    assert not [key for key in FENCES if key in service]
    assert "dialout" in service["SupplementaryGroups"]
    assert (service["ProtectSystem"], service["StateDirectory"]) == ("strict", "kentongan")
    assert (service["StateDirectoryMode"], service["UMask"], service["LimitCORE"]) == ("0700", "0077", "0")
    assert "ReadWritePaths" not in service


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("name", ["kentongan.service", "kentongan-backup.service", "kentongan-backup.timer"])
def test_systemd_knows_every_word_of_a_unit(name: str) -> None:
    said = subprocess.run(
        ["systemd-analyze", "verify", str(FOLDER / name)],
        capture_output=True,
        text=True,
        timeout=SCRIPT_S,
        check=False,
    ).stderr
    ours = [line for line in said.splitlines() if "kentongan" in line and "is not executable" not in line]
    assert not ours


PAIR = re.compile(r'[A-Z]+(\{[A-Za-z0-9_/]+\})?(==|!=|=|\+=|:=)"[^"]*"')


def test_the_rules_are_in_udevs_grammar_and_keep_modemmanager_off_all_they_name() -> None:
    name = "78-kentongan-modems.rules"
    assert name < "80-mm-candidate.rules", "told before ModemManager looks"
    lines = [line for line in (FOLDER / name).read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    for line in lines:
        assert all(PAIR.fullmatch(pair) for pair in line.split(", ")), line
    gone = {word for line in lines for word in re.findall(r'GOTO="(\w+)"', line)}
    assert gone == {word for line in lines for word in re.findall(r'LABEL="(\w+)"', line)}
    kept_off = {line.split('"')[3] for line in lines if "ID_MM_DEVICE_IGNORE" in line}
    awake = next(line for line in lines if 'ATTR{power/control}="on"' in line)
    assert kept_off == set(next(iter(re.findall(r'ATTR\{idVendor\}=="([^"]+)"', awake))).split("|"))
    assert {"1e0e", "2c7c", "12d1"} <= kept_off


def copied(data: Path, to: Path) -> subprocess.CompletedProcess[str]:
    settings, program = data.parent / "kentongan.toml", data.parent / "kentongan"
    settings.write_text(f'city = "{TINY}"\ndata_dir = "{data}"\n')
    program.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "import sys, kentongan; sys.exit(kentongan.main())" "$@"\n'
    )
    program.chmod(0o755)
    return subprocess.run(
        ["sh", str(COPY), str(to), str(settings), str(program)],
        capture_output=True,
        text=True,
        timeout=SCRIPT_S,
        check=False,
        cwd=ROOT,
    )


def test_a_copy_is_made_beside_the_running_program_and_holds_no_key(tmp_path: Path) -> None:
    data, to = tmp_path / "data", tmp_path / "to"
    data.mkdir()
    (data / KEY_FILE).write_text("secret")
    (data / "reports").mkdir()
    (data / "reports/laporan.pdf").write_bytes(b"%PDF")

    async def work(clock: VirtualClock) -> None:
        async with await open_store(data / STORE, clock) as store:
            await store.write(lambda tx: put(tx, letter("first")))
            for _ in range(2):  # the same day: the second is written over the first
                done = copied(data, to)
                assert done.returncode == 0, done.stderr

    play(work)
    (made,) = to.iterdir()
    assert re.fullmatch("kentongan-[1-7].tar", made.name)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    with tarfile.open(made) as archive:
        names = set(archive.getnames())
    assert {"store/kentongan.db", "data/reports/laporan.pdf", "manifest.json"} <= names
    assert "data/nik.key" not in names


def test_a_copy_that_fails_says_so_and_leaves_the_one_before(tmp_path: Path) -> None:
    data, to = tmp_path / "data", tmp_path / "to"
    data.mkdir()
    to.mkdir()
    (data / STORE).write_bytes(b"not a database" * 1000)
    for day in range(1, 8):
        (to / f"kentongan-{day}.tar").write_bytes(b"before")
    done = copied(data, to)
    assert done.returncode != 0
    assert "cannot be copied" in done.stderr
    assert {path.read_bytes() for path in to.iterdir()} == {b"before"}


def test_the_copy_may_be_run() -> None:
    assert os.access(COPY, os.X_OK)
