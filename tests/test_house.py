"""The house stands as it is drawn: imports run downwards, each foreign library has one door, no file is a hall."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("config", "modem", "gateway", "ivr", "dispatch", "eservices")
MAY_IMPORT = {
    "config": set(),
    "modem": {"config"},
    "gateway": {"config", "modem"},
    "ivr": {"config", "modem", "gateway"},
    "dispatch": {"config", "gateway", "ivr"},
    "eservices": {"config", "gateway", "ivr"},
}
LONGEST_FILE = 300  # lines
LONGEST_FUNCTION = 40  # lines


def sources() -> list[Path]:
    return [ROOT / "kentongan.py", *(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))]


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text())))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def through_its_door(library: str, path: str) -> bool:
    name, parts = path.rsplit("/", 1)[-1], path.split("/")
    if library in ("sqlalchemy", "aiosqlite"):
        return name == "store.py" or "store" in parts[:-1] or "migrations" in parts
    if library == "alembic":
        return "store" in parts[:-1] or "migrations" in parts
    if library == "aiohttp":
        return name in ("web.py", "http.py", "pages.py", "africas_talking.py", "kentongan.py") or "console" in parts
    doors = {
        "gsmmodem": {"modem/pdu.py"},
        "serial": {"modem/port.py"},
        "africastalking": {"gateway/africas_talking.py", "ivr/africas_talking.py"},
    }
    return path in doors.get(library, {path})


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_imports_run_down_and_every_library_comes_through_its_door(path: Path) -> None:
    here = name_of(path)
    room = here.split("/")[0]
    for module in imports(path):
        top = module.split(".")[0]
        if top in ROOMS and room in MAY_IMPORT and top != room:
            assert top in MAY_IMPORT[room], f"{here} imports {module}: that arrow runs up"
        assert top != "kentongan", f"{here} imports the front door"
        assert through_its_door(top, here), f"{here} imports {module} past its door"


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_no_file_and_no_function_is_a_hall(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_FILE, f"{name_of(path)} asks to be two rooms"
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= LONGEST_FUNCTION, f"{name_of(path)}: {node.name} has {lines} lines"


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_time_comes_from_the_clock(path: Path) -> None:
    if name_of(path) in ("config/clock.py", "config/log.py"):
        return
    for node in nodes(path):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            asked = f"{node.value.id}.{node.attr}"
            assert asked not in ("datetime.now", "datetime.utcnow", "asyncio.sleep", "time.time", "time.sleep"), (
                f"{name_of(path)}:{node.lineno} asks the time behind the clock's back"
            )


def test_there_are_no_drawers_for_odds_and_ends() -> None:
    odd = [name_of(path) for path in sources() if path.stem in ("utils", "helpers", "common", "manager", "base")]
    assert odd == []


def test_no_python_file_names_the_first_city() -> None:
    named = [name_of(path) for path in sources() if "binjai" in path.read_text().lower()]
    assert named == [], "a city is data: the default one is named in config/defaults.toml"
