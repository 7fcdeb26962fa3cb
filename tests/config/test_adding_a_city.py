"""docs/adding-a-city.md, as a newcomer follows it: each command that it shows is typed as it stands there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.test_city_lead import ROSTER, STATIONS, TOP, written

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-city.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"(?m)^ *((?:kentongan|make) .+)$", PAGE)
PROGRAM = (sys.executable, "-c", "import kentongan; raise SystemExit(kentongan.main())")
PATIENCE_S = 120.0


def typed(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A line of the page, in a folder of its own."""
    line, _, source = line.partition(" < ")
    stdin = (folder / source).read_text() if source else ""
    words = [*PROGRAM, *shlex.split(line)[1:]]
    return subprocess.run(words, cwd=folder, input=stdin, capture_output=True, text=True, timeout=PATIENCE_S)


def test_its_commands_are_those_that_there_are() -> None:
    assert [line.split(" --")[0] for line in COMMANDS] == [
        *("kentongan city new palu",) * 2,
        "kentongan city check palu",
        "make run CITY=palu",
        "kentongan city migrate",
    ]
    assert "CITY ?=" in (ROOT / "Makefile").read_text(), "make run takes it"


@pytest.mark.sqlite_only("a pack has no store")
def test_a_newcomer_comes_to_a_pack_that_runs(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "answers.txt").write_text("\n".join((*TOP, *STATIONS, *ROSTER)) + "\n")
    first, scripted, check = COMMANDS[:3]
    begun = typed(first, tmp_path)
    assert begun.returncode == 1, begun.stderr
    assert "palu/city.toml" in begun.stdout, "without a terminal it lays out, takes what it has, names the rest"
    led = typed(scripted, tmp_path)
    assert led.returncode == 0, led.stderr
    said = typed(check, tmp_path)
    assert (said.returncode, said.stdout) == (0, "")
    assert "3 desa, 2 distrik" in said.stderr
    ran = subprocess.run(
        [*PROGRAM, "read"], cwd=tmp_path, input='{"id": 1, "text": "TOLONG RAMPOK di desa lolu contoh"}', text=True,
        env={"KENTONGAN_CITY": "palu", "PATH": "/usr/bin:/bin"}, capture_output=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert '"kelurahan": "72.71.01.1002"' in ran.stdout, ran.stderr


def test_its_example_of_a_migration_is_one(tmp_path: Path) -> None:
    import tomllib

    (example,) = re.findall(r"(?s)```toml\n(.*?)```", PAGE)
    assert set(tomllib.loads(re.sub(r"(?m)^   ", "", example))) == {"to", "areas", "districts", "stations"}
