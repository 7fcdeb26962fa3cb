"""A broadcast in the real program, killed (SIGKILL) in the middle and started again, told by the phones it reached; and
an emergency that comes while it is being sent."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.city import load_city
from tests.walks import house, world
from tests.walks.house import GINA, House
from tests.walks.processes import until
from tests.walks.world import World

pytestmark = pytest.mark.sqlite_only("tests/gateway/test_broadcast.py kills it on both engines")
PEOPLE = [f"+6285500009{nth:03d}" for nth in range(60)]
TEXT = "Pasar murah Sabtu pagi di lapangan."
AIR_S = 0.2  # seconds a letter is on the air
QUIET = '[quiet]\nfrom = "00.00"\nuntil = "00.00"\n'  # never: the walk may be at night


@pytest.fixture
def town(tmp_path: Path) -> Iterator[tuple[House, World]]:
    pack = house.pack(tmp_path)
    telling = pack / "telling.toml"
    telling.write_text(telling.read_text().replace("[[warning]]", f"{QUIET}\n[[warning]]", 1))
    people = tmp_path / "people.csv"
    people.write_text("phone,kelurahan\n" + "".join(f"{number},Batu Merah\n" for number in PEOPLE))
    with world.world(tmp_path / "world", load_city(str(pack)), (GINA, *PEOPLE), air_s=AIR_S) as net:
        here = House(folder=tmp_path / "house", pack=pack, port=net.links[0])
        here.folder.mkdir()
        done = here.command("residents", "import", str(people))
        assert done.returncode == 0, done.stderr
        done = here.command("broadcast", "send", "--text", TEXT, "--letters", str(len(PEOPLE)), "--as", "Rina")
        assert done.returncode == 0, done.stderr
        yield here, net


def test_killed_twice_it_reaches_everybody_once_and_an_emergency_goes_first(town: tuple[House, World]) -> None:
    here, net = town
    for point in ("claim:12", "wire:14"):
        with here.killed_at(point) as run:
            assert run.process.ended(60.0) == -signal.SIGKILL, run.process.errors[-3000:]
    with here.running():
        until("it goes on", lambda: sum(bool(net.inbox(number)) for number in PEOPLE) > 30)
        net.sms(GINA, here.city.modems[0].number, "TOLONG RAMPOK")
        until("the reporter is answered", lambda: net.inbox(GINA))
        reached = sum(bool(net.inbox(number)) for number in PEOPLE)
        assert reached < len(PEOPLE), "the answer came before the rest of the broadcast"
        until("it is over", lambda: here.rows("SELECT id FROM broadcast WHERE state = 'sent'"), within=120.0)
    counts = [len([one for one in net.inbox(number) if one["text"] == TEXT]) for number in PEOPLE]
    assert max(counts) == 1, "nobody gets two"
    missed = counts.count(0)
    unknown = here.rows("SELECT recipient FROM outbound WHERE crowd = 1 AND state = 'unknown'")
    assert len(unknown) == 2, "the one that was with the modem at each kill: told as unknown, never sent again"
    assert missed <= len(unknown)
    assert {row["recipient"] for row in unknown} >= {n for n, count in zip(PEOPLE, counts, strict=True) if not count}
