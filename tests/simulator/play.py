"""One seed from its beginning to its judgement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from config.clock import VirtualClock, run_virtual
from tests.fixtures.engines import fresh, leave
from tests.simulator import invariants
from tests.simulator.story import tell
from tests.simulator.town import Town, build, live, people, town

EPOCH = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)  # a Wednesday, by day in the town
FOLDER = "/dev/shm" if Path("/dev/shm").is_dir() else None  # what a seed proves does not need a slow disk


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a seed. ``findings``: broken promises, empty when all is well."""

    seed: int
    findings: tuple[str, ...]
    incidents: int
    deaths: tuple[str, ...]


def play(seed: int) -> Played:
    """Play one seed on virtual time."""
    city = town(2)
    sirens = sum(1 for one in city.stations.values() if one.siren)
    story = tell(
        seed, residents=len(people()) + 2, officers=len(city.roster_numbers()) + len(city.operators), sirens=sirens
    )
    with TemporaryDirectory(prefix="kentongan-seed-", dir=FOLDER) as folder:
        path = Path(folder) / "kentongan.db"
        fresh(path)
        early: list[str] = []

        def look(town: Town) -> None:
            if not early:
                early.extend(invariants.at_every_look(town))

        async def main(clock: VirtualClock) -> Town:
            there = build(story, clock, path)
            await live(there, look, invariants.still)
            return there

        there = run_virtual(main, EPOCH)
        findings = (*early, *invariants.at_the_end(there))
        count = invariants.rows(there, "SELECT count(*) AS n FROM incident")[0]["n"]
        if there.reader is not None:
            there.reader.close()
        leave(path)
        return Played(seed, tuple(dict.fromkeys(findings)), count, tuple(there.box.died))
