"""The frame in a real browser: both lights, both sizes, large letters, keyboard alone, without script, on paper."""

from __future__ import annotations

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.console.keeper import Session
from gateway.page import Floor
from tests.fixtures.browser import DESK, PHONE, OpenPage, axe, sideways
from tests.fixtures.sample_wing import Sample
from tests.fixtures.site import EVERYBODY, PROOF, Client, FixedKeeper, built

PAGES = ("/tickets?said=sample.done", "/tickets/1", "/reports", "/letters", "/map")
LEAST, LEAST_PHONE = 24, 44  # CSS pixels of what is pressed: WCAG 2.2, 2.5.8 and 2.5.5
pytestmark = pytest.mark.sqlite_only("the frame reads nothing from the store")

TARGETS = """(least) => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((one) => one.type !== "hidden" && one.checkVisibility() && !one.classList.contains("skip"))
  .map((one) => [one, (one.closest("label") ?? one).getBoundingClientRect(), one.getBoundingClientRect()])
  .filter(([, label, own]) => Math.max(label.height, own.height) < least || Math.max(label.width, own.width) < least)
  .map(([one, label]) => `${one.outerHTML.slice(0, 120)} ${label.width}x${label.height}`)"""
SEEN = """() => { const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const name = one.textContent.trim() || one.getAttribute("aria-label") || one.name || one.tagName;
  return [one === document.body ? "" : name,
    style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    box.top >= -1 && box.bottom <= innerHeight + 1]; }"""


@pytest.fixture
def sample() -> Sample:
    return Sample()


@pytest.fixture
async def site(sample: Sample, floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(built(floor, (sample.wing(),), keeper).app)


@pytest.fixture
def session(keeper: FixedKeeper) -> Session:
    return keeper.admit(EVERYBODY)


@pytest.mark.parametrize(
    ("size", "light"),
    [
        (DESK, "light"),
        (PHONE, "dark"),
        pytest.param(DESK, "dark", marks=pytest.mark.rest("both sizes and both lights are tried each time")),
        pytest.param(PHONE, "light", marks=pytest.mark.rest("both sizes and both lights are tried each time")),
    ],
    ids=str,
)
async def test_every_piece_can_be_read_and_pressed(
    site: Client, session: Session, open_page: OpenPage, size: tuple[int, int], light: str
) -> None:
    page = await open_page(site, PAGES[0], session, size=size, light=light)
    for path in PAGES:
        if path != PAGES[0]:
            await page.goto(str(site.make_url(path)))
        assert await axe(page) == [], path
        assert await sideways(page) == 0, path
        assert await page.evaluate(TARGETS, LEAST) == [], path
    assert await page.locator("html").get_attribute("data-theme") == light


@pytest.mark.parametrize(
    "size", [pytest.param(DESK, marks=pytest.mark.rest("a phone has the least room")), PHONE], ids=str
)
async def test_letters_of_twice_the_size_fit_too(
    site: Client, session: Session, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = await open_page(site, "/tickets", session, size=size, letters="huge")
    assert await page.evaluate("() => getComputedStyle(document.body).fontSize") == "30px"
    for path in ("/tickets", "/tickets/1", "/reports"):
        await page.goto(str(site.make_url(path)))
        assert await sideways(page) == 0, path
    assert await axe(page) == []
    await page.locator(".thumb-more > summary").click()
    assert await sideways(page) == 0


async def test_a_window_zoomed_to_twice_is_folded_and_whole(
    site: Client, session: Session, open_page: OpenPage
) -> None:
    half = (DESK[0] // 2, DESK[1] // 2)  # CSS pixels that are left when the browser zooms to 200 %
    page = await open_page(site, "/tickets/1", session, size=half)
    assert await sideways(page) == 0
    assert await page.locator(".thumb").is_visible()
    assert not await page.locator(".rail").is_visible()


async def test_a_thumb_reaches_every_page(site: Client, session: Session, open_page: OpenPage) -> None:
    page = await open_page(site, "/tickets", session, size=PHONE)
    assert "nav-holds" in (await page.locator(".thumb-more > summary").get_attribute("class") or "")
    await page.locator(".thumb-more > summary").click()
    sheet = page.locator(".thumb .sheet")
    assert await sheet.locator("a[aria-current=page]").inner_text() == "Laporan warga"
    assert [one for one in await page.evaluate(TARGETS, LEAST_PHONE) if "nav-link" in one or "tool-key" in one] == []
    assert await axe(page) == []
    await page.keyboard.press("Escape")
    assert not await sheet.is_visible()
    await page.locator(".thumb-nav a").nth(1).click()
    await page.wait_for_url("**/incidents")


async def test_the_keyboard_alone_goes_everywhere_and_is_seen(
    site: Client, session: Session, open_page: OpenPage
) -> None:
    page = await open_page(site, "/tickets/1", session)
    await page.keyboard.press("Tab")
    assert (await page.evaluate(SEEN))[0] == "Langsung ke isi"
    await page.keyboard.press("Enter")
    assert page.url.endswith("#content")
    walked: list[str] = []
    for _ in range(40):
        await page.keyboard.press("Tab")
        name, outlined, within = await page.evaluate(SEEN)
        if not name:
            break
        assert outlined, name
        assert within, name
        walked.append(name)
    assert walked[0] == "Kembali"
    assert "Kirim jawaban" in walked


async def test_light_and_letters_change_in_place_and_language_with_the_page(
    site: Client, session: Session, open_page: OpenPage
) -> None:
    page = await open_page(site, "/tickets", session, light="light")
    await page.evaluate("() => { window.stays = true; }")
    await page.get_by_role("button", name="Gelap").click()
    assert await page.locator("html").get_attribute("data-theme") == "dark"
    await page.get_by_role("button", name="Huruf besar").click()
    assert await page.locator("html").get_attribute("data-size") == "large"
    assert await page.evaluate("() => window.stays") is True
    await page.reload()
    assert await page.locator("html").get_attribute("data-theme") == "dark"
    assert await page.locator("html").get_attribute("data-size") == "large"
    await page.get_by_role("button", name="English").click()
    await page.wait_for_function("() => document.documentElement.lang === 'en'")
    assert page.url.endswith("/tickets")
    assert await page.locator(".skip").inner_text() == "Skip to the content"


async def test_without_script_looks_menus_and_acts_work(
    site: Client, session: Session, open_page: OpenPage, sample: Sample
) -> None:
    page = await open_page(site, "/tickets/1", session, light="light", script=False, excuse=("status of 403",))
    await page.locator(".rail button[name=light]").click()
    await page.wait_for_selector('html[data-theme="dark"]')
    await page.get_by_label("PIN").fill("0000")
    await page.get_by_role("button", name="Tutup laporan").first.click()
    await page.wait_for_selector("text=PIN atau kata sandi salah.")
    await page.get_by_label("PIN").fill(PROOF)
    await page.get_by_role("button", name="Lanjutkan").click()
    await page.wait_for_url("**/tickets?said=sample.done")
    assert sample.done[0][1]["id"] == "1"


async def test_on_paper_there_is_only_the_work_black_on_white(
    site: Client, session: Session, open_page: OpenPage
) -> None:
    page = await open_page(site, "/tickets", session, light="dark")
    await page.emulate_media(media="print")
    for gone in (".rail", ".filter", ".pager", ".site-tools", ".tabs-bar"):
        assert not await page.locator(gone).first.is_visible(), gone
    assert await page.locator(".on-paper").is_visible()
    colours = "() => { const it = getComputedStyle(document.querySelector('td')); return it.color; }"
    assert await page.evaluate(colours) == "rgb(0, 0, 0)"
    ground = "() => getComputedStyle(document.documentElement).backgroundColor"
    assert await page.evaluate(ground) == "rgb(255, 255, 255)"


async def test_the_now_page_stands_under_the_same_navigation(
    site: Client, session: Session, open_page: OpenPage
) -> None:
    page = await open_page(site, "/", session, excuse=("/map/setup.json",))  # nobody built the map's wing here
    assert await page.locator(".slim-bar a[aria-current=page]").inner_text() == "Sekarang"
    assert await sideways(page) == 0
    await page.locator(".slim-more > summary").click()
    assert await page.locator(".slim .sheet").get_by_text("Sari Dewi").is_visible()
    await page.locator(".slim-bar").get_by_role("link", name="Peta").click()
    await page.wait_for_url("**/map")
