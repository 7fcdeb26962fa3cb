"""What technicians type: every command of this part, beside a running program and without one, by its exit code, its
lines and its JSON."""

from __future__ import annotations

import asyncio
import io
import json
import signal
import stat
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import kentongan
from config.city import load_city
from config.command import DONE, INTERRUPTED, NOT_HERE, NOT_SO, USAGE
from tests.walks import house, world
from tests.walks.house import GINA, PACK, House, Running
from tests.walks.processes import started, until
from tests.walks.world import Json, World

pytestmark = [
    pytest.mark.xdist_group("command-line"),  # one network for all its tests
    pytest.mark.sqlite_only("one program runs beside all its tests; test_postgres_walk.py walks on a server"),
]

STRANGER, OTHER = "+6281234567890", "+6281234567891"  # not registered
HULU, POLRES = "+6285500001001", "+6285500001002"  # sirens
HEAD = "phone,name,kelurahan,address,lat,lon,language,quiet,notes\n"
DELIVER = "0791261804000000040B912618325476F8000062115121436582064834195D2603"  # an SMS as a modem lists it


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[Json]:
        """Its stdout as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def complaint(self) -> str:
        """Its only line on stderr."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


class Shell:
    """Types commands at this process's front door, from the folder ``home``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> None:
        self.home = home
        self._monkeypatch, self._capsys = monkeypatch, capsys
        monkeypatch.chdir(home)

    def settings(self, environment: dict[str, str]) -> None:
        for name, value in environment.items():
            self._monkeypatch.setenv(name, value)

    def __call__(self, *words: str, stdin: bytes = b"") -> Said:
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        self._capsys.readouterr()
        try:
            code = kentongan.main(words)
        except SystemExit as end:  # --help
            code = int(end.code or 0)
        out, err = self._capsys.readouterr()
        return Said(code, out, err)


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    made = Shell(monkeypatch, capsys, tmp_path)
    made.settings({"KENTONGAN_CITY": str(PACK), "KENTONGAN_DATA_DIR": str(tmp_path / "var")})
    return made


# -- without the program


def test_help_names_every_command_and_the_exit_codes(shell: Shell) -> None:
    said = shell("--help")
    assert (said.code, said.err) == (DONE, "")
    for name in ("run", "demo", "simulate", "city", "modem", "doctor", "incidents", "letters", "residents", "stations"):
        assert f"\n    {name}" in said.out, name
    assert "130 interrupted" in said.out.replace("\n", " ")
    for group in ("incidents", "letters", "residents", "stations", "city", "modem", "pdu"):
        deeper = shell(group, "--help")
        assert deeper.code == DONE
        assert len(deeper.out.splitlines()) > 5


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "COMMAND"),
        (("fly",), "fly"),
        (("incidents", "accept", "1"), "--as"),
        (("incidents", "accept", "one", "--as", "Sari"), "one"),
        (("incidents", "accept", "1", "--as", " "), "--as"),
        (("letters", "list", "--state", "lost"), "lost"),
        (("simulate", "--modems", "0", "--link", "ports"), "1 to"),
        (("residents", "import", "nowhere.csv"), "nowhere.csv"),
        (("residents", "show", "PIZZA"), "PIZZA"),
        (("--settings", "nowhere.toml", "doctor"), "nowhere.toml"),
    ],
    ids=" ".join,
)
def test_bad_usage_is_one_line_and_2(words: tuple[str, ...], says: str, shell: Shell) -> None:
    shell("residents", "import", str(PACK / "residents-sample.csv"))  # so that a store is there
    said = shell(*words)
    assert (said.code, said.out) == (USAGE, "")
    assert says in said.complaint


def test_a_city_that_is_not_there_is_one_line_and_2(shell: Shell) -> None:
    shell.settings({"KENTONGAN_CITY": "atlantis"})
    said = shell("doctor")
    assert said.code == USAGE
    assert "atlantis" in said.complaint


def test_without_a_store_reading_is_not_possible_and_says_what_to_do(shell: Shell) -> None:
    for words in ("incidents list", "incidents show 1", "letters list", "residents export", "stations list"):
        said = shell(*words.split())
        assert said.code == NOT_HERE, words
        assert "start the program once" in said.complaint
    assert not (shell.home / "var").exists(), "looking makes nothing"


def test_without_the_program_nothing_rings(shell: Shell) -> None:
    said = shell("stations", "test", "polsek-hulu", "--as", "Sari")
    assert said.code == NOT_HERE
    assert "kentongan run" in said.complaint


def test_residents_come_and_go_without_the_program(shell: Shell) -> None:
    sample = str(PACK / "residents-sample.csv")
    first = shell("residents", "import", sample, "--json")
    assert (first.code, first.rows) == (DONE, [{"new": 2, "changed": 0, "same": 0, "bad": 0, "faults": []}])
    assert shell("residents", "import", sample, "--json").rows[0]["same"] == 2
    shown = shell("residents", "show", "0855 0000-3001", "--json")
    assert shown.code == DONE
    assert (shown.rows[0]["phone"], shown.rows[0]["kelurahan"]) == (GINA, "99.01.01.1001")
    rows = HEAD + "08123,x,99.01.01.1001,,,,,,\n+6285500003009,Indah,99.01.01.1002,,,,id,no,\n"
    bad = shell("residents", "import", "-", "--json", stdin=rows.encode())
    assert (bad.code, bad.rows[0]["new"], [fault["line"] for fault in bad.rows[0]["faults"]]) == (DONE, 1, [2])
    assert "-:2:" in bad.err
    exported = shell("residents", "export")
    assert exported.out.splitlines()[0].startswith("phone,")
    assert len(exported.out.splitlines()) == 4
    assert [row["phone"] for row in shell("residents", "export", "--json").rows] == [
        GINA,
        "+6285500003002",
        "+6285500003009",
    ]
    assert shell("residents", "erase", GINA).code == DONE
    gone = shell("residents", "show", GINA)
    assert (gone.code, gone.out) == (NOT_SO, "")
    assert GINA in gone.complaint


def test_what_is_not_there_is_said_in_one_line(shell: Shell) -> None:
    shell("residents", "import", str(PACK / "residents-sample.csv"))
    for words in (
        "incidents show 7",
        "incidents accept 7 --as Sari",
        "incidents close 7 --as Sari",
        "letters show in-7",
        "letters show nonsense",
        "letters retry out-7",
        "letters done in-7",
        f"residents erase {STRANGER}",
    ):
        said = shell(*words.split())
        assert (said.code, said.out) == (NOT_SO, ""), words
        assert said.complaint
    for words in ("incidents list --json", "letters list --json"):
        assert shell(*words.split()) == Said(DONE, "", "")


def test_a_city_is_checked_and_laid_out(shell: Shell) -> None:
    assert shell("city", "check", str(PACK)).code == DONE
    made = shell("city", "new", "kota-baru", "--json")
    assert made.code == DONE
    assert str(Path("kota-baru/city.toml")) in [row["file"] for row in made.rows]
    empty = shell("city", "check", "kota-baru", "--json")
    assert empty.code == NOT_SO
    assert {"file", "line", "message"} == set(empty.rows[0])
    again = shell("city", "new", "kota-baru")
    assert again.code == NOT_HERE
    assert "nothing was changed" in again.complaint


def test_pdus_are_read_from_a_file_and_from_stdin(shell: Shell) -> None:
    (shell.home / "pdus.txt").write_text(f"{DELIVER}\n\nnonsense\n")
    for said in (
        shell("pdu", "decode", "pdus.txt", "--json"),
        shell("pdu", "decode", "--json", stdin=f"{DELIVER}\nnonsense".encode()),
    ):
        assert said.code == DONE
        good, bad = said.rows
        assert (good["type"], good["sender"], good["error"]) == ("deliver", "+62812345678", None)
        assert bad["error"]
    assert "error:" in shell("pdu", "decode", "pdus.txt").out


def test_doctor_says_what_is_wrong_and_how_to_mend_it(shell: Shell) -> None:
    shell.settings(
        {
            "KENTONGAN_MODEM__0__NAME": "lost",
            "KENTONGAN_MODEM__0__PORT": str(shell.home / "ttyUSB7"),
            "KENTONGAN_MODEM__0__NUMBER": "+6285700000001",
            "PATH": str(shell.home),
        }
    )
    said = shell("doctor", "--json")
    assert said.code == NOT_SO
    found = {row["subject"]: row for row in said.rows}
    assert found["city pack"]["well"] is None
    assert "SAMPLE" in found["city pack"]["saw"].upper()
    assert found["modem lost"]["well"] is False
    assert "dialout" in found["modem lost"]["mend"]
    assert found["voice"]["mend"] == "sudo apt-get install -y espeak-ng", "no program is on this PATH"
    assert found["siren"]["well"] is False, "the sirens do not know that number"
    plain = shell("doctor").out
    assert "WRONG  modem lost" in plain
    assert "\n       -> " in plain


# -- the demo's script


def test_the_script_of_the_demo_keeps_every_promise(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KENTONGAN_CITY")
    said = shell("demo", "--script", "--json")
    assert said.code == DONE, said.out
    assert said.rows[-1] == {"say": "every promise was kept"}


def test_the_script_plays_in_a_second_town(shell: Shell) -> None:
    """A city is data: the same walk, the same code, another pack."""
    more = "+6285500003003,Indra Contoh,99.01.01.1001,,,,id,no,\n+6285500003004,Joko Contoh,99.01.01.1002,,,,id,no,\n"
    pack = house.pack(shell.home, clocks={})
    people = pack / "residents-sample.csv"
    people.write_text(people.read_text(encoding="utf-8") + more, encoding="utf-8")
    shell.settings({"KENTONGAN_CITY": str(pack)})
    said = shell("demo", "--script")
    assert (said.code, said.out.splitlines()[-1]) == (DONE, "every promise was kept"), said.out


def test_with_the_dispatch_loop_stopped_the_script_fails(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KENTONGAN_CITY")
    built = kentongan.built_house

    @asynccontextmanager
    async def without_dispatch(*rooms: Any) -> AsyncIterator[kentongan.House]:
        async with built(*rooms) as made:
            made.loops["dispatch"] = asyncio.Event().wait  # type: ignore[assignment]
            yield made

    monkeypatch.setattr(kentongan, "built_house", without_dispatch)
    said = shell("demo", "--script")
    assert said.code == NOT_SO
    assert "NOT KEPT" in said.out
    assert "the siren of" in next(line for line in said.out.splitlines() if "NOT KEPT" in line)


# -- beside the running program


@dataclass(frozen=True, slots=True)
class Town:
    net: World
    house: House
    run: Running


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("command-line")
    pack = house.pack(folder)
    with world.world(folder / "world", load_city(str(pack)), (GINA, STRANGER, OTHER), modems=2) as net:
        made = House(folder=folder / "house", pack=pack, port=net.links[0])
        with made.running() as run:
            until("the modem is on the air", run.on_air)
            yield Town(net, made, run)


@pytest.fixture
def beside(town: Town, shell: Shell) -> Shell:
    """A shell with the settings of the running program."""
    shell.settings(town.house.environment())
    return shell


def _cry(town: Town, beside: Shell, sender: str, text: str) -> int:
    """An emergency, and the number of its incident."""
    known = {row["id"] for row in beside("incidents", "list", "--json").rows}
    town.net.sms(sender, town.house.city.modems[0].number, text)

    def new() -> list[int]:
        rows = beside("incidents", "list", "--json").rows
        return [row["id"] for row in rows if row["id"] not in known and row["state"] == "confirmed"]

    return until("an incident is open", new)[0]


def test_the_ready_line_says_where(town: Town) -> None:
    assert town.run.ready == {"ready": True, "url": town.run.url, "pid": town.run.process.pid}
    assert town.run.url.startswith("http://127.0.0.1:")
    said = town.run.process.errors.splitlines()
    sample, admin = (line for line in said if not line.startswith("{"))
    assert "SAMPLE DATA" in sample
    assert admin.startswith("first login: admin, one-time password: ")
    assert all(json.loads(line)["level"] in ("info", "warning") for line in said if line.startswith("{"))


def test_the_command_socket_is_its_owners_alone(town: Town) -> None:
    mode = (town.house.data / "kentongan.sock").stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600


def test_a_second_program_on_the_same_store_is_refused(town: Town) -> None:
    again = town.house.command("run", "--json")
    assert again.returncode == NOT_HERE
    assert again.stdout == b""
    assert str(town.house.data).encode() in again.stderr.splitlines()[-1]
    assert town.run.health()[0] == 200


def test_residents_are_imported_through_the_running_program(town: Town, beside: Shell) -> None:
    people = [f"+62855000{number:05d},Orang {number},99.01.01.1001,,,,id,no,\n" for number in range(40000, 40500)]
    (beside.home / "people.csv").write_text(HEAD + "".join(people))
    said = beside("residents", "import", "people.csv", "--json")
    assert (said.code, said.rows[0]["new"]) == (DONE, 500), said.err
    assert "residents 500/500" in said.err
    assert beside("residents", "show", "+6285500040007", "--json").rows[0]["name"] == "Orang 40007"
    assert beside("residents", "erase", "+6285500040007", "--json").rows == [
        {"phone": "+6285500040007", "erased": True}
    ]
    assert beside("residents", "show", "+6285500040007").code == NOT_SO
    left = [row["phone"] for row in beside("residents", "export", "--json").rows]
    assert len([phone for phone in left if phone.startswith("+628550004")]) == 499


def test_a_long_account_of_bad_rows_comes_back_whole(town: Town, beside: Shell) -> None:
    rows = HEAD + "".join(f"nomor {number},x,99.01.01.1001,,,,,,\n" for number in range(10_000))
    said = beside("residents", "import", "-", "--json", stdin=rows.encode())
    assert said.code == DONE  # a bad row is named, and stops no other
    assert len(said.rows[0]["faults"]) == 10_000


def test_an_incident_is_listed_shown_accepted_and_closed(town: Town, beside: Shell) -> None:
    beside("residents", "import", str(PACK / "residents-sample.csv"))
    number = _cry(town, beside, GINA, "TOLONG RAMPOK")
    (row,) = [row for row in beside("incidents", "list", "--json").rows if row["id"] == number]
    for name in (
        "code",
        "state",
        "kind",
        "caller",
        "registered",
        "place",
        "station",
        "opened_at",
        "messages",
        "effects",
    ):
        assert name in row, name
    assert (row["kind"], row["caller"], row["registered"], row["station"]) == ("robbery", GINA, True, "polsek-hulu")
    assert datetime.fromisoformat(row["opened_at"]).utcoffset() is not None
    assert {"effect", "target", "wave", "key", "intended_at", "attempted_at", "outcome"} <= set(row["effects"][0])
    plain = beside("incidents", "list").out
    assert "confirmed" in plain
    assert GINA in plain
    shown = beside("incidents", "show", str(number))
    assert "TOLONG RAMPOK" in shown.out
    done = beside("incidents", "accept", str(number), "--as", "Operator Sari", "--json")
    assert (done.code, done.rows[0]["state"], done.rows[0]["accepted_by"]) == (DONE, "accepted", "Operator Sari")
    until("the resident is told", lambda: [t for t in town.net.inbox(GINA) if "diterima pusat komando" in t["text"]])
    assert beside("incidents", "accept", str(number), "--as", "Operator Sari").code == DONE, "the same person again"
    late = beside("incidents", "accept", str(number), "--as", "Budi")
    assert late.code == NOT_SO
    assert "Operator Sari" in late.complaint
    assert beside("incidents", "close", str(number), "--as", "Operator Sari").code == DONE
    until("the resident is told", lambda: [t for t in town.net.inbox(GINA) if "telah ditutup" in t["text"]])
    assert beside("incidents", "show", str(number), "--json").rows[0]["state"] == "closed"


def test_the_next_is_called_at_once_and_a_false_alarm_is_cancelled(town: Town, beside: Shell) -> None:
    number = _cry(town, beside, STRANGER, "KEBAKARAN di Jl. Cemara")
    before = len(beside("incidents", "show", str(number), "--json").rows[0]["effects"])
    assert beside("incidents", "next", str(number), "--as", "Sari").code == DONE

    def more() -> bool:
        return len(beside("incidents", "show", str(number), "--json").rows[0]["effects"]) > before

    until("the next person is called", more)
    said = beside("incidents", "cancel", str(number), "--as", "Sari", "--json")
    assert (said.code, said.rows[0]["state"]) == (DONE, "cancelled")
    assert beside("incidents", "next", str(number), "--as", "Sari").code == NOT_SO
    assert any(
        "by command" in line["text"] for line in beside("incidents", "show", str(number), "--json").rows[0]["timeline"]
    )


def test_letters_are_listed_shown_tried_again_and_read(town: Town, beside: Shell) -> None:
    town.net.phone(OTHER, off=True)
    town.net.phone(OTHER, off=False)
    town.net.sms(OTHER, town.house.city.modems[0].number, "bantuan beras kapan?")
    (came,) = until("unread", lambda: beside("letters", "list", "--state", "unread", "--json").rows)
    for name in ("id", "direction", "channel", "from", "to", "text", "lane", "state", "parts", "expires_at"):
        assert name in came, name
    assert (came["direction"], came["from"], came["text"]) == ("in", OTHER, "bantuan beras kapan?")
    until("it is answered", lambda: town.net.inbox(OTHER))
    (reply,) = [row for row in beside("letters", "list", "--json").rows if row["to"] == OTHER]
    assert (reply["direction"], reply["lane"]) == ("out", "service")
    assert town.net.inbox(OTHER)[0]["text"] == reply["text"]
    assert reply["text"] in beside("letters", "show", reply["id"]).out
    again = beside("letters", "retry", reply["id"])
    assert again.code == NOT_SO
    assert "under way or done" in again.complaint
    assert beside("letters", "done", came["id"]).code == DONE
    assert beside("letters", "list", "--state", "unread", "--json").rows == []


def test_stations_are_listed_and_a_siren_is_tested_by_a_person(town: Town, beside: Shell) -> None:
    rows = {row["id"]: row for row in beside("stations", "list", "--json").rows}
    assert set(rows) == {"polsek-hulu", "polres"}
    assert rows["polres"]["siren"]["number"] == POLRES
    assert rows["polres"]["on_duty"]
    rang = town.net.siren(POLRES)["rings"]
    said = beside("stations", "test", "polres", "--as", "Sari", "--json")
    assert (said.code, said.rows[0]["works"]) == (DONE, True), said
    assert town.net.siren(POLRES)["rings"] == rang + 1
    town.net.siren(POLRES, state="deaf")
    deaf = beside("stations", "test", "polres", "--as", "Sari", "--json")
    assert (deaf.code, deaf.rows[0]["works"]) == (NOT_SO, False)
    assert {row["id"]: row["siren"]["status"] for row in beside("stations", "list", "--json").rows}["polres"] == "dead"
    assert beside("stations", "test", "atlantis", "--as", "Sari").code == NOT_SO
    town.net.siren(POLRES, state="well")
    assert beside("stations", "test", "polres", "--as", "Sari").code == DONE


def test_a_modem_is_probed_and_one_in_use_is_left_alone(town: Town, beside: Shell) -> None:
    found = beside("modem", "probe", town.net.links[1], "--json")
    assert found.code == DONE, found.err
    assert found.rows[0]["imei"] == town.net.modem(2)["imei"]
    taken = beside("modem", "probe", town.net.links[0])
    assert taken.code == NOT_HERE
    assert "is kentongan running?" in taken.complaint
    assert beside("modem", "probe", str(beside.home / "nothing")).code == NOT_HERE
    assert town.run.on_air()


def test_doctor_beside_the_running_program_finds_nothing_wrong_with_it(town: Town, beside: Shell) -> None:
    said = beside("doctor", "--json")
    found = {row["subject"]: row for row in said.rows}
    assert found["modem walk"]["well"] is None, "the running program holds it"
    assert found["store"]["well"] is True
    assert "siren" not in found
    assert all(row["mend"] for row in said.rows if row["well"] is False)


# -- the end


def test_a_signal_in_the_middle_of_the_start_is_an_orderly_stop(tmp_path: Path) -> None:
    environment = {
        "KENTONGAN_CITY": str(PACK),
        "KENTONGAN_DATA_DIR": str(tmp_path / "var"),
        "KENTONGAN_HTTP__PORT": "0",
    }
    with started("run", "--json", folder=tmp_path, environment=environment) as process:
        until("the store is being made", (tmp_path / "var" / "kentongan.db").exists)
        process.signal(signal.SIGTERM)
        assert process.ended(within=10.0) == DONE
        assert "Traceback" not in process.errors


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, DONE), (signal.SIGINT, INTERRUPTED)])
def test_a_signal_ends_it_in_order(number: signal.Signals, code: int, tmp_path: Path) -> None:
    environment = {
        "KENTONGAN_CITY": str(PACK),
        "KENTONGAN_DATA_DIR": str(tmp_path / "var"),
        "KENTONGAN_HTTP__PORT": "0",
    }
    environment["KENTONGAN_CRASH_AT"] = "settle"  # not obeyed without --test-faults
    with started("run", "--json", folder=tmp_path, environment=environment) as process:
        assert json.loads(process.line())["ready"] is True
        process.signal(number)
        assert process.ended(within=10.0) == code
        assert "Traceback" not in process.errors
    assert not (tmp_path / "var" / "kentongan.sock").exists()
