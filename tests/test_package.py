"""What pip installs is whole: not only the checkout works, and not only from the checkout's folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
pytestmark = pytest.mark.xdist_group("package")  # built once
ROOMS = ("config", "modem", "gateway", "ivr", "dispatch", "eservices")
LIMIT_S = 300.0  # building takes 5 s, on a busy machine some more
START = "import sys, kentongan; print(kentongan.__file__, file=sys.stderr); sys.exit(kentongan.main())"


def _run(*words: str, cwd: Path, path: str = "") -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("KENTONGAN_", "PYTHON"))}
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env=environ | ({"PYTHONPATH": path} if path else {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the built wheel was unpacked, far from the checkout."""
    folder = tmp_path_factory.mktemp("a package")
    source, target = folder / "source", folder / "site"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE", "kentongan.py"):
        shutil.copy(REPOSITORY / name, source / name)
    for room in ROOMS:
        shutil.copytree(REPOSITORY / room, source / room, ignore=shutil.ignore_patterns("__pycache__"))
    quietly = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", "--no-build-isolation")
    done = _run("-m", "pip", "install", *quietly, "--target", str(target), str(source), cwd=folder)
    assert done.returncode == 0, done.stderr
    return target


def test_every_file_that_a_room_needs_is_installed(installed: Path) -> None:
    wanted = [
        file.relative_to(REPOSITORY)
        for room in ROOMS
        for file in (REPOSITORY / room).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and file.parent.name not in ROOMS
    ]
    assert len(wanted) > 50
    missing = [str(file) for file in wanted if not (installed / file).is_file() and file.name != "README.md"]
    assert not missing


def test_the_installed_program_plays_its_walk_in_any_folder(installed: Path, tmp_path: Path) -> None:
    done = _run("-c", START, "demo", "--script", cwd=tmp_path, path=str(installed))
    assert done.stderr.startswith(str(installed))
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(tmp_path.iterdir())


def test_the_installed_program_lays_out_a_new_city(installed: Path, tmp_path: Path) -> None:
    done = _run("-c", START, "city", "new", "kotabaru", cwd=tmp_path, path=str(installed))
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "kotabaru" / "city.toml").is_file()
