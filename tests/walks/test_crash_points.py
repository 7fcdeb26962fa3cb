"""The real program is killed at every named point of a letter's walk, and started again.

A virtual network runs in a process of its own and lives on, as the real one would: what was on the SIM, on the air or
ringing stays there. What people were told is read from their phones, what the program believes from its store.
"""

from __future__ import annotations

import itertools
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from config.city import load_city
from config.crash import POINTS
from modem.virtual.smsc import Taken
from tests.fixtures.engines import url_of
from tests.fixtures.whole import WHOLE, on_one_engine
from tests.walks import house, world
from tests.walks.house import GINA, STORE, House, Running
from tests.walks.processes import until
from tests.walks.world import World

pytestmark = pytest.mark.xdist_group("crash-points")  # one network for all its tests

KILLED = -signal.SIGKILL
CRY = "TOLONG RAMPOK"
ROWS = {  # with one modem and AIR_S: about the how-manieth passing of each point is whose
    "claim": {"siren": 1, "letter": 2, "call": 3},
    "wire": {"siren": 1, "letter": 2, "call": 4},  # the siren is on the radio first; a letter already claimed waits
    "settle": {"siren": 1, "letter": 2, "call": 4},
}
ALL_KILLS = [(point, kind) for point in ROWS for kind in ("letter", "siren", "call")]
KILLS = ALL_KILLS if WHOLE else [("claim", "siren"), ("wire", "letter"), ("settle", "call")]  # each point and kind once
LISTENS_S = 1.0  # seconds of words that an officer hears before he presses a key
AIR_S = 0.4  # seconds a letter is on the air: long against our own time, so that the order is always the same


@dataclass(frozen=True, slots=True)
class Stage:
    """A network that serves every walk of this file, and a house to copy: its town and its residents."""

    net: World
    first: House


@dataclass(slots=True)
class Walk:
    """One town's day: crashes counted, the far end's counters as they were in the morning."""

    net: World
    house: House
    crashes: int = 0
    rings: dict[str, int] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)
    seq: int = 0

    def __post_init__(self) -> None:
        self.rings = {number: self.net.siren(number)["rings"] for number in self.sirens}
        self.texts = {number: len(self.net.inbox(number)) for number in self.phones}
        self.seq = self.net.seq

    @property
    def modem(self) -> str:
        return self.house.city.modems[0].number

    @property
    def sirens(self) -> list[str]:
        return [one.siren.number for one in self.house.city.stations.values() if one.siren]

    @property
    def officers(self) -> list[str]:
        city = self.house.city
        return [*sorted(city.roster_numbers()), *(post.number for post in city.operators)]

    @property
    def phones(self) -> list[str]:
        return [GINA, *self.officers]

    def told(self, number: str) -> list[world.Json]:
        """The texts that this phone got today."""
        return self.net.inbox(number)[self.texts[number] :]

    def died(self, run: Running, within: float = 30.0) -> None:
        """It killed itself, as it was told to."""
        try:
            assert run.process.ended(within) == KILLED, run.process.errors[-3000:]
        except AssertionError as fault:
            raise AssertionError("\n".join([str(fault), *self.account()])) from None
        self.crashes += 1

    def account(self) -> list[str]:
        """What the store believes, for whoever has to find out why."""
        effects = "SELECT key, state, attempted_at, started_at, settled_at, outcome FROM effect WHERE kind <> 'text'"
        letters = "SELECT key, state, due_at, fault FROM outbound"
        rows = [*self.house.rows(effects), *self.house.rows(letters), self.net.modem()]
        return [" ".join(f"{name}={value}" for name, value in row.items()) for row in rows]

    def code(self) -> tuple[str, str]:
        """An officer who was offered the incident in writing, and his newest code; empty before."""
        for officer in self.officers:
            codes = [found[1] for one in self.told(officer) if (found := world.CODE.search(one["text"]))]
            if codes:
                return officer, codes[-1]
        return "", ""

    def incident(self) -> world.Json:
        """The one incident there is."""
        found = self.house.rows("SELECT * FROM incident")
        assert len(found) == 1, f"one cry, {len(found)} incidents"
        return found[0]

    def rung(self) -> int:
        """How often a siren was rung today."""
        return sum(int(self.net.siren(number)["rings"]) - self.rings[number] for number in self.sirens)

    def being_done(self) -> set[str]:
        """The kinds of the letters and calls that were on the wire, or near it."""
        rows = self.house.rows("SELECT 'letter' AS kind FROM outbound WHERE state = 'doing'")
        rows += self.house.rows("SELECT kind FROM effect WHERE kind <> 'text' AND state = 'doing'")
        return {row["kind"] for row in rows}

    def last_settled(self) -> str:
        """The kind of the letter or call that ended last."""
        ended = "SELECT 'letter' AS kind, settled_at FROM outbound WHERE settled_at IS NOT NULL UNION ALL "
        ended += "SELECT kind, settled_at FROM effect WHERE kind <> 'text' AND settled_at IS NOT NULL"
        rows = self.house.rows(f"{ended} ORDER BY settled_at DESC LIMIT 1")
        return str(rows[0]["kind"]) if rows else ""

    def settled(self) -> bool:
        """Nothing is on its way any more."""
        busy = self.house.rows(
            "SELECT key FROM outbound WHERE state IN ('queued', 'doing') UNION ALL "
            "SELECT key FROM effect WHERE kind <> 'text' AND state IN ('intended', 'doing') UNION ALL "
            "SELECT external_id FROM inbound WHERE state = 'new'"
        )
        return not busy

    def quiet(self) -> bool:
        """The network has nothing more for the modem, nor has the modem for the program."""
        lines = self.net.log(self.seq)
        wanted = [line for line in lines if line["kind"] == "submit" and line["report"]]
        came = [line for line in lines if line["kind"] == "report" and line["taken"] == "kept"]
        return len(came) >= len(wanted) and not any(self.net.modem()["stored"].values())


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("crash-points")
    pack = house.pack(folder)
    with world.world(folder / "world", load_city(str(pack)), (GINA,), air_s=AIR_S) as net:
        first = House(folder=folder / "first", pack=pack, port=net.links[0])
        first.folder.mkdir()
        done = first.command("residents", "import", str(pack / "residents-sample.csv"))
        assert done.returncode == 0, done.stderr
        yield Stage(net, first)


@pytest.fixture
def fresh(stage: Stage, tmp_path: Path) -> Callable[[], Walk]:
    """Makes a walk in a house of its own."""
    count = itertools.count(1)

    def make() -> Walk:
        made = House(folder=tmp_path / str(next(count)), pack=stage.first.pack, port=stage.first.port)
        if url_of(made.data / STORE):
            made.folder.mkdir()
            done = made.command("residents", "import", str(made.pack / "residents-sample.csv"))
            assert done.returncode == 0, done.stderr
        else:
            shutil.copytree(stage.first.data, made.data)
        for number in made.city.roster_numbers():
            stage.net.phone(number, answer_after_s=None, keys="")
        return Walk(stage.net, made)

    return make


@pytest.fixture
def walk(fresh: Callable[[], Walk]) -> Walk:
    return fresh()


# -- the walks


@pytest.mark.parametrize("point", ["keep", "forget", "decide"])
def test_a_cry_and_an_acceptance_survive_a_kill_at(point: str, walk: Walk) -> None:
    with walk.house.killed_at(point) as run:
        walk.net.sms(GINA, walk.modem, CRY)
        walk.died(run)
    assert walk.house.rows("SELECT text FROM inbound") == [{"text": CRY}], "committed before anybody was told"
    assert not any("diterima" in one["text"].lower() for phone in walk.phones for one in walk.told(phone))
    # The officer's acceptance meets the same point. What the sweep finds at start passes it first where the copy on
    # the SIM outlived the process.
    with walk.house.killed_at(f"{point}:{2 if point == 'keep' else 1}") as run:
        if point == "decide":  # the first decision after a start is the ladder's own
            walk.died(run)
        else:
            officer, code = until("an officer is asked in writing", lambda: _asked(walk))
            walk.net.sms(officer, walk.modem, f"ya {code}")
            walk.died(run)
    _comes_to_its_end(walk, by_key=point == "decide")


@pytest.mark.sqlite_only("nine walks; the same points in one process are passed on both engines")
@pytest.mark.parametrize(("point", "kind"), KILLS)
def test_each_row_survives_a_kill_at(point: str, kind: str, fresh: Callable[[], Walk]) -> None:
    likely = ROWS[point][kind]
    for passing in (likely, likely + 1, likely - 1):
        if _killed_and_ended(fresh(), f"{point}:{passing}", kind):
            return
    pytest.fail(f"no {kind} passes {point!r} about the {likely}. time: the order of things has changed")


@on_one_engine("of the line; what is kept of it is kept as a turn is")
def test_a_kill_in_the_middle_of_a_call_leaves_no_dead_line(walk: Walk) -> None:
    with walk.house.running() as run:
        until("the modem is on the air", run.on_air)
        walk.net.sms(GINA, walk.modem, CRY)
        until("an officer's phone rings", lambda: any(walk.net.rings(officer) for officer in walk.officers))
        run.process.signal(signal.SIGKILL)
        walk.died(run)
    assert walk.net.modem()["in_call"], "nobody has told the modem"
    _comes_to_its_end(walk, by_key=True)  # which takes another call
    assert not walk.net.modem()["in_call"]


@pytest.mark.sqlite_only("a turn is one transaction like any other; tests/ivr/test_session.py kills it on both engines")
def test_an_acceptance_by_key_survives_a_kill_before_it_is_spoken(walk: Walk) -> None:
    for officer in walk.officers:
        walk.net.phone(officer, answer_after_s=0.2, keys="1", key_after_s=LISTENS_S)
    with walk.house.killed_at("turn:2") as run:  # the first turn is the answering
        until("the modem is on the air", run.on_air)
        walk.net.sms(GINA, walk.modem, CRY)
        walk.died(run)
    assert walk.incident()["state"] == "accepted"
    _comes_to_its_end(walk, by_key=True)  # nobody is asked again
    assert len(walk.house.rows("SELECT id FROM timeline WHERE kind = 'accepted'")) == 1


def test_every_named_point_is_walked() -> None:
    assert set(POINTS) == {"keep", "forget", "decide", "turn", *ROWS}


# -- the end of every walk


def _killed_and_ended(walk: Walk, point: str, kind: str) -> bool:
    """One walk with one kill, from end to end. False: the row was of another kind."""
    with walk.house.killed_at(point) as run:
        until("the modem is on the air", run.on_air)
        walk.net.sms(GINA, walk.modem, CRY)
        walk.died(run)
    hit = walk.last_settled() == kind if point.startswith("settle") else kind in walk.being_done()
    _comes_to_its_end(walk, by_key=kind != "call")
    return hit


def _asked(walk: Walk) -> tuple[str, str] | None:
    officer, code = walk.code()
    return (officer, code) if code else None


def _comes_to_its_end(walk: Walk, *, by_key: bool) -> None:
    """Started without a fault an officer can accept; then everything adds up."""
    with walk.house.running() as run:
        if by_key:
            for officer in walk.officers:
                walk.net.phone(officer, answer_after_s=0.2, keys="1", key_after_s=LISTENS_S)
        else:
            officer, code = until("an officer is asked in writing", lambda: _asked(walk))
            walk.net.sms(officer, walk.modem, f"ya {code}")
        until("accepted", lambda: walk.incident()["state"] == "accepted", within=40.0)
        until("the resident is told", lambda: [one for one in walk.told(GINA) if "diterima petugas" in one["text"]])
        until("everything is done", walk.settled, within=40.0)
        until("every report is in and the SIM is empty", walk.quiet)
        assert run.process.stop() == 0
    _nothing_is_lost(walk)
    _little_is_doubled(walk)
    _nobody_is_misled(walk)


def _nothing_is_lost(walk: Walk) -> None:
    """Whatever the network handed over is kept, read by a desk, and what people wrote belongs to the incident."""
    kept = walk.house.rows(
        "SELECT inbound.*, incident FROM inbound LEFT JOIN incident_letter ON incident_letter.letter = inbound.id"
    )
    arrived = [line for line in walk.net.log(walk.seq) if line["kind"] == "deliver" and line["to"] == walk.modem]
    handed_over = Counter((line["from"], line["text"]) for line in arrived if line["taken"] == Taken.KEPT.value)
    assert handed_over == Counter((row["sender"], row["text"]) for row in kept), "each once"
    number = walk.incident()["id"]
    for row in kept:
        assert (row["state"], row["desk"]) == ("read", "emergency"), row
        if row["sender"] not in walk.sirens:
            assert row["incident"] == number, f"in exactly one incident: {row}"


def _little_is_doubled(walk: Walk) -> None:
    """At most one ring and one text too many for each crash, and no ring without its row."""
    rows = walk.house.rows("SELECT * FROM effect WHERE kind = 'siren'")
    for number in walk.sirens:
        mine = [row for row in rows if row["target"] == number]
        rang = walk.net.siren(number)["rings"] - walk.rings[number]
        assert rang <= len([row for row in mine if row["attempted_at"]]), "a ring that the ledger knows nothing of"
        for ring, count in Counter(row["round"] for row in mine).items():
            assert count <= 1 + walk.crashes, f"round {ring}: {mine}"
    assert walk.rung() >= 1, walk.account()
    twice = 0
    for phone in walk.phones:
        texts = Counter(one["text"].removeprefix("(ulang) ") for one in walk.told(phone))
        assert all(count <= 2 for count in texts.values()), f"{phone}: {texts}"
        twice += sum(count - 1 for count in texts.values())
    assert twice <= walk.crashes, "one duplicate a crash"
    keys = [row["key"] for row in walk.house.rows("SELECT key FROM effect")]
    assert len(keys) == len(set(keys))


def _nobody_is_misled(walk: Walk) -> None:
    """Each text on a phone is one that the store knows of, and was so when it left."""
    incident = walk.incident()
    sent = walk.house.rows(
        "SELECT outbound.*, claimed_at FROM outbound LEFT JOIN outbound_part ON outbound_id = outbound.id"
    )
    known = {(row["recipient"], row["text"]): row for row in sent}
    accepted_at = _instant(incident["accepted_at"])
    for phone in walk.phones:
        for one in walk.told(phone):
            row = known.get((phone, one["text"]))
            assert row is not None, f"{phone} was told what the store knows nothing of: {one}"
            text = one["text"].removeprefix("(ulang) ")
            began = _instant(row["claimed_at"] or row["created_at"])
            if "diterima petugas" in text:
                assert phone == GINA
                assert began >= accepted_at, one
            if text.startswith("Anda menerima"):
                assert phone == incident["accepted_by"], one
            if "sudah diterima oleh" in text or "sudah diterima " in text:
                assert phone != incident["accepted_by"], one
                assert began >= accepted_at, one
            if "sedang dihubungi" in text or "untuk terima" in text or "belum ada petugas" in text.lower():
                assert began <= accepted_at, f"no longer so when it left: {one}"
    offered = {row["number"] for row in walk.house.rows("SELECT number FROM offer")}
    called = {row["target"] for row in walk.house.rows("SELECT target FROM effect WHERE kind = 'call'")}
    assert incident["accepted_by"] in offered | called, "accepted by one who was asked"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
