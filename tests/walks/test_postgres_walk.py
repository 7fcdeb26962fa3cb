"""The real program on PostgreSQL: one at each of two machines; the one that leads is killed, the other goes on."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from config.city import load_city
from config.command import DONE, NOT_HERE
from tests.fixtures import engines
from tests.fixtures.engines import url_of
from tests.walks import house, world
from tests.walks.house import GINA, STORE, House, Running
from tests.walks.processes import until

pytestmark = [pytest.mark.engine(engines.POSTGRES), pytest.mark.xdist_group("postgres-walk")]

CRY = "TOLONG RAMPOK"
PASSWORD = "r4h4s1a-kota"


def _lead(run: Running) -> str:
    """Whether it leads, as its page says."""
    return next((part["detail"] for part in run.health()[1]["parts"] if part["kind"] == "lead"), "")


def _leads(run: Running) -> bool:
    return "run here" in _lead(run)


def test_of_two_programs_on_one_store_one_leads_and_the_other_takes_over_when_it_is_killed(tmp_path: Path) -> None:
    pack = house.pack(tmp_path)
    url = url_of(tmp_path / "shared.db").replace("kentongan@", f"kentongan:{PASSWORD}@")
    with world.world(tmp_path / "world", load_city(str(pack)), (GINA,), modems=2) as net:
        on = {"KENTONGAN_STORE__URL": url}
        first = House(folder=tmp_path / "first", pack=pack, port=net.links[0], settings=on)
        second = House(folder=tmp_path / "second", pack=pack, port=net.links[1], settings=on)
        first.folder.mkdir()
        second.folder.mkdir()
        done = first.command("residents", "import", str(pack / "residents-sample.csv"))
        assert done.returncode == DONE, done.stderr
        token = first.token()
        with first.running() as one, second.running() as other:
            until("the first leads", lambda: _leads(one) and one.on_air() and other.on_air())
            until("the second stands by", lambda: "another process leads" in _lead(other))
            assert other.health()[0] == 200
            net.sms(GINA, net.modem(2)["number"], CRY)  # it reaches the one that stands by
            until("the leader has it", lambda: len(one.page("api/v1/incidents", token)) == 1)
            until("both show it", lambda: len(other.page("api/v1/incidents", token)) == 1)
            one.process.signal(signal.SIGKILL)
            one.process.ended(30.0)
            until("the second leads", lambda: _leads(other), within=60)
            net.sms(GINA, net.modem(2)["number"], "BATAL")
            until("it reads what comes", lambda: other.page("api/v1/incidents", token)[0]["state"] != "confirmed")
            listed = second.command("letters", "list", "--json")
            assert listed.returncode == DONE, listed.stderr
            assert any(json.loads(line).get("text") == CRY for line in listed.stdout.splitlines())
            doctor = second.command("doctor")
            assert b"set fsync and full_page_writes to on" in doctor.stdout, "the tests' server is a hasty one"
            assert PASSWORD.encode() not in doctor.stdout + doctor.stderr
            assert other.process.stop() == DONE
            assert PASSWORD not in one.process.errors + other.process.errors


def test_a_server_that_is_not_there_is_one_line_and_3(tmp_path: Path) -> None:
    on = {"KENTONGAN_STORE__URL": f"postgresql+asyncpg://siti:{PASSWORD}@127.0.0.1:1/kota"}
    made = House(folder=tmp_path, pack=house.pack(tmp_path), port="/dev/null", settings=on)
    for words in (("run",), ("letters", "list"), ("residents", "import", str(made.pack / "residents-sample.csv"))):
        done = made.command(*words)
        assert done.returncode == NOT_HERE, done.stderr
        said = done.stderr.decode().strip().splitlines()
        assert said[-1].startswith(
            "postgresql://siti@127.0.0.1:1/kota: no server answers (connection refused): start it"
        )
        assert PASSWORD not in done.stderr.decode()
    assert b"WRONG  store: postgresql://siti@127.0.0.1:1/kota: no server answers" in made.command("doctor").stdout
    assert not (made.data / STORE).exists()
