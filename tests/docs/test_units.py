"""What ``config/systemd`` ships beside the program: units of systemd, rules of udev, the nightly copy."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from config.cli import build_parser
from config.clock import VirtualClock
from gateway.commanding import STORE
from gateway.nik import KEY_FILE
from gateway.store import Store, put
from kentongan import COMMANDS, STOP_WITHIN
from tests.fixtures.engines import open_store
from tests.gateway.room import letter, play

pytestmark = pytest.mark.sqlite_only("of files; a server's copy is pg_dump's")
FOLDER = Path(__file__).parents[2] / "config/systemd"
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
    return subprocess.run(
        ["sh", str(COPY), str(data), str(to)], capture_output=True, text=True, timeout=SCRIPT_S, check=False
    )


def held(path: Path) -> list[str]:
    with tarfile.open(path) as archive:
        return archive.getnames()


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="needs Debian's sqlite3")
def test_a_copy_is_made_beside_the_running_program_and_opens_as_a_store(tmp_path: Path) -> None:
    data, to, again = tmp_path / "data", tmp_path / "to", tmp_path / "again"
    for folder in (data, again):
        folder.mkdir()
    (data / KEY_FILE).write_text("secret")
    (data / "audit.anchor").write_text("{}\n")
    (data / "reports").mkdir()
    (data / "reports/laporan.pdf").write_bytes(b"%PDF")

    async def work(clock: VirtualClock) -> str:
        async with await open_store(data / STORE, clock) as store:
            await store.write(lambda tx: put(tx, letter("first")))
            for _ in range(2):  # the same day: the second is written over the first
                done = copied(data, to)
                assert (done.returncode, done.stderr) == (0, "")
            await store.write(lambda tx: put(tx, letter("second")))
        shutil.copy(next(to.glob("kentongan-*.db")), again / STORE)
        return await Store.inspect(again / STORE, clock)

    assert "0 letters in, 1 out" in play(work)
    made = sorted(path.name for path in to.iterdir())
    assert [re.sub("-[1-7]", "", name) for name in made] == ["beside.tar", "files.tar", "kentongan.db"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in to.iterdir())
    inside = [name for path in sorted(to.glob("*.tar")) for name in held(path)]
    assert inside == ["audit.anchor", "reports", "reports/laporan.pdf"]


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="needs Debian's sqlite3")
def test_a_copy_that_fails_says_so_and_leaves_the_one_before(tmp_path: Path) -> None:
    data, to = tmp_path / "data", tmp_path / "to"
    data.mkdir()
    with closing(sqlite3.connect(data / STORE)) as line:
        line.execute("CREATE TABLE one (n)")
        line.commit()
    assert copied(data, to).returncode == 0
    before = next(to.glob("kentongan-*.db")).read_bytes()
    (data / STORE).write_bytes(b"not a database" * 1000)
    assert copied(data, to).returncode != 0
    assert next(to.glob("kentongan-*.db")).read_bytes() == before


def test_the_copy_may_be_run() -> None:
    assert os.access(COPY, os.X_OK)
