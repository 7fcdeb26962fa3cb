"""More reports within a minute than a board shows, over the door of the provider, before an open board."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request

import pytest

from tests.fixtures.browser import OpenPage
from tests.fixtures.whole import WHOLE
from tests.walks.house import GINA, House, pack
from tests.walks.operators import at_the_desk, hired, met
from tests.walks.world import ASK_S, opener, world

pytestmark = pytest.mark.sqlite_only("a browser sees nothing of the engine")
MANY, SHOWN = 500 if WHOLE else 230, 200  # reports; rows of the board, behind which the rest is a number
SHORT, SECRET = "38411", "walk-walk-walk-walk-walk"
TRIES = 5
SETTLED_S = 240.0  # seconds in which all of them are read on a machine that is busy with other tests
MOST_NODES = 20_000  # of the page: its rows do not grow with what waits behind them
COUNT = "SELECT count(*) AS many, count(DISTINCT caller) AS callers FROM incident"
WATCH = """() => {
  globalThis.longest = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, one.duration);
  }).observe({ type: "longtask" });
}"""
CLICK = """async (at) => {
  const rows = document.querySelectorAll(".board .row");
  const begun = performance.now();
  rows[Math.min(at, rows.length - 1)].click();
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  return performance.now() - begun;
}"""
SIZE = "() => [globalThis.longest, document.querySelectorAll('*').length]"


def report(url: str, nth: int) -> bool:
    """One letter, as the provider posts it; whether it was taken at once."""
    form = {"from": f"+62813{nth:08d}", "to": SHORT, "text": "TOLONG KEBAKARAN di Jl. Melati", "id": f"rush-{nth}"}
    form["date"] = "2026-11-22 03:00:00"
    request = Request(f"{url}callbacks/africastalking/{SECRET}/sms", data=urlencode(form).encode(), method="POST")
    for again in range(TRIES):
        try:
            with opener.open(request, timeout=ASK_S):
                return again == 0
        except HTTPError as refusal:
            refusal.close()
            if refusal.code != 503:  # "not now": the provider comes again with it
                raise
    raise AssertionError(f"{nth} was never taken")


def reports(url: str) -> int:
    """All of them, one after the other; how many had to come again."""
    return sum(not report(url, nth) for nth in range(MANY))


async def clicks(page: Any, posting: asyncio.Task[int]) -> list[float]:
    """Milliseconds from a click on a row to the picture after it, while they come."""
    took: list[float] = []
    while not posting.done() or len(took) < 20:
        took.append(float(await page.evaluate(CLICK, len(took) % SHOWN)))
        await asyncio.sleep(0.5)
    return sorted(took)


async def test_hundreds_of_reports_in_a_minute_leave_the_board_usable_and_none_is_lost(
    tmp_path: Path, open_page: OpenPage
) -> None:
    from playwright.async_api import expect

    town = pack(tmp_path, {})  # the clocks of a real city: shortened ones are a rush of their own
    settings = {
        "KENTONGAN_AFRICASTALKING__USERNAME": "kentongan",
        "KENTONGAN_AFRICASTALKING__API_KEY": "atsk_virtual",
        "KENTONGAN_AFRICASTALKING__SECRETS__0": SECRET,
    }
    house = House(folder=tmp_path, pack=town, port="", settings=settings)
    with world(tmp_path / "world", house.city, (GINA,), provider=True) as net:
        settings["KENTONGAN_AFRICASTALKING__SMS_URL"] = net.sms_url
        house = House(folder=tmp_path, pack=town, port=net.links[0], settings=settings)
        with house.running() as running:
            once = hired(house, "sari", "Sari Dewi", "dispatcher")
            sari = await at_the_desk(await open_page(running.url), "sari", once)
            await sari.evaluate(WATCH)
            posting = asyncio.create_task(asyncio.to_thread(reports, running.url))
            await sari.locator(".board .row").first.wait_for()
            took = await clicks(sari, posting)
            again = await posting
            await sari.get_by_role("button", name="Terima sebagai Sari Dewi").click()
            await met(
                "one is accepted in the middle of it",
                lambda: house.rows("SELECT id FROM incident WHERE accepted_by = 'Sari Dewi'"),
            )
            await met("all are read", lambda: house.rows(COUNT)[0]["many"] == MANY, within=SETTLED_S)
            assert house.rows(COUNT)[0]["callers"] == MANY, "each of them is somebody's own"
            rest = sari.locator(".board-rest")
            await expect(rest).to_contain_text(str(MANY - SHOWN), timeout=SETTLED_S * 1000)
            longest, nodes = await sari.evaluate(SIZE)
            print(
                f"\nclick to picture in a rush of {MANY}: median {took[len(took) // 2]:.0f} ms, worst {took[-1]:.0f} ms"
                f" (n = {len(took)}); longest task {longest:.0f} ms; {nodes} elements; {again} letters came again"
            )
            assert await sari.locator(".board .row").count() == SHOWN
            assert nodes < MOST_NODES
            await sari.close()
