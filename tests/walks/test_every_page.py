"""Every page that can be opened, found by its route, in a real browser at an old office's screen and on a phone, over
the store of a town that has lived through a morning. Each is opened on one of the two, by day or at night, in turn, and
axe-core looks at it; its width is measured at both. ``make test-rest`` opens it on the other. Pictures of all, each
opened on both: ``KENTONGAN_PICTURES=1 pytest -n 0 tests/walks/test_every_page.py``."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from dispatch.console.look import KEPT
from tests.fixtures.browser import DESK, PHONE, OpenPage, axe, photo, sideways
from tests.fixtures.whole import REST, WHOLE
from tests.walks.house import GINA
from tests.walks.lived import DAY, HULU, Standing, Words, lived, standing, worked

pytestmark = [pytest.mark.sqlite_only("a browser sees nothing of the engine"), pytest.mark.halves]
BOTH = WHOLE or bool(os.environ.get("KENTONGAN_PICTURES"))
LIGHTS = ((DESK, "light"), (PHONE, "dark"))
PARTS: Mapping[str, str] = {  # of addresses, where not every page needs its own
    "{number}": GINA,
    "{clinic}": HULU,
    "{day}": DAY.isoformat(),
    "{session}": "umum.-.0800",
    "{booking}": "1",
    "{station}": "polsek-hulu",
    "{login}": "budi",
    "{letter}": "out-2",
    "{id}": "1",
    "{lookup}": "air",
}
OWN: Mapping[str, Mapping[str, str]] = {
    "/incidents/{number}": {"{number}": "2"},
    "/tickets/{id}": {"{id}": "1001"},
    "/drills/{id}": {"{id}": "1"},
    "/warnings/{id}": {"{id}": "2"},
}
READY = {"now": ".board .row", "map": "summary:not(:empty)"}
"""What a page that draws itself shows when it has."""
STILL = """() => {
  for (let timer = setInterval(() => {}, 1e6); document.querySelector("[data-again]") && timer > 0; timer -= 1)
    clearInterval(timer);
}"""  # a page that looks again by itself is not loaded anew while it is looked at
NO_PAGES = (
    "/api/",
    "/console/",
    "/map/",
    "/tiles/",
    "/desks/",
    "/world/",
    "/callbacks/",
    "/trackers/",
    "/login",
    "/me",
)
"""What modules and machines ask for; the login and one's own account are seen in test_browser_walk.py."""
FILES = ("{recording}", "{month}")
"""Of addresses whose file is only there when something made it."""
MACHINES = ("/health", "/metrics", "/openapi.json")


def addresses(town: Standing) -> dict[str, str]:
    """Every route that a person can open, with an address of it."""
    found: dict[str, str] = {}
    for (method, path), _ in sorted(town.site.doors.items(), key=lambda door: door[0]):
        if method in ("GET", "*") and not path.startswith(NO_PAGES) and not any(one in path for one in FILES):
            parts = {**PARTS, **OWN.get(path, {})}
            found[path] = re.sub(r"\{[a-z]+\}", lambda part, parts=parts: parts[part[0]], path)  # type: ignore[misc]
    return found


def name_of(path: str) -> str:
    """Of its picture."""
    parts = [part if not part.startswith("{") else "one" for part in path.split("/") if part]
    return "-".join(parts) or "now"


@pytest.fixture(scope="module")
def town_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lived")
    lived(folder, Words(more=("Bu Rina",)))
    return folder


async def look(page: Any, url: str, faults: list[str], at: int, name: str) -> None:
    """One page: opened at one size, by day or at night, or at both; then as wide as the other."""
    turn = (at + REST) % len(LIGHTS)
    for size, light in LIGHTS if BOTH else (LIGHTS[turn],):
        await sized(page, size)
        await page.context.add_cookies([{"name": KEPT["light"], "value": light, "url": urljoin(url, "/")}])
        await page.goto(url, wait_until="load")
        await page.evaluate(STILL)
        assert await page.evaluate("document.documentElement.dataset.theme") == light, name
        if name in READY:
            await page.locator(READY[name]).first.wait_for()
        faults += [f"{name} at {size[0]}, {light}: {one}" for one in await axe(page)]
        await photo(page, name, sizes=(size,))
        for other, _ in LIGHTS:
            await sized(page, other)
            if (wide := await sideways(page)) > 0:
                faults.append(f"{name} at {other[0]}, opened at {size[0]}: {wide} pixels too wide")


async def sized(page: Any, size: tuple[int, int]) -> None:
    """The window, so large, and drawn."""
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


async def test_every_page_is_fit_to_be_seen(town_folder: Path, open_page: OpenPage) -> None:
    async with standing(town_folder) as town:
        await worked(town, Words())
        page = await open_page(town.client, "/me", town.keeper.admit(town.user, sure=True))
        faults: list[str] = []
        seen = 0
        for at, (path, address) in enumerate(addresses(town).items()):
            status, kind, _ = await town.page(address)
            if status != 200 and path not in MACHINES:
                faults.append(f"{path}: {address} answers {status}")
            elif kind == "text/html":
                seen += 1
                await look(page, str(town.client.make_url(address)), faults, at, name_of(path))
        await page.close()
        assert not faults, "\n".join(faults)
        assert seen > 35, "nearly all of the house was looked at"
