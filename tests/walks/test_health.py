"""``/health`` and systemd's watchdog say what is so: of the running program, its modems, its loops."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from config.city import load_city
from config.command import DONE
from tests.walks import house, world
from tests.walks.house import GINA, House, Running
from tests.walks.processes import until
from tests.walks.world import Json, World

pytestmark = [
    pytest.mark.xdist_group("health"),  # one network for all its tests
    pytest.mark.sqlite_only("of modems and loops, whatever keeps the letters"),
]

STUCK = """
import asyncio, pathlib, gateway.inbox
gateway.inbox.BEAT_S, gateway.inbox.TICK_S = 2.0, 0.2  # seconds, so that silence shows soon
real = gateway.inbox.Inbox._round
async def stuck(inbox):
    while pathlib.Path("stuck").exists():
        await asyncio.sleep(0.1)
    return await real(inbox)
gateway.inbox.Inbox._round = stuck
"""
"""The inbox's loop stands still while a file of that name is there."""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return house.pack(tmp_path_factory.mktemp("health"))


@pytest.fixture(scope="module")
def net(pack: Path) -> Iterator[World]:
    with world.world(pack.parent / "world", load_city(str(pack)), (GINA,), modems=2) as made:
        yield made


def _parts(run: Running, kind: str) -> dict[str, Json]:
    return {part["name"]: part for part in run.health()[1]["parts"] if part["kind"] == kind}


def _is(run: Running, code: int, status: str) -> bool:
    said, body = run.health()
    return (said, body["status"]) == (code, status)


def test_one_modem_away_is_degraded_and_all_away_is_failed(net: World, pack: Path, tmp_path: Path) -> None:
    second = {"KENTONGAN_MODEM__1__NAME": "second", "KENTONGAN_MODEM__1__PORT": net.links[1]}
    made = House(folder=tmp_path, pack=pack, port=net.links[0], settings=second)
    with made.running() as run:
        until("both modems are ready", run.on_air)
        code, body = run.health()
        assert code == 200, [(part["kind"], part["name"], part["status"]) for part in body["parts"]]
        for part in body["parts"]:
            assert set(part) == {"name", "kind", "status", "since", "detail"}
            assert datetime.fromisoformat(part["since"]).tzinfo is not None
        kinds = {part["kind"] for part in body["parts"]}
        assert {"loop", "modem", "sim", "disk", "store"} <= kinds
        net.ask("POST", "/modems/2/unplug")
        until("degraded", lambda: _is(run, 200, "degraded") and _parts(run, "modem")["second"]["status"] == "failed")
        assert _parts(run, "modem")["walk"]["status"] == "ok"
        assert _parts(run, "modem")["second"]["detail"]
        net.ask("POST", "/modems/1/unplug")
        until("failed", lambda: _is(run, 503, "failed"))
        net.ask("POST", "/modems/1/plug")
        net.ask("POST", "/modems/2/plug")
        until("both are back", run.on_air, within=60)
        assert run.health()[0] == 200
        assert "outages" in _parts(run, "loop"), "the history of health is written"
        assert run.process.stop() == DONE
    (watched,) = made.rows("select began_at, last_at from watched")
    assert watched["last_at"] > watched["began_at"], "told to stop, it wrote down until when it watched"


def test_a_modem_that_another_program_holds_is_shown_and_taken_when_it_is_free(
    net: World, pack: Path, tmp_path: Path
) -> None:
    """How a port is held: tests/modem/test_port.py."""
    other = House(folder=tmp_path / "other", pack=pack, port=net.links[0])
    made = House(folder=tmp_path / "house", pack=pack, port=net.links[0])
    with made.running() as run, other.running() as holder:
        until("one of them has it", lambda: run.on_air() or holder.on_air())
        first, second = (run, holder) if run.on_air() else (holder, run)
        until("the other says so", lambda: _is(second, 503, "failed"))
        until("and why", lambda: "another program" in _parts(second, "modem")["walk"]["detail"])
        assert first.on_air()
        assert first.process.stop() == DONE
        until("then it has it", second.on_air, within=60)
        assert second.process.stop() == DONE


@contextmanager
def _systemd(path: Path) -> Iterator[socket.socket]:
    """The other end of NOTIFY_SOCKET."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(path))
        line.settimeout(20.0)
        yield line


def _heard(line: socket.socket, within: float) -> list[str]:
    """Everything that comes within that time of silence."""
    words: list[str] = []
    line.settimeout(within)
    try:
        while True:
            words.append(line.recv(4096).decode())
            if len(words) > 20:
                return words
    except TimeoutError:
        return words


def test_systemd_hears_ready_and_is_fed_only_while_every_loop_beats(
    net: World, pack: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("w")  # a short path: AF_UNIX has 108 bytes
    made = House(folder=folder, pack=pack, port=net.links[0])
    with _systemd(folder / "n") as line:
        with made.running(before=STUCK, NOTIFY_SOCKET=str(folder / "n"), WATCHDOG_USEC="1000000") as run:
            assert line.recv(4096) == b"READY=1"
            until("the modem is on the air", run.on_air)
            line.settimeout(20.0)
            assert line.recv(4096) == b"WATCHDOG=1"
            (folder / "stuck").touch()
            until("the inbox is silent", lambda: _is(run, 503, "failed"))
            silent = _parts(run, "loop")["inbox"]
            assert silent["status"] == "failed"
            assert "silent for" in silent["detail"]
            _drain(line)
            assert _heard(line, within=2.0) == [], "nothing feeds the watchdog now"
            (folder / "stuck").unlink()
            until("it beats again", lambda: run.health()[0] == 200)
            line.settimeout(20.0)
            assert line.recv(4096) == b"WATCHDOG=1"
            assert run.process.stop() == DONE
        assert _heard(line, within=0.5)[-1] == "STOPPING=1"


def _drain(line: socket.socket) -> None:
    line.setblocking(False)
    try:
        while True:
            line.recv(4096)
    except BlockingIOError:
        return
