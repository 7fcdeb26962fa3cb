"""The real program for the walks: a folder with a city pack whose clocks are short, residents, and a store."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.city import City, load_city
from tests.fixtures.engines import fresh, outside, url_of
from tests.walks.processes import ROOT, Process, carried_out, started
from tests.walks.world import Json, fetch

PACK = ROOT / "tests" / "fixtures" / "tinytown"
GINA, HADI = "+6285500003001", "+6285500003002"  # the pack's sample residents; Hadi asked for silence
STORE = "kentongan.db"
QUICK: Mapping[str, float] = {  # seconds: the same ladder, quicker; what people read on phones stays the same
    "ring_s": 2,
    "key_s": 4,
    "next_s": 2,
    "one_line_s": 6,
    "again_s": 10,
    "siren_s": 5,
    "siren_pause_s": 3,
    "siren_wait_s": 6,
    "doubt_s": 2,
    "part_wait_s": 2,
}


def pack(folder: Path, clocks: Mapping[str, float] = QUICK) -> Path:
    """A copy of the tests' town with other clocks."""
    made = folder / "town"
    shutil.copytree(PACK, made)
    file = made / "city.toml"
    text = file.read_text(encoding="utf-8")
    for name, seconds in clocks.items():
        text, found = re.subn(rf"(?m)^{name} = .*$", f"{name} = {seconds}", text)
        assert found == 1, name
    file.write_text(text, encoding="utf-8")
    return made


def made(data: Path) -> str:
    """The ``[store] url`` of the store in a data directory; where none is, a new one is made without the migrations."""
    data.mkdir(parents=True, exist_ok=True)
    path = data / STORE
    return url_of(path) if path.exists() else fresh(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The program, ready."""

    process: Process
    url: str
    ready: Json

    def page(self, path: str, token: str) -> Any:
        """What the page asks, asked by another system that has a token."""
        status, body = fetch(f"{self.url}{path}", Authorization=f"Bearer {token}")
        assert status == 200, f"{path}: {status}"
        return json.loads(body)

    def on_air(self) -> bool:
        """Its modem is ready and registered."""
        parts = self.health()[1]["parts"]
        return {"ok"} == {part["status"] for part in parts if part["kind"] in ("modem", "sim")}

    def health(self) -> tuple[int, Json]:
        """Status code and body of ``/health``."""
        status, body = fetch(f"{self.url}health")
        return status, json.loads(body)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Where the program lives. ``port``: its one modem. ``data`` is in the folder unless said otherwise."""

    folder: Path
    pack: Path
    port: str
    data: Path = Path("var")
    settings: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", self.folder / self.data)

    @property
    def city(self) -> City:
        return load_city(str(self.pack))

    def environment(self, **more: str) -> dict[str, str]:
        """The settings, as variables."""
        return {
            "KENTONGAN_CITY": str(self.pack),
            "KENTONGAN_DATA_DIR": str(self.data),
            "KENTONGAN_HTTP__PORT": "0",
            "KENTONGAN_MODEM__0__NAME": "walk",
            "KENTONGAN_MODEM__0__PORT": self.port,
            "KENTONGAN_MODEM__0__AUDIO": f"{self.port}-audio",
            "KENTONGAN_MODEM__0__NUMBER": self.city.modems[0].number,
            "KENTONGAN_STORE__URL": url_of(self.data / STORE),
            **self.settings,
            **more,
        }

    @contextmanager
    def running(self, *words: str, before: str = "", **more: str) -> Iterator[Running]:
        """``kentongan run`` until the block ends."""
        made(self.data)
        environment = self.environment(**more)
        with started("run", "--json", *words, folder=self.folder, environment=environment, before=before) as process:
            ready = json.loads(process.line())
            yield Running(process=process, url=ready["url"], ready=ready)

    def killed_at(self, point: str) -> AbstractContextManager[Running]:
        """The program, told to kill itself at a crash point."""
        return self.running("--test-faults", KENTONGAN_CRASH_AT=point)

    def command(self, *words: str, stdin: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
        """One command in a process of its own."""
        made(self.data)
        return carried_out(*words, folder=self.folder, environment=self.environment(**more), stdin=stdin)

    def token(self) -> str:
        """A new token of a dispatcher's roles."""
        done = self.command("tokens", "add", "walk", "--role", "dispatcher", "--json")
        return str(json.loads(done.stdout)["token"])

    def rows(self, sql: str, *values: object) -> list[Json]:
        """What stands in its store, read beside the running program."""
        return outside(self.data / STORE, sql, *values)
