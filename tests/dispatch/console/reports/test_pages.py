"""The page of figures, its tables to take away, and the report of a month as a user gets them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from pytest_aiohttp.plugin import AiohttpClient

from config.cli import build_parser
from config.command import DONE, USAGE, CommandError, Context
from dispatch.console.reports.commands import report_command
from dispatch.console.reports.figures import SHEAVES
from dispatch.console.reports.pages import reports_wing
from dispatch.console.reports.paper import report_pdf
from dispatch.console.reports.report import Reporter
from dispatch.console.reports.span import month_of
from dispatch.console.words import LANGUAGES, Words
from gateway.figures import READERS, Chart, Column, Drawing, Form, Section, Sheaf
from gateway.page import Floor, Role, User
from gateway.store import Tx
from tests.dispatch.console.reports.scenes import BEGINS, Scene, stage_scenes
from tests.dispatch.test_commands import Paper
from tests.fixtures.browser import DESK, PHONE, OpenPage, axe, photo, sideways
from tests.fixtures.site import EVERYBODY, Client, FixedKeeper, as_user, built, user_with

OCTOBER = "span=any&from=2026-10-01&to=2026-10-31"
INSIDE = """[...document.querySelectorAll("svg.drawing")].every((svg) => {
  const room = svg.viewBox.baseVal, box = svg.getBBox();
  return box.x >= -1 && box.x + box.width <= room.width + 1 && box.y >= -1 && box.y + box.height <= room.height + 9;
})"""  # nothing of a picture stands beyond its border
WIDE = """[...document.querySelectorAll(".report-table")].filter((one) => one.scrollWidth > one.clientWidth)
  .map((one) => `${one.closest("section").id}: ${one.scrollWidth} in ${one.clientWidth}`)"""  # what scrolls sideways
PERSONS = ("Ani Contoh", "Eko Contoh")
pytestmark = pytest.mark.sqlite_only("what the store counts is tried on both engines in test_figures.py")


async def busy(floor: Floor) -> None:
    scenes = [
        Scene(
            id=n,
            at=BEGINS + timedelta(hours=7 * n),
            siren_s=1.0 + n / 10,
            rings=tuple(3.0 + 25 * tier for tier in range(1 + n % 6)),
            accepted_s=20.0 + 5 * n,
            replied_s=4.0 + n,
            false=n % 5 == 0,
            missed=n % 2 == 0,
            rang_back_s=3.0 + n / 4 if n % 2 == 0 else None,
        )
        for n in range(1, 60)
    ]
    scenes += [Scene(id=60, drill=True, rings=(3.0, 20.0), accepted_s=60.0)]
    await floor.store.write(lambda tx: stage_scenes(tx, scenes))


@pytest.fixture
async def client(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(built(floor, (reports_wing(floor),), keeper).app)


def letters_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def pages_of(body: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(body)).pages]


async def test_a_day_without_anything_says_so_in_words(client: Client, keeper: FixedKeeper) -> None:
    page = letters_of(await (await as_user(client, keeper.admit(EVERYBODY)).get("/reports")).text())
    assert page.count("Tidak ada kejadian dalam rentang ini.") >= 5
    assert "CONTOH" in page


@pytest.mark.parametrize(("role", "sees"), [(Role.VIEWER, False), (Role.DISPATCHER, False), (Role.SUPERVISOR, True)])
async def test_persons_and_stations_are_for_the_supervisor_alone(
    client: Client, floor: Floor, keeper: FixedKeeper, role: Role, sees: bool
) -> None:
    await busy(floor)
    as_user(client, keeper.admit(user_with(role)))
    page = await (await client.get(f"/reports?{OCTOBER}")).text()
    paper = "\n".join(pages_of(await (await client.get(f"/reports/whole?{OCTOBER}")).read()))
    for text in (page, paper):
        assert ("Menurut petugas" in text) is ("Menurut pos" in text) is (PERSONS[0] in text) is sees
        assert "+62812" not in text
    asked = await client.get(f"/reports?{OCTOBER}&table=officers&as=csv")
    assert asked.status == (200 if sees else 404)


async def test_each_table_is_taken_away_with_plain_figures(client: Client, floor: Floor, keeper: FixedKeeper) -> None:
    await busy(floor)
    as_user(client, keeper.admit(EVERYBODY))
    page = await (await client.get(f"/reports?{OCTOBER}")).text()
    links = re.findall(r'href="(/reports\?[^"]*as=csv[^"]*)"', page)
    assert len(links) == page.count("<thead>") >= 10
    for link in links:
        answer = await client.get(link.replace("&amp;", "&"))
        rows = list(csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
        assert len({len(row) for row in rows}) == 1
        assert len(rows) > 1
    said = await (await client.get(f"/reports?{OCTOBER}&table=response&as=csv")).text()
    assert '"Dikonfirmasi → sirene ditelepon","59","3,8","6,2","6,7","5","42","71,186"' in said
    assert (await client.get(f"/reports?{OCTOBER}&table=nothing&as=csv")).status == 404
    table = pages_of(await (await client.get(f"/reports?{OCTOBER}&table=kinds&as=pdf")).read())
    assert "Menurut jenis, 1 Oktober 2026 sampai 31 Oktober 2026" in table[0]


async def test_the_report_of_a_month_is_one_click(client: Client, floor: Floor, keeper: FixedKeeper) -> None:
    await busy(floor)
    as_user(client, keeper.admit(EVERYBODY))
    answer = await client.get("/reports/monthly?month=2026-10")
    assert answer.content_type == "application/pdf"
    assert "laporan-bulanan-2026-10-01-2026-10-31.pdf" in answer.headers["Content-Disposition"]
    pages = pages_of(await answer.read())
    for part in ("Laporan bulanan", "Kota Mungil", "1 Oktober 2026 sampai 31 Oktober 2026", "CONTOH", "2. Kecepatan"):
        assert part in pages[0]
    for number, page in enumerate(pages, 1):
        assert f"Halaman {number}" in page
    whole = " ".join("\n".join(pages).split())
    for figure in ("Dikonfirmasi → sirene ditelepon 59 3,8 dtk 6,2 dtk 6,7 dtk 5,0 dtk 42 71,2 %", "Kejadian 59"):
        assert figure in whole
    assert (await client.get("/reports/monthly?month=2026-13")).status == 409
    assert (await client.get("/reports?span=any&from=2026-10-02&to=2026-10-01")).status == 409


async def test_the_same_report_is_written_by_command(tmp_path: Path, floor: Floor) -> None:
    await busy(floor)
    out = Paper()
    context = Context(settings=None, city=floor.city, clock=floor.clock, out=out, store=floor.store)

    async def typed(line: str) -> int:
        asked = build_parser([report_command()]).parse_args(line.split())
        code: int = await asked.command.run(context, asked)
        return code

    file = tmp_path / "laporan.pdf"
    assert await typed(f"report monthly --month 2026-10 --out {file}") == DONE
    assert out.rows[0]["month"] == "2026-10"
    text = "\n".join(pages_of(file.read_bytes()))
    assert "Kejadian 59" in " ".join(text.split())
    assert PERSONS[0] not in text
    assert await typed(f"report monthly --month 2026-10 --persons --lang en --out {file}") == DONE
    assert PERSONS[0] in (text := "\n".join(pages_of(file.read_bytes())))
    assert "Monthly report" in text
    with pytest.raises(CommandError) as fault:
        await typed(f"report monthly --month soon --out {file}")
    assert fault.value.code == USAGE
    with pytest.raises(CommandError, match="No such file"):
        await typed(f"report monthly --month 2026-10 --out {tmp_path}/no/where.pdf")


def of_others(tx: Tx, city: object, since: object, until: object) -> list[Section]:
    columns = (Column(words="=Kantor"), Column(words="Hari", form=Form.DAYS))
    chart = Chart(drawing=Drawing.BARS, values=(1,))
    rows = [("=1+1 🔥 \u202eמבחן", 2.5), ("+6281234567890", 0.1), ("<b>x</b>", None)]
    return [Section(key="tickets", title="others.title", columns=columns, rows=rows, chart=chart)]


async def test_other_rooms_figures_stand_beside_ours_and_strangers_words_do_no_harm(
    tmp_path: Path, floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    for language in LANGUAGES:
        (tmp_path / f"others.{language}.toml").write_text('title = "Pengaduan <i>"\n', encoding="utf-8")
    wing = reports_wing(floor, [Sheaf(figures=of_others, words=tmp_path)])
    client = as_user(await aiohttp_client(built(floor, (wing,), keeper).app), keeper.admit(EVERYBODY))
    page = await (await client.get("/reports")).text()
    assert "Pengaduan &lt;i&gt;" in page
    assert "&lt;b&gt;x" in page
    assert "\u202e" not in page
    said = await (await client.get("/reports?table=tickets&as=csv")).text()
    assert '"\'=1+1 🔥 ⟦RLO⟧מבחן","2,5"' in said
    assert '"tel:+6281234567890","0,1"' in said
    paper = "\n".join(pages_of(await (await client.get("/reports/whole")).read()))
    assert "=1+1 □ ⟦RLO⟧" in paper


async def test_without_a_font_the_report_is_there_all_the_same(tmp_path: Path, floor: Floor) -> None:
    await busy(floor)
    reporter, span = Reporter(floor.city, SHEAVES), month_of("2026-10", floor.clock.now(), floor.city.timezone)
    reader = User(login="", name="", roles=READERS)
    report = await reporter.report(floor.store, span, reader, "id", floor.clock.now())
    text = "\n".join(pages_of(report_pdf(report, folders=(tmp_path,))))
    assert "Dikonfirmasi -> sirene ditelepon" in text


def test_both_languages_say_the_same_keys() -> None:
    words = Words([SHEAVES[0].words])
    assert words.keys("id") == words.keys("en")


async def test_the_page_is_looked_at_in_a_browser(
    open_page: OpenPage, client: Client, floor: Floor, keeper: FixedKeeper
) -> None:
    await busy(floor)
    session = keeper.admit(EVERYBODY)
    page = await open_page(client, f"/reports?{OCTOBER}", session, size=DESK, light="light")
    assert await page.evaluate(WIDE) == []
    assert await axe(page) == []
    assert await sideways(page) == 0
    assert await page.locator("svg.drawing").count() >= 4
    assert await page.evaluate(INSIDE)
    await photo(page, "reports")
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert await page.evaluate(WIDE) == []
    page = await open_page(client, f"/reports?{OCTOBER}", session, size=PHONE, light="dark", letters="huge")
    assert await page.evaluate(WIDE) == []
    assert await axe(page) == []
    assert await sideways(page) == 0
    page = await open_page(client, f"/reports?{OCTOBER}", session, size=DESK, letters="huge")
    assert await page.evaluate(WIDE) != [], "nothing scrolls here any more: look where else it does"
    assert await axe(page) == [], "what scrolls is reached by keyboard, and has a name"


async def test_that_there_are_too_few_cases_is_said_once_under_the_table(
    client: Client, floor: Floor, keeper: FixedKeeper
) -> None:
    scenes = [Scene(id=n, at=BEGINS, siren_s=2.0, rings=(3.0,), accepted_s=20.0) for n in range(1, 4)]
    await floor.store.write(lambda tx: stage_scenes(tx, scenes))
    as_user(client, keeper.admit(EVERYBODY))
    page = await (await client.get(f"/reports?{OCTOBER}")).text()
    part = page[page.index('id="response"') : page.index('id="response-drills"')]
    assert part.count("· = tanpa persentil: kurang dari 10 kasus.") == 1
    assert part.index("</table>") < part.index("· = tanpa")
    assert '<td class="number">·</td>' in part
    said = await (await client.get(f"/reports?{OCTOBER}&table=response&as=csv")).text()
    assert '"Dikonfirmasi → sirene ditelepon","3","","","","5","3","100"' in said
