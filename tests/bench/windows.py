"""Real windows on the pages: Debian's Chromium, each with cookies and a cache of its own, and what it tells."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.bench.figures import Board
from tests.fixtures.browser import CHROMIUM, DESK, FLAGS, PACKAGE
from tests.walks.operators import at_the_desk

PATIENCE_MS = 30_000  # milliseconds that a page may take for anything
# Runs before the page's own modules. Whatever changes the page is looked at in the next frame, and counts as seen in
# the frame after it: by then it is drawn. ``seen``: an incident's number and when; ``known``: when the page knew of how
# many incidents, in rows and in words; ``ready``: when the board stood there, since the navigation began.
LOOK = """
(() => {
  const bench = { seen: {}, known: [], tasks: [], ready: null };
  window.bench = bench;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) bench.tasks.push(one.duration);
  }).observe({ type: "longtask", buffered: true });
  let waits = false;
  const look = () => {
    waits = false;
    const codes = [...document.querySelectorAll(".board .row .code")].map((one) => one.textContent.slice(1));
    const fresh = codes.filter((code) => !(code in bench.seen));
    for (const code of fresh) bench.seen[code] = 0;
    const rest = document.querySelector(".board-rest:not([hidden])")?.textContent.match(/\\d+/)?.[0] ?? 0;
    const known = codes.length + Number(rest);
    const first = bench.ready === null && (codes.length || document.querySelector(".board .calm-words strong"));
    if (first) bench.ready = 0;
    requestAnimationFrame(() => {
      for (const code of fresh) bench.seen[code] = Date.now();
      if (known !== bench.known.at(-1)?.[1]) bench.known.push([Date.now(), known]);
      if (first) bench.ready = performance.now();
    });
  };
  new MutationObserver(() => {
    if (!waits) requestAnimationFrame(look);
    waits = true;
  }).observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
})();
"""
PAINTS = """() => Object.fromEntries(performance.getEntriesByType("paint").map((one) => [one.name, one.startTime]))"""


class NoBrowser(Exception):
    """There is no Chromium here, or nothing to drive it; the text says what is missing."""


@dataclass(slots=True)
class Wire:
    """What came over the wire for one page: requests, and bytes with their heads as they came, packed."""

    sizes: dict[str, float] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        return len(self.sizes)

    @property
    def kilobytes(self) -> float:
        return sum(self.sizes.values()) / 1000

    def over(self, devtools: Any) -> None:
        """Count what the page asks from now on."""
        devtools.on("Network.requestWillBeSent", lambda one: self.sizes.setdefault(one["requestId"], 0))
        devtools.on("Network.dataReceived", lambda one: self._more(one["requestId"], one["encodedDataLength"]))
        devtools.on("Network.loadingFinished", lambda one: self._whole(one["requestId"], one["encodedDataLength"]))

    def _more(self, request: str, size: float) -> None:
        self.sizes[request] = self.sizes.get(request, 0) + size

    def _whole(self, request: str, size: float) -> None:
        self.sizes[request] = size


@dataclass(frozen=True, slots=True)
class Windows:
    """One Chromium. ``kept``: what a window that was logged in leaves in its cookies."""

    browser: Any

    async def opened(self, url: str, kept: Any = None) -> Any:
        """A new window with an empty cache, on ``url`` when it has loaded."""
        context = await self.browser.new_context(
            viewport={"width": DESK[0], "height": DESK[1]}, locale="id-ID", storage_state=kept
        )
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script(LOOK)
        page = await context.new_page()
        await page.goto(url, wait_until="load")
        return page

    async def logged_in(self, url: str, login: str, once: str) -> Any:
        """A dispatcher's window on the board, logged in as a person does it, with a one-time password."""
        return await at_the_desk(await self.opened(url), login, once)

    async def weighed(self, url: str, kept: Any) -> Wire:
        """A page with an empty cache, until it asks for nothing more."""
        page = await self.opened("about:blank", kept)
        devtools = await page.context.new_cdp_session(page)
        wire = Wire()
        wire.over(devtools)
        await devtools.send("Network.enable")
        await page.goto(url, wait_until="load")
        await page.wait_for_timeout(2000)  # modules ask for more modules, words, and the live stream
        await page.context.close()
        return wire


@asynccontextmanager
async def windows() -> AsyncIterator[Windows]:
    """Chromium until the block ends. Raises NoBrowser."""
    try:
        from playwright.async_api import async_playwright
    except ImportError as missing:
        raise NoBrowser("needs the Python package playwright") from missing
    if not CHROMIUM.exists():
        raise NoBrowser(f"needs the Debian package {PACKAGE}")
    flags = [flag for flag in FLAGS if not flag.startswith("--remote")]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        try:
            yield Windows(browser)
        finally:
            await browser.close()


async def painted(page: Any) -> tuple[float, float]:
    """First paint and first contentful paint, milliseconds since the navigation began; Chromium's own."""
    for _ in range(100):
        said = await page.evaluate(PAINTS)
        if "first-contentful-paint" in said:
            return float(said["first-paint"]), float(said["first-contentful-paint"])
        await page.wait_for_timeout(50)
    raise NoBrowser("Chromium told no paint")


async def ready(page: Any) -> float:
    """When the board stood there, milliseconds since the navigation began."""
    for _ in range(200):
        if at := await page.evaluate("() => window.bench.ready"):
            return float(at)
        await page.wait_for_timeout(50)
    raise NoBrowser("no board came")


def missing(board: Board, what: str, why: NoBrowser) -> None:
    """Say that ``what`` was not measured."""
    board.skip(f"{what}: {why}")
