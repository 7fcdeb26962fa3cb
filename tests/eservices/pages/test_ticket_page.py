"""The desk of complaints: each office its own, who hides stays hidden, and every act is the SMS's."""

from __future__ import annotations

import pytest

from eservices.complaints import store as verbs
from eservices.complaints.offices import deeds
from eservices.complaints.ticket import Event, State, moved
from gateway.page import Floor, Role
from gateway.store import Tx
from gateway.store.audit import AUDIT_LINE
from tests.eservices.complaints.office_room import GINA, HADI
from tests.eservices.pages.conftest import Enter
from tests.eservices.pages.desk import SARI, UMAR, WATI, digits, joins, letters, report, seen_in, ticket
from tests.eservices.pages.hall import SetClock
from tests.fixtures.site import PROOF, Client, user_with

HTML = {"Accept": "text/html"}
SECRET = "lubang di depan rumah, nama saya Gina Contoh 081234567890"


async def look(client: Client, path: str) -> str:
    answer = await client.get(path, headers=HTML)
    assert answer.status == 200, path
    return await answer.text()


async def test_an_office_sees_its_own_tickets_and_answers_them(floor: Floor, enter: Enter) -> None:
    number = await report(floor)
    office, other = await enter(UMAR), await enter(WATI)
    assert (await other.get(f"/tickets/{number}")).status == 404
    assert f"/tickets/{number}" not in await look(other, "/tickets?office=pu&state=all")
    assert f"/tickets/{number}" in await look(office, "/tickets")
    page = await look(office, f"/tickets/{number}")
    assert "lubang besar" in page
    assert GINA[3:] not in digits(page), "an office learns nobody's number"
    form = {"seen": seen_in(page), "said": "sudah ditambal"}
    assert (await office.post(f"/tickets/{number}/answer", data=form)).status == 200
    after = await ticket(floor, number)
    assert (after.state, after.answer) == (State.ANSWERED, "sudah ditambal")
    assert "act-main" in page
    assert "act-main" not in await look(office, f"/tickets/{number}"), "what is answered asks for nothing more"
    again = await office.post(f"/tickets/{number}/answer", data={**form, "said": "sekali lagi"}, headers=HTML)
    assert again.status == 409, "it changed meanwhile"
    assert "sekali lagi" in await again.text(), "what was typed is not lost"
    assert (await ticket(floor, number)).answer == "sudah ditambal"


async def test_the_resident_is_told_what_the_offices_sms_would_have_told(floor: Floor, enter: Enter) -> None:
    first, second = await report(floor), await report(floor, by=HADI, street="Mawar", place="Jl. Mawar")
    now = floor.clock.now()

    def by_sms(tx: Tx) -> None:
        deeds.answer(tx, floor.city, verbs.ticket(tx, first), "sudah ditambal", "Umar (pu)", now)

    await floor.store.write(by_sms)
    office = await enter(UMAR)
    form = {"seen": seen_in(await look(office, f"/tickets/{second}")), "said": "sudah ditambal"}
    await office.post(f"/tickets/{second}/answer", data=form)
    (told,), (by_page,) = await letters(floor, GINA), await letters(floor, HADI)
    assert by_page == told.replace(str(first), str(second))


async def test_who_hides_is_hidden_from_everybody_until_somebody_asks_by_name(floor: Floor, enter: Enter) -> None:
    number = await report(floor, SECRET, secret=True)
    for who in (UMAR, SARI):
        client = await enter(who)
        page = await look(client, f"/tickets/{number}") + await look(client, "/tickets")
        assert "nama saya ..." in page
        assert "081234567890" not in digits(page)
        assert GINA[3:] not in digits(page)
    desk = await enter(SARI)
    assert f"/tickets/{number}" not in await look(desk, f"/tickets?q={GINA.replace('+', '%2B')}&state=all")
    assert f"/tickets/{number}" not in await look(desk, "/tickets?q=081234567890&state=all"), "nor is it found by it"
    assert (await desk.post(f"/tickets/{number}/reveal", data={})).status == 403, "the PIN is asked for"
    page = await (await desk.post(f"/tickets/{number}/reveal", data={"pin": PROOF}, headers=HTML)).text()
    assert GINA[3:] in digits(page)
    past = await floor.store.read(lambda tx: verbs.history(tx, number))
    assert ("revealed", "Sari Dewi") in [(one.what, one.by) for one in past]
    lines = await floor.store.read(lambda tx: list(tx.execute(AUDIT_LINE.select())))
    assert "ticket.reveal" in [line.what for line in lines]
    office = await enter(UMAR)
    assert (await office.post(f"/tickets/{number}/reveal", data={"pin": PROOF})).status == 403


async def test_the_audit_of_an_ordinary_act_does_not_join_who_hides_to_the_ticket(floor: Floor, enter: Enter) -> None:
    number = await report(floor, SECRET, secret=True)
    office = await enter(UMAR)
    form = {"seen": seen_in(await look(office, f"/tickets/{number}")), "said": "sudah ditambal"}
    assert (await office.post(f"/tickets/{number}/answer", data=form)).status == 200
    lines = await floor.store.read(lambda tx: list(tx.execute(AUDIT_LINE.select())))
    assert [(line.what, line.about) for line in lines] == [("ticket.answer", "[]")]


async def test_abuse_is_kept_from_the_office_and_seen_by_a_person(floor: Floor, enter: Enter) -> None:
    number = await report(floor, "dasar anjing semua", abusive=True, state=State.WITHHELD)
    office, desk = await enter(UMAR), await enter(SARI)
    assert (await office.get(f"/tickets/{number}")).status == 404
    assert f"/tickets/{number}" not in await look(office, "/tickets?state=withheld")
    page = await look(desk, f"/tickets/{number}")
    assert "dasar anjing semua" in page
    assert (await desk.post(f"/tickets/{number}/release", data={"seen": seen_in(page)})).status == 200
    page = await look(office, f"/tickets/{number}")
    assert "anjing" not in page + await look(office, "/tickets")
    assert f"/tickets/{number}" not in await look(office, "/tickets?q=anjing&state=all")


async def test_deadlines_stand_in_order_and_in_words(floor: Floor, enter: Enter, clock: SetClock) -> None:
    calm = await report(floor, "nanti")
    today = await report(floor, "hari ini", due_at=floor.clock.now().replace(hour=7))
    over = await report(floor, "lewat", due_at=floor.city.calendar.working_days_after(floor.clock.now(), 0))
    clock.passes(2 * 24 * 60 + 60)
    today = await report(floor, "hari ini", due_at=floor.city.calendar.working_days_after(clock.now(), 0))
    page = await look(await enter(SARI), "/tickets")
    places = [page.index(f'href="/tickets/{number}"') for number in (over, today, calm)]
    assert places == sorted(places)
    assert "Lewat 2 hari kerja" in page
    assert ">hari ini<" in page.replace("</svg>", "<").replace("<<", "<") or "hari ini</span>" in page
    only = await look(await enter(SARI), "/tickets?due=late")
    assert f'href="/tickets/{over}"' in only
    assert f'href="/tickets/{calm}"' not in only


async def test_what_is_another_offices_goes_there_and_leaves_the_list(floor: Floor, enter: Enter) -> None:
    number = await report(floor)
    office = await enter(UMAR)
    form = {"seen": seen_in(await look(office, f"/tickets/{number}")), "office": "umum", "said": "bukan jalan kami"}
    answer = await office.post(f"/tickets/{number}/move", data=form, headers=HTML)
    assert answer.url.path == "/tickets", "he may not see it any more"
    assert (await ticket(floor, number)).office == "umum"
    assert "Bagian Umum" in (await letters(floor, GINA))[-1]


async def test_neighbours_join_and_part_by_a_persons_hand(floor: Floor, enter: Enter) -> None:
    first, second = await report(floor), await report(floor, "lubang yang sama", by=HADI)
    desk = await enter(SARI)
    form = {"seen": seen_in(await look(desk, f"/tickets/{second}")), "into": str(first)}
    assert (await desk.post(f"/tickets/{second}/merge", data=form)).status == 200
    assert (await ticket(floor, second)).merged_into == first
    assert str(first) in (await letters(floor, HADI))[-1]
    page = await look(desk, f"/tickets/{first}")
    assert "lubang yang sama" in page
    assert f'href="/tickets/{second}"' in page
    people = await floor.store.read(lambda tx: verbs.followers(tx, first))
    form = {"seen": seen_in(page), "place": "2", "since": people[1].since.isoformat()}
    assert (await desk.post(f"/tickets/{first}/split", data=form)).status == 200
    after = await ticket(floor, second)
    assert (after.state, after.merged_into) == (State.OPEN, None)
    assert [one.number for one in await floor.store.read(lambda tx: verbs.followers(tx, first))] == [GINA]


async def test_a_neighbour_who_only_joined_gets_a_ticket_of_their_own(floor: Floor, enter: Enter) -> None:
    first = await report(floor)
    await joins(floor, first, HADI, "lampu jalan mati")
    desk = await enter(SARI)
    people = await floor.store.read(lambda tx: verbs.followers(tx, first))
    form = {"seen": seen_in(await look(desk, f"/tickets/{first}")), "place": "2", "since": people[1].since.isoformat()}
    answer = await desk.post(f"/tickets/{first}/split", data=form, headers=HTML)
    fresh = int(answer.url.path.rpartition("/")[2])
    assert fresh != first
    assert (await ticket(floor, fresh)).text == "lampu jalan mati"
    assert str(fresh) in (await letters(floor, HADI))[-1]


async def test_the_list_is_taken_away_without_words_that_are_withheld(floor: Floor, enter: Enter) -> None:
    await report(floor, '=HYPERLINK("x")')
    await report(floor, "dasar anjing", abusive=True)
    desk = await enter(SARI)
    text = await (await desk.get("/tickets?as=csv&state=all")).text()
    assert "'=HYPERLINK" in text
    assert "anjing" not in text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN, Role.CLINIC])
async def test_nobody_else_reads_what_residents_wrote(floor: Floor, enter: Enter, role: Role) -> None:
    number = await report(floor)
    client = await enter(user_with(role))
    for path in ("/tickets", f"/tickets/{number}", "/tickets?as=csv"):
        assert (await client.get(path)).status == 403
    assert (await client.post(f"/tickets/{number}/close", data={"seen": "1"})).status == 403


async def test_a_recording_is_played_to_who_may_hear_it(floor: Floor, enter: Enter) -> None:
    from ivr.recordings import Recordings

    kept = Recordings(floor.settings.data_dir / "recordings", floor.store, floor.clock)
    id = await kept.keep("call-1", 1, GINA, b"\0\1" * 8000, 8000)
    said = floor.city.prompts["id"]["recorded"].replace("{number}", id)
    open_one, hidden = await report(floor, said), await report(floor, said, secret=True, street="Mawar")
    office, other = await enter(UMAR), await enter(WATI)
    sound = await office.get(f"/tickets/{open_one}/recordings/{id}")
    assert (sound.status, sound.content_type) == (200, "audio/wav")
    assert (await sound.read())[:4] == b"RIFF"
    assert id in await look(office, f"/tickets/{open_one}")
    assert id not in await look(office, f"/tickets/{hidden}")
    assert (await office.get(f"/tickets/{hidden}/recordings/{id}")).status == 404
    assert (await other.get(f"/tickets/{open_one}/recordings/{id}")).status == 404
    assert (await office.get(f"/tickets/{open_one}/recordings/zzzzzzzzzzzzzz")).status == 404


async def test_belum_after_the_answer_is_seen_on_the_page(floor: Floor, enter: Enter) -> None:
    number = await report(floor)
    now = floor.clock.now()

    def work(tx: Tx) -> None:
        answered = deeds.answer(tx, floor.city, verbs.ticket(tx, number), "beres", "Umar (pu)", now).ticket
        verbs.save(tx, moved(answered, Event.NOT_YET, now, due_at=now))
        verbs.note(tx, number, now, "not yet", "resident", "masih bolong")

    await floor.store.write(work)
    page = await look(await enter(UMAR), f"/tickets/{number}")
    assert "Warga: belum beres" in page
    assert "masih bolong" in page
    assert "1 kali" in page
