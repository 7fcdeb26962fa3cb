"""The page of proposals: who may what, what is held is for those who judge it, and nobody's number stands on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from eservices.proposals import store
from eservices.proposals.store import Proposal, State
from gateway.page import Floor, Role
from gateway.store import Tx
from tests.eservices.complaints.office_room import GINA
from tests.eservices.pages.conftest import Enter
from tests.eservices.pages.desk import SARI, UMAR, digits, letters
from tests.eservices.pages.hall import SetClock
from tests.eservices.pages.test_desks_in_a_browser import reads_well, served
from tests.fixtures.browser import OpenPage
from tests.fixtures.site import PROOF, FixedKeeper, user_with

HTML = {"Accept": "text/html"}
LEADER = user_with(Role.SUPERVISOR, login="lina", name="Lina Contoh")
TEXTS = (
    ("perbaikan jalan gang melati yang berlubang", State.SHOWN, ""),
    ("lampu jalan di simpang pasar supaya terang dan aman bagi anak yang pulang mengaji", State.SHOWN, ""),
    ("ganti lurah bangsat itu", State.HELD, "abuse"),
    ("rekaman suara abcdef", State.HELD, "spoken"),
    ("rumah pak amir dibongkar", State.HIDDEN, "menyebut nama orang"),
)


async def proposed(floor: Floor) -> None:
    """A round with proposals of every state, and some voices."""
    now, areas = floor.clock.now(), [*floor.city.areas]

    def work(tx: Tx) -> None:
        round = store.begin_round(tx, "Musrenbang 2027", now, now + timedelta(days=30))
        assert round is not None
        for nth, (text, state, why) in enumerate(TEXTS):
            one = Proposal(
                round=round.id,
                kelurahan=areas[nth % len(areas)],
                text=text,
                proposer=GINA,
                language="id",
                channel="sms",
                at=now,
                state=state,
                why=why,
            )
            number = store.add(tx, one)
            for voice in range(12 * (state is State.SHOWN) - nth):
                store.give(tx, round.id, number, f"+62812{nth}{voice:07d}", "id", now)

    await floor.store.write(work)


async def test_what_is_held_is_for_those_who_judge_it_and_nobody_reads_a_number(floor: Floor, enter: Enter) -> None:
    await proposed(floor)
    desk = await (await (await enter(SARI)).get("/proposals", headers=HTML)).text()
    office = await (await (await enter(UMAR)).get("/proposals", headers=HTML)).text()
    assert "bangsat" in desk
    assert "bangsat" not in office
    assert "gang melati" in office
    assert GINA[3:] not in digits(desk) + digits(office)
    assert "2 usulan menunggu diperiksa" in desk
    assert (await (await enter(user_with(Role.VIEWER))).get("/proposals")).status == 403


async def test_what_is_looked_for_changes_the_list_and_not_the_figures_of_the_round(floor: Floor, enter: Enter) -> None:
    await proposed(floor)
    desk = await enter(SARI)
    found = await (await desk.get("/proposals?q=lampu", headers=HTML)).text()
    assert "lampu jalan" in found
    assert "gang melati" not in found
    assert "5 usulan, 23 suara" in found
    assert "2 usulan menunggu diperiksa" in found


async def test_the_sheet_of_a_round_is_written_in_the_words_of_its_city(floor: Floor, enter: Enter) -> None:
    await proposed(floor)
    sheet = await (await (await enter(SARI)).get("/proposals?as=csv")).text()
    assert [word in sheet for word in ("Kelurahan", "Ditampilkan", "Diperiksa dulu", "Disembunyikan")] == [True] * 4
    assert not any(state.value in sheet for state in State)


async def test_the_desk_shows_and_hides_and_the_proposer_is_told(floor: Floor, enter: Enter) -> None:
    await proposed(floor)
    desk = await enter(SARI)
    refused = await desk.post("/proposals/4/release", data={"text": ""}, headers=HTML)
    assert refused.status == 409
    assert "Tulis dulu isinya" in await refused.text(), "what was spoken is written down by a person"
    assert (await desk.post("/proposals/4/release", data={"text": "jembatan di gang setia"})).status == 200
    assert (await desk.post("/proposals/1/hide", data={"why": "sudah dikerjakan"})).status == 200
    one, four = await floor.store.read(lambda tx: (store.find(tx, 1), store.find(tx, 4)))
    assert one is not None
    assert four is not None
    assert (one.state, one.voices, four.state, four.text) == (State.HIDDEN, 0, State.SHOWN, "jembatan di gang setia")
    assert [text.split(".")[0] for text in await letters(floor, GINA)] == [
        "Usulan 4 kini ditampilkan: jembatan di gang setia",
        "Usulan 1 tidak ditampilkan kepada warga",
    ]
    assert (await desk.post("/proposals/close", data={"pin": PROOF})).status == 403, "rounds are the leaders'"


async def test_a_leader_closes_a_round_by_pin_and_opens_the_next(floor: Floor, enter: Enter) -> None:
    await proposed(floor)
    leader = await enter(LEADER)
    assert (await leader.post("/proposals/close", data={})).status == 403, "the PIN is asked for"
    assert (await leader.post("/proposals/close", data={"pin": PROOF})).status == 200
    assert await floor.store.read(store.open_round) is None
    for form in ({"title": "", "until": "2027-01-01"}, {"title": "Lagi", "until": "2020-01-01"}, {"title": "Lagi"}):
        assert (await leader.post("/proposals/open", data=form, headers=HTML)).status == 409, form
    assert (await leader.post("/proposals/open", data={"title": "Tahap dua", "until": "2030-01-01"})).status == 200
    opened = await floor.store.read(store.open_round)
    assert opened is not None
    assert opened.title == "Tahap dua"
    assert (await leader.post("/proposals/1/hide", data={"why": "kasar"}, headers=HTML)).status == 409, "it is over"


@pytest.mark.sqlite_only("a browser sees nothing of the engine")
async def test_the_page_is_read_at_both_sizes(
    floor: Floor, clock: SetClock, open_page: OpenPage, aiohttp_client: AiohttpClient
) -> None:
    await proposed(floor)
    keeper = FixedKeeper()
    client = await served(floor, keeper, aiohttp_client)
    page = await open_page(client, "/proposals", keeper.admit(LEADER))
    await page.locator("td", has_text="Diperiksa dulu").first.wait_for()
    await reads_well(page, "proposals")
    await page.locator("details", has_text="Tampilkan").last.locator("summary").click()
    await reads_well(page, "proposals-judging")
