"""A look-up in the demo as it ships: the real program asks the city's system by HTTP, and says what was so while that
hangs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.city import load_city
from tests.walks.processes import started, until
from tests.walks.world import World, fetch

pytestmark = pytest.mark.sqlite_only("the tests of look-ups run on both")

CITY = load_city("binjai")
TYPED = 40  # screens at most on the way to a look-up


def bill(world: World, number: str, key: str) -> str:
    """Dial to the tax bills, however long the lists, and type the number."""
    screen = world.dial(number, "*384*6#")
    for _ in range(TYPED):
        lines = [line for line in screen.splitlines() if "PBB" in line]
        if lines:
            world.dial(number, lines[0].split()[0])
            return world.dial(number, key)
        screen = world.dial(number, "0")
    raise AssertionError(f"no line leads to the bills: {screen}")


def test_the_demo_asks_the_citys_own_system_and_tells_what_was_so_when_it_hangs(tmp_path: Path) -> None:
    settings = {"KENTONGAN_HTTP__PORT": "0", "KENTONGAN_DATA_DIR": str(tmp_path / "var")}
    rows = CITY.lookups["pbb"].rows
    first, second = ("".join(one for one in row["nop"] if one.isdigit()) for row in rows[:2])
    who, gateway = "+6281200003001", CITY.modems[0].number
    with started("demo", "--json", folder=tmp_path, environment=settings) as process:
        url = json.loads(process.line())["url"]
        world = World(process, {"http": f"{url}world", "modems": []})

        def told() -> list[str]:
            return [one["text"] for one in world.inbox(who)]

        def health() -> tuple[str, str]:
            parts = json.loads(fetch(f"{url}health")[1])["parts"]
            return next(
                (one["status"], one["detail"]) for one in parts if (one["kind"], one["name"]) == ("look-up", "pbb")
            )

        world.sms(who, gateway, f"PBB {first}")
        until("the bill by SMS", lambda: any("PBB 2026" in text for text in told()) or None)
        assert world.ask("GET", "/system")["asked"] > 0
        world.ask("PUT", "/system/row", {"lookup": "pbb", "key": second, "column": "paid", "value": "2026-11-01"})
        assert "01/11/2026" in bill(world, who, second), "it is the system's word, not the pack's"
        world.ask("PUT", "/system/fault", {"name": "hang"})
        unknown = bill(world, who, "127501000401100410")
        assert "belum bisa dibuka" in unknown
        for nth in range(4):
            world.sms(who, gateway, f"PBB 1275010004011004{nth}1")
        until("four plain sentences", lambda: sum("belum bisa dibuka" in text for text in told()) == 4 or None)
        until("the page says so", lambda: health()[1].startswith("away since") or None)
        assert (health()[0], fetch(f"{url}health")[0]) == ("degraded", 200)
        world.ask("DELETE", "/system/fault")
        until("it is back", lambda: health()[0] == "ok" or None, within=60.0)
        assert process.stop() == 0
