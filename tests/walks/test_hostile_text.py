"""What strangers may write, in every place where their words are kept, through real SMS and through the pages' own
forms: on no page is it anything but text, in no table a formula, in no paper or header a fault."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.fixtures.browser import OpenPage
from tests.fixtures.whole import part
from tests.walks.house import GINA
from tests.walks.lived import NEW, QUEUE, SPARE, Standing, Words, lived, standing, worked
from tests.walks.test_every_page import MACHINES, READY, addresses, name_of

pytestmark = pytest.mark.sqlite_only("what text becomes on a page is the same on both engines")

SCRIPT = "<script>alert(1)</script>"
PICTURE = '"><img src=x onerror=alert(2)>'
BRACES = "{{7*7}} ${{7*7}} {% raw %} #{7*7}"
FORMULAS = ('=HYPERLINK("http://x","y")', "+CMD|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1+1", " =1+1", "\uff1d1+1")
LINES = "a\r\nSet-Cookie: a=b\r\n\r\n<b>%0d%0aX: y</b>"
CONTROLS = "a\x1a\x1b;\x07*#06#;\x00b\x7f'\"`"
BIDI = "\u202egnolot\u202c \u2066x\u2069 \u200b\ufeff"
ZALGO = "Z\u0351\u036b\u0343\u036a\u0302a\u0300\u0301\u0302\u0303l\u0304\u0305g\u0306o\u0307" * 4
EMOJI = "👩‍👩‍👧‍👦😀👍🏽"
LONG = "x" * 1530
HOSTILE = (SCRIPT, PICTURE, BRACES, *FORMULAS, LINES, CONTROLS, BIDI, ZALGO, EMOJI, LONG)
SHORT = tuple(one[:60] for one in HOSTILE)  # a name, an address
SENDERS = ("=1+1", "<b>x</b>", "{{7*7}}", "TELKOMSEL", "@SUM(A1)", "\"'`;--")
EVIL = Words(
    name=f"{SCRIPT} {{{{7*7}}}}",
    address=f"=1+1 {PICTURE}",
    cry=f"{SCRIPT} {BIDI} {BRACES} {PICTURE}",
    complaint=f"{SCRIPT} {BRACES} {BIDI} {PICTURE}",
    note=f'=HYPERLINK("x") {SCRIPT} {BIDI} {BRACES}',
    bare=(*HOSTILE, "", "*#06#", "9" * 159, "\uffff\ufffe"),
    senders=SENDERS,
    more=SHORT,
)
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
SHEETS = re.compile(r'href="([^"]*[?&](?:amp;)?as=[a-z]+[^"]*)"')
KINDS = ("csv", "pdf")  # asked of each page, whether or not it has a link to one
STRANGE = """() => [...document.querySelectorAll("img:not(.leaflet-tile), iframe, object, embed, script:not([src])"),
  ...[...document.querySelectorAll("body *")].filter((one) => [...one.attributes].some(({ name }) => /^on/.test(name)))]
  .map((one) => one.outerHTML.slice(0, 200))"""
BOM = "\ufeff"
FORMULA = re.compile(r'[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20]|\t|\r')
LISTS = (
    "/incidents",
    "/people?q=x",
    "/people/waiting",
    "/letters",
    "/tickets",
    "/clinic",
    f"/letters/with/+{SPARE}",
    f"/people/{NEW}",
    f"/people/{GINA}",
    f"/letters/with/{NEW}",
)


class Tags(HTMLParser):
    """What a browser would see as elements."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Ours have no script of their own, no picture of strangers, no act in an attribute."""
        given = dict(attrs)
        script = tag == "script" and not (given.get("src") or "").startswith("/")
        if script or tag in ("img", "iframe") or any(name.startswith("on") for name in given):
            self.wrong.append(f"<{tag} {given}>")


@pytest.fixture(scope="module")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    lived(folder, EVIL)
    return folder


async def letters(town: Standing) -> list[str]:
    """The page of each letter that came."""
    found = await town.floor.store.read(lambda tx: [row[0] for row in tx.exec_driver_sql("SELECT id FROM inbound")])
    return [f"/letters/in-{number}" for number in found]


def told(body: str, where: str) -> list[str]:
    """What is wrong with a page."""
    tags = Tags()
    tags.feed(body)
    wrong = [f"{where}: {one}" for one in tags.wrong]
    wrong += [f"{where}: an unseen sign {found[0]!r}" for found in UNSEEN.finditer(body)][:1]
    return wrong


def formulas(body: bytes, where: str) -> list[str]:
    """Cells that a spreadsheet would carry out."""
    rows = csv.reader(io.StringIO(body.decode().removeprefix(BOM)))
    return [f"{where}: {cell!r}" for row in rows for cell in row if FORMULA.match(cell)]


def read_back(body: bytes) -> str:
    """The text of a PDF, without what breaks its lines."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(body)).pages)


class Tour:
    """What was seen on the way over every page, in Chromium where it is one, and what was wrong there."""

    def __init__(self, town: Standing, page: Any) -> None:
        self.town, self.page = town, page
        self.wrong: list[str] = []
        self.sheets: dict[str, None] = {}
        self.seen = ""
        self.opened = 0

    async def look(self, path: str, *, opened: bool = True) -> None:
        """One page: its bytes, and what the browser makes of them with its modules."""
        status, kind, body = await self.town.page(path)
        if status != 200 or kind != "text/html":
            self.wrong += [f"{path}: {status}"] if status >= 500 else []
            return
        text = body.decode(errors="replace")
        self.wrong += told(text, path)
        self.seen += text
        there = path.partition("?")[0]
        for link in SHEETS.findall(text):
            self.sheets[link.replace("&amp;", "&") if link.startswith("/") else there + link] = None
        if opened:
            await self._open(path)

    async def _open(self, path: str) -> None:
        await self.page.goto(str(self.town.client.make_url(path)), wait_until="load")
        name = name_of(path)
        if name in READY:
            await self.page.locator(READY[name]).first.wait_for()
        self.wrong += [f"{path}: in the browser {one}" for one in await self.page.evaluate(STRANGE)]
        self.opened += 1

    async def take(self, path: str) -> str:
        """One file that is taken away: its kind."""
        status, kind, body = await self.town.page(path)
        self.wrong += [f"{path}: {status}"] if status != 200 else []
        if "csv" in kind:
            self.wrong += formulas(body, path)
        elif kind == "application/pdf":
            self.seen += read_back(body)
        return kind


async def test_hostile_text_is_text_on_every_page_in_every_table_and_on_paper(
    hostile_folder: Path, open_page: OpenPage
) -> None:
    async with standing(hostile_folder) as town:
        await worked(town, EVIL, well=(200, 303, 409))
        page = await open_page(town.client, "/", town.keeper.admit(town.user, sure=True))
        await page.locator(".board .row").first.click()
        await page.locator(".typed .plate").first.wait_for()
        tour = Tour(town, page)
        routes = [one for path, one in addresses(town).items() if path not in MACHINES]
        for path in (*routes, *LISTS, f"{QUEUE}/person/2"):
            await tour.look(path)
        came = await letters(town)
        for path in came:
            await tour.look(path, opened=path in part(came, len(HOSTILE)))
        await page.close()
        tour.sheets |= {f"{path}?as={kind}": None for path in routes for kind in KINDS}
        kinds = Counter([await tour.take(path) for path in tour.sheets])
        assert not tour.wrong, "\n".join(tour.wrong)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in tour.seen
        assert "<script>alert(1)</script>" in tour.seen, "read back from paper"
        assert "{{7*7}}" in tour.seen
        assert tour.opened > 35 + len(LISTS) + len(HOSTILE)
        assert min(kinds["text/csv"], kinds["application/pdf"]) > 12
