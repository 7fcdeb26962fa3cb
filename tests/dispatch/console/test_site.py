"""Who comes in where, and what he is told if not: over HTTP, with every refusal in words and with a way on."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

from config.city import load_city
from dispatch.console.keeper import Session
from dispatch.console.serving import Mounted, built_site
from dispatch.console.site import Unguarded
from gateway.page import WATCH, Floor, Page, Role, Sheet, Shown, Visit, Wing
from gateway.store import StoreFault
from tests.fixtures.console_house import FakeHouse
from tests.fixtures.sample_wing import HOSTILE, Sample
from tests.fixtures.site import EVERYBODY, PROOF, TINY, Client, FixedKeeper, as_user, built, ground_floor, user_with

PEOPLE = {"Accept": "text/html,application/xhtml+xml"}
FORM = {**PEOPLE, "Content-Type": "application/x-www-form-urlencoded"}
pytestmark = pytest.mark.sqlite_only("who may enter is asked before any page reads the store")


@pytest.fixture
def sample() -> Sample:
    return Sample()


@pytest.fixture
async def site(sample: Sample, floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(built(floor, (sample.wing(),), keeper).app)


@pytest.fixture
def session(site: Client, keeper: FixedKeeper) -> Session:
    made = keeper.admit(EVERYBODY)
    as_user(site, made)
    return made


async def nobody_answers(visit: Visit) -> Shown:
    raise AssertionError("never asked")


async def test_the_zone_stands_where_the_clock_is_and_in_what_is_taken_away(
    keeper: FixedKeeper, tmp_path: Path, aiohttp_client: AiohttpClient
) -> None:
    async def table(visit: Visit) -> Sheet:
        return Sheet(name="x", title="x", columns=["waktu", "isi"], rows=[[visit.now, "api"]])

    town = replace(load_city(TINY), timezone=ZoneInfo("Asia/Jayapura"))
    async with ground_floor(tmp_path, town) as floor:
        pages = (*Sample().wing().pages, Page(path="/table", handle=table, roles=WATCH))
        site = await aiohttp_client(built(floor, (replace(Sample().wing(), pages=pages),), keeper).app)
        as_user(site, keeper.admit(EVERYBODY))
        text = await (await site.get("/tickets")).text()
        assert text.count('<span class="wall-zone">WIT</span>') == text.count('class="wall"') > 0
        assert 'data-zone-name="WIT"' in text
        assert '"waktu (WIT)","isi"' in await (await site.get("/table?as=csv")).text()


# -- no door without a role


async def test_a_page_that_names_no_role_is_not_opened(floor: Floor, keeper: FixedKeeper) -> None:
    page = Page(path="/bare", handle=nobody_answers, roles=frozenset())
    with pytest.raises(Unguarded, match="/bare"):
        built(floor, (Wing(room="bare", pages=(page,)),), keeper)


@pytest.mark.parametrize("path", ["/quiet", "/console/quiet", "/tickets/quiet"])
async def test_a_route_that_nobody_watches_stops_the_start(floor: Floor, keeper: FixedKeeper, path: str) -> None:
    async def here(_request: web.Request) -> web.Response:
        return web.Response()

    site = built(floor, (Sample().wing(),), keeper)
    site.app.router.add_get(path, here)
    runner = web.AppRunner(site.app)
    with pytest.raises(Unguarded, match=path):
        await runner.setup()
    await runner.cleanup()


# -- not logged in


async def test_who_is_not_logged_in_is_led_to_the_login_and_back(site: Client) -> None:
    answer = await site.get("/tickets?q=lampu&page=2", headers=PEOPLE, allow_redirects=False)
    assert answer.status == 303
    assert answer.headers["Location"] == "/login?to=%2Ftickets%3Fq%3Dlampu%26page%3D2"


async def test_a_module_that_is_not_logged_in_is_told_so_in_json(site: Client) -> None:
    answer = await site.get("/tickets", headers={"Accept": "application/json"})
    assert answer.status == 401
    assert await answer.json() == {"error": "Masuk dahulu.", "key": "site.login"}


async def test_a_form_sent_after_the_session_ended_leads_to_the_login_with_a_word(site: Client, sample: Sample) -> None:
    answer = await site.post("/tickets/3", data={"answer": "ya"}, headers=PEOPLE, allow_redirects=False)
    assert answer.status == 303
    assert answer.headers["Location"] == "/login?to=%2Ftickets%2F3&said=site.ended"
    assert sample.done == []


# -- logged in, and not allowed


async def test_a_page_of_another_duty_says_so_within_the_frame(site: Client, keeper: FixedKeeper) -> None:
    as_user(site, keeper.admit(user_with(Role.VIEWER)))
    answer = await site.get("/tickets", headers=PEOPLE)
    text = await answer.text()
    assert answer.status == 403
    assert "bukan untuk tugas Anda" in text
    assert 'href="/map"' in text  # what is his is offered
    assert 'href="/tickets"' not in text


async def test_home_is_the_first_page_of_ones_duty(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    home = Wing(room="home", pages=(Page(path="/", handle=Sample().empty, roles=WATCH, title="sample.me", nav=1),))
    site = await aiohttp_client(built(floor, (Sample().wing(), home), keeper).app)
    for role, to in ((Role.OFFICE, "/tickets"), (Role.CLINIC, "/me")):
        as_user(site, keeper.admit(user_with(role)))
        answer = await site.get("/", headers=PEOPLE, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, to)
    as_user(site, keeper.admit(user_with(Role.VIEWER)))
    assert (await site.get("/", headers=PEOPLE, allow_redirects=False)).status == 200


async def test_a_module_of_another_duty_reads_the_same_in_json(site: Client, keeper: FixedKeeper) -> None:
    as_user(site, keeper.admit(user_with(Role.VIEWER)))
    answer = await site.get("/tickets")
    assert answer.status == 403
    assert (await answer.json())["key"] == "site.not_yours"


@pytest.mark.parametrize("csrf", [None, "", "wrong", "é", "\u0000"])
async def test_a_form_without_the_sessions_token_does_nothing(
    site: Client, session: Session, sample: Sample, csrf: str | None
) -> None:
    del site.session.headers["X-CSRF"]
    form = {"answer": "ya"} | ({} if csrf is None else {"csrf": csrf})
    answer = await site.post("/tickets/3", data=form, headers=PEOPLE)
    assert answer.status == 403
    assert "sudah lama terbuka" in await answer.text()
    assert sample.done == []


async def test_a_token_of_another_session_does_nothing(
    site: Client, session: Session, keeper: FixedKeeper, sample: Sample
) -> None:
    other = keeper.admit(EVERYBODY)
    answer = await site.post("/tickets/3", data={"answer": "ya"}, headers={"X-CSRF": other.csrf})
    assert answer.status == 403
    assert (await answer.json())["key"] == "site.stale"
    assert sample.done == []


async def test_a_form_with_its_token_is_done_and_the_next_page_says_so_once(
    site: Client, session: Session, sample: Sample
) -> None:
    del site.session.headers["X-CSRF"]
    form = {"answer": "ya", "csrf": session.csrf}
    answer = await site.post("/tickets/3", data=form, headers=PEOPLE)
    assert str(answer.url.relative()) == "/tickets?said=sample.done"
    assert "Jawaban sudah dikirim." in await answer.text()
    assert len(sample.done) == 1


@pytest.mark.parametrize("said", ["sample.nothing", "<b>", "Bayar ke 123", "site.page_of"])
async def test_only_a_whole_sentence_of_ours_is_said(site: Client, session: Session, said: str) -> None:
    text = await (await site.get("/tickets", params={"said": said}, headers=PEOPLE)).text()
    assert 'class="said"' not in text


# -- a dangerous act


async def test_a_dangerous_act_without_its_proof_is_asked_again_and_keeps_what_was_typed(
    site: Client, session: Session, sample: Sample
) -> None:
    form = {"id": "3", "why": HOSTILE, "csrf": session.csrf}
    answer = await site.post("/tickets/close", data=form, headers=PEOPLE)
    text = await answer.text()
    assert answer.status == 403
    assert "perlu PIN" in text
    assert "<script>alert" not in text
    assert 'name="pin"' in text
    again = hidden(text)
    assert again == form
    done = await site.post("/tickets/close", data={**again, "pin": PROOF}, headers=PEOPLE)
    assert done.status == 200
    assert sample.done[-1][1]["why"] == HOSTILE


async def test_a_wrong_proof_is_told_and_is_not_in_the_page(site: Client, session: Session, sample: Sample) -> None:
    answer = await site.post("/tickets/close", data={"csrf": session.csrf, "pin": "1397531"}, headers=PEOPLE)
    text = await answer.text()
    assert "PIN atau kata sandi salah." in text
    assert "1397531" not in text
    assert sample.done == []


@pytest.mark.parametrize("field", ["password", "new_password", "sandi_baru", "totp_code"])
async def test_a_secret_is_never_written_into_a_page(site: Client, session: Session, field: str) -> None:
    answer = await site.post("/tickets/close", data={"csrf": session.csrf, field: "s3cr3t-x"}, headers=PEOPLE)
    text = await answer.text()
    assert answer.status == 403
    assert "s3cr3t-x" not in text
    assert 'name="pin"' not in text


async def test_a_module_is_told_that_a_proof_is_needed(site: Client, session: Session) -> None:
    answer = await site.post("/tickets/close", json={"id": "3"})
    assert answer.status == 403
    assert (await answer.json())["key"] == "site.prove"


async def test_who_is_sure_is_not_asked(site: Client, keeper: FixedKeeper, sample: Sample) -> None:
    as_user(site, keeper.admit(EVERYBODY, sure=True))
    await site.post("/tickets/close", data={"id": "3"}, headers=PEOPLE)
    assert [name for name, _ in sample.done] == ["close"]


# -- the page says no, or there is none


async def test_a_page_that_declines_says_why_and_leads_back(site: Client, session: Session) -> None:
    answer = await site.post("/tickets/3", data={"answer": "no"}, headers=PEOPLE)
    text = await answer.text()
    assert answer.status == 409
    assert "Laporan ini sudah dijawab tolong &lt;script&gt;" in text
    assert "⟦RLO⟧" in text
    assert 'href="/tickets/3"' in text


async def test_a_sentence_is_as_good_as_a_key(site: Client, session: Session) -> None:
    answer = await site.post("/tickets/3", data={"answer": "sentence"})
    assert answer.status == 409
    assert await answer.json() == {"error": "Begini saja.", "key": "Begini saja."}


@pytest.mark.parametrize(("path", "way"), [("/tickets/404", "/tickets"), ("/tickets/x/y", "/tickets"), ("/none", "/")])
async def test_what_is_not_there_leads_to_the_page_above_it(
    site: Client, session: Session, path: str, way: str
) -> None:
    answer = await site.get(path, headers=PEOPLE)
    text = await answer.text()
    assert answer.status == 404
    assert f'class="act" href="{way}"' in text
    assert 'class="rail"' in text


async def test_a_path_of_nobody_shows_a_stranger_no_pages(site: Client) -> None:
    answer = await site.get("/none", headers=PEOPLE)
    assert answer.status == 404
    assert 'class="rail"' not in await answer.text()


async def test_a_wrong_method_and_a_large_form_are_told_in_words(site: Client, session: Session) -> None:
    wrong = await site.delete("/tickets", headers=PEOPLE)
    assert wrong.status == 405
    assert "Tidak ada di sini" in await wrong.text()
    large = await site.post("/tickets/3", data={"answer": "x" * 70_000}, headers=PEOPLE)
    assert large.status == 413
    assert "terlalu besar" in await large.text()


# -- a fault of ours


@pytest.fixture
def page_log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.ERROR, "dispatch.console.refusing"):
        yield caplog


@pytest.mark.parametrize("how", ["page", "template"])
async def test_a_fault_is_a_sentence_with_a_number_that_the_log_knows(
    site: Client, session: Session, page_log: pytest.LogCaptureFixture, how: str
) -> None:
    answer = await site.get("/broken", params={"how": how}, headers=PEOPLE)
    text = await answer.text()
    number = re.search(r"Nomor gangguan: ([0-9a-f]{8})\.", text)
    assert answer.status == 500
    assert number
    assert "secret" not in text
    assert "nobody_gave_this" not in text
    assert "Traceback" not in text
    assert number[1] in page_log.text
    assert answer.headers["Content-Security-Policy"]


async def test_a_module_reads_a_fault_in_json(site: Client, session: Session) -> None:
    answer = await site.get("/broken")
    assert answer.status == 500
    told = await answer.json()
    assert told["key"] == "site.broken"
    assert "secret" not in json.dumps(told)


async def test_a_store_that_fails_is_503_even_if_nobody_can_be_known(
    floor: Floor, aiohttp_client: AiohttpClient
) -> None:
    class Falling(FixedKeeper):
        async def session(self, key: str) -> Session | None:
            raise StoreFault("disk full")

    keeper = Falling()
    site = as_user(await aiohttp_client(built(floor, (Sample().wing(),), keeper).app), keeper.admit(EVERYBODY))
    answer = await site.get("/tickets", headers=PEOPLE)
    assert answer.status == 503
    assert "Penyimpanan sedang terganggu" in await answer.text()


async def test_machines_are_told_in_their_own_way(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    async def broken(_request: web.Request) -> web.Response:
        raise RuntimeError("inside")

    site = built_site(FakeHouse(), floor, keeper, (), Mounted())
    site.watch("GET", "/callbacks/", frozenset({Role.PUBLIC}), machine=True)
    site.app.router.add_get("/callbacks/x", broken)
    client = await aiohttp_client(site.app)
    answer = await client.get("/callbacks/x", headers=PEOPLE)
    assert answer.status == 500
    assert "Nomor gangguan" not in await answer.text()


# -- looks


async def test_a_choice_of_looks_is_kept_by_the_browser_and_leads_back(site: Client, session: Session) -> None:
    form = {"csrf": session.csrf, "language": "en", "light": "dark", "size": "huge", "back": "/tickets?q=a"}
    answer = await site.post("/look", data=form, headers=PEOPLE, allow_redirects=False)
    assert answer.status == 303
    assert answer.headers["Location"] == "/tickets?q=a"
    kept = {name: morsel.value for name, morsel in answer.cookies.items()}
    assert kept == {"kentongan-language": "en", "kentongan-light": "dark", "kentongan-size": "huge"}
    cookies = "; ".join([site.session.headers["Cookie"], *(f"{name}={value}" for name, value in kept.items())])
    text = await (await site.get("/tickets", headers={**PEOPLE, "Cookie": cookies})).text()
    assert '<html lang="en" data-theme="dark" data-light="dark" data-size="huge"' in text


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\nb", "/\tx"])
async def test_the_way_back_never_leads_out(site: Client, session: Session, back: str) -> None:
    form = {"csrf": session.csrf, "language": "fr", "light": "dim", "back": back}
    answer = await site.post("/look", data=form, headers=PEOPLE, allow_redirects=False)
    assert answer.status == 303
    assert answer.headers["Location"] == "/"
    assert not answer.cookies


@pytest.mark.parametrize("cookie", ['kentongan-size="; alert', "kentongan-light=<x>", "=", "kentongan-language=xx"])
async def test_a_strange_cookie_changes_nothing(site: Client, session: Session, cookie: str) -> None:
    headers = {**PEOPLE, "Cookie": f"{site.session.headers['Cookie']}; {cookie}"}
    text = await (await site.get("/tickets", headers=headers)).text()
    assert '<html lang="id"' in text
    assert 'data-size="normal"' in text


async def test_the_language_is_the_browsers_then_the_persons_then_the_citys(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    english = replace(floor, city=replace(floor.city, languages=("en", "id")))
    site = await aiohttp_client(built(english, (Sample().wing(),), keeper).app)
    assert '<html lang="en"' in await (await site.get("/open", headers=PEOPLE)).text()
    as_user(site, keeper.admit(user_with(Role.VIEWER, language="id")))
    assert '<html lang="id"' in await (await site.get("/open", headers=PEOPLE)).text()
    cookies = f"{site.session.headers['Cookie']}; kentongan-language=en"
    assert '<html lang="en"' in await (await site.get("/open", headers={**PEOPLE, "Cookie": cookies})).text()


# -- on the way


async def test_text_is_packed_for_who_takes_it_and_nothing_is_kept(site: Client, session: Session) -> None:
    packed = await site.get("/tickets", headers={**PEOPLE, "Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Cache-Control"] == "no-store"
    assert "Laporan warga" in await packed.text()
    plain = await site.get("/tickets", headers={**PEOPLE, "Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers


async def test_a_file_is_packed_and_asked_anew_by_its_mark(site: Client) -> None:
    first = await site.get("/console/static/site.css", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.headers["Cache-Control"] == "no-cache"
    assert ".figures" in await first.text()
    again = await site.get("/console/static/site.css", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    part = await site.get("/console/static/site.css", headers={"Range": "bytes=0-9", "Accept-Encoding": "gzip"})
    assert part.status == 206
    assert len(await part.read()) == 10


async def test_what_strangers_wrote_is_marked_in_html_and_in_json(site: Client, session: Session) -> None:
    text = await (await site.get("/letters", headers=PEOPLE)).text()
    assert "\u202e" not in text
    assert '<span class="plate">RLO</span>gnp.exe' in text
    assert "&lt;script&gt;" in text
    raw = await (await site.get("/raw")).json()
    assert "⟦RLO⟧gnp.exe⟦PDF⟧" in raw["text"]
    assert "⟦␇⟧" in raw["text"]


def hidden(text: str) -> dict[str, str]:
    """The hidden fields of the form, as a browser sends them."""
    form = text[text.rindex('<form class="form"') :].partition("</form>")[0]
    return {
        unescape(name): unescape(value) for name, value in re.findall(r'type="hidden" name="(.*?)" value="(.*?)"', form)
    }
