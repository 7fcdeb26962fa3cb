"""What the pages take from npm: pinned, hashed, from whichever server a machine is told to use."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
VENDOR = REPOSITORY / "dispatch/console/static/vendor"
NEEDED = ("leaflet/leaflet.js", "leaflet/leaflet.css", "leaflet/LICENSE", "protomaps-leaflet/protomaps-leaflet.js")


def test_the_lock_names_no_server_and_hashes_every_package() -> None:
    text = (REPOSITORY / "package-lock.json").read_text(encoding="utf-8")
    assert not re.search(r"\w+://|registry|resolved", text)
    packages = json.loads(text)["packages"]
    assert len(packages) > 2
    assert all(one["integrity"].startswith("sha512-") for name, one in packages.items() if name)
    assert not any(one.get("hasInstallScript") for one in packages.values())


def test_every_package_is_pinned_to_one_version() -> None:
    front = json.loads((REPOSITORY / "package.json").read_text(encoding="utf-8"))
    for version in (front["dependencies"] | front["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_the_set_up_is_done_at_once_where_nothing_changed() -> None:
    if not all((VENDOR / name).is_file() for name in NEEDED):
        pytest.skip("the libraries of the pages are not installed here: sh .ci/front .venv")
    nowhere = {**os.environ, "npm_config_registry": "http" + "://127.0.0.1:9/"}
    done = subprocess.run(["sh", ".ci/front", "no-venv"], cwd=REPOSITORY, env=nowhere, capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_machine_that_can_install_nothing_is_told_what_to_do_and_goes_on(tmp_path: Path) -> None:
    for name in ("package.json", "package-lock.json", "pyproject.toml", ".npmrc", ".ci/front"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "cut", "cmp", "dirname", "cat"):
        found = shutil.which(name)
        assert found, name
        (tools / name).symlink_to(found)
    done = subprocess.run(
        ["sh", ".ci/front", "no-venv"],
        cwd=tmp_path,
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0
    assert "sh .ci/front no-venv" in done.stderr
    assert not (tmp_path / "dispatch").exists()
