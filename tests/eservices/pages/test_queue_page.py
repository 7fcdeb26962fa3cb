"""The clinic's desk: what it shows is what the phone is told, and two hands on it call nobody past."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from functools import partial

import pytest

from eservices.clinic import calling
from eservices.clinic.asked import estimate
from eservices.clinic.queue import State
from eservices.clinic.store import rows
from eservices.clinic.store.closing import close
from gateway.page import Floor, Role
from gateway.store import Tx
from gateway.store.audit import AUDIT_LINE
from tests.eservices.clinic.counter import TUESDAY
from tests.eservices.pages.conftest import Enter
from tests.eservices.pages.desk import letters, seen_in
from tests.eservices.pages.hall import BOSS, DAY, ELSEWHERE, NURSE, QUEUE, SetClock, answered, general, listed, people
from tests.fixtures.site import PROOF, Client, user_with

HTML = {"Accept": "text/html"}


async def look(client: Client, path: str = QUEUE) -> str:
    answer = await client.get(path, headers=HTML)
    assert answer.status == 200, path
    return await answer.text()


async def numbers(floor: Floor, *states: State) -> list[int | None]:
    """Whose numbers stand so."""

    def work(tx: Tx) -> list[int | None]:
        here = rows.kept(tx, general(floor))
        return [one.queue for one in rows.bookings_in(tx, here.id, states)] if here else []

    return await floor.store.read(work)


async def id_of(floor: Floor, number: int) -> str:
    one = await floor.store.read(lambda tx: calling.numbered(tx, general(floor), number))
    assert one is not None
    return str(one.id)


async def test_a_double_click_and_a_second_seat_call_nobody_past(floor: Floor, enter: Enter) -> None:
    await people(floor, 4)
    one, other = await enter(NURSE), await enter(BOSS)
    seen = seen_in(await look(one))
    hands = (one, one, other, other)
    answers = await asyncio.gather(*(hand.post(f"{QUEUE}/call", data={"seen": seen}) for hand in hands))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert await numbers(floor, State.CALLED) == [1]
    assert await numbers(floor, State.WAITING) == [2, 3, 4]
    refused = next(answer for answer in answers if answer.status == 409)
    assert "sudah ada yang memanggil" in await refused.text()
    assert (await one.post(f"{QUEUE}/call", data={})).status == 409, "without what was seen nobody is called"


async def test_the_page_the_phone_and_the_command_say_the_same(floor: Floor, enter: Enter, clock: SetClock) -> None:
    await people(floor, 7, first=frozenset({6}))
    seat = await enter(NURSE)
    for minutes in (0, 13, 9):
        clock.passes(minutes)
        assert (await seat.post(f"{QUEUE}/call", data={"seen": seen_in(await look(seat))})).status == 200
    clock.passes(4)
    page, screen = await look(seat), await (await seat.get("/display/hulu/state")).json()
    (doctor,) = [one for one in screen["doctors"] if one["service"] == "Umum"]
    printed = {one["number"]: one for one in await listed(floor) if one["state"] == "waiting"}
    assert sorted(printed) == [3, 4, 5, 7], "the sixth goes before: every third call is for those who go first"
    order = sorted(printed, key=lambda number: printed[number]["ahead"])
    assert doctor["next"] == order
    for number, one in printed.items():
        said = await answered(floor, f"+62855000{number:05}", "ANTRI")
        hour = one["estimate"][11:16].replace(":", ".")
        assert f"sekarang nomor {doctor['now']}." in said
        assert f"Nomor Anda {number}, {one['ahead']} orang lagi" in said or f"Anda {number} giliran berikutnya" in said
        assert ("giliran berikutnya" in said) == (one["ahead"] == 0), "nobody is told of nought people"
        assert hour in said
        row = page[page.index(f'queue-number">{number}<') :].partition("</tr>")[0]
        assert f">{hour}<" in row
        assert f'<td class="number">{one["ahead"]}</td>' in row
    assert f'class="desk-big">{doctor["now"]}<' in page


async def test_who_is_away_comes_back_and_who_is_called_is_called_out_again(floor: Floor, enter: Enter) -> None:
    await people(floor, 5)
    seat = await enter(NURSE)
    await seat.post(f"{QUEUE}/call", data={"seen": "0"})
    first = await id_of(floor, 1)
    before = (await (await seat.get("/display/hulu/state")).json())["doctors"][0]["again"]
    assert (await seat.post(f"{QUEUE}/again", data={"booking": first})).status == 200
    assert before == ""
    assert (await seat.post(f"{QUEUE}/away", data={"booking": first, "seen": "0"})).status == 409
    assert (await seat.post(f"{QUEUE}/away", data={"booking": first, "seen": "1"})).status == 200
    assert (await seat.post(f"{QUEUE}/again", data={"booking": first})).status == 409
    assert await numbers(floor, State.CALLED) == []
    assert (await seat.post(f"{QUEUE}/back", data={"booking": first})).status == 200
    await seat.post(f"{QUEUE}/call", data={"seen": "1"})
    assert await numbers(floor, State.CALLED) == [1], "who is there again is the next"
    await seat.post(f"{QUEUE}/away", data={"booking": first, "seen": "2"})
    assert await numbers(floor, State.NO_SHOW) == [1], "the second time the place is lost"
    assert (await seat.post(f"{QUEUE}/back", data={"booking": first})).status == 200
    assert 1 in await numbers(floor, State.WAITING)
    assert (await seat.post(f"{QUEUE}/done", data={"booking": await id_of(floor, 2)})).status == 200
    assert (await seat.post(f"{QUEUE}/done", data={"booking": "999999"})).status == 409


async def test_a_walk_in_has_a_number_with_a_phone_or_on_paper(floor: Floor, enter: Enter) -> None:
    await people(floor, 2)
    seat = await enter(NURSE)
    assert (await seat.post(f"{QUEUE}/walkin", data={"name": "", "priority": "1"})).status == 200
    assert (await seat.post(f"{QUEUE}/walkin", data={"name": "Tini <b>", "phone": "0812-3456-7890"})).status == 200
    assert await numbers(floor, State.WAITING) == [1, 2, 3, 4]
    page = await look(seat)
    assert "Tanpa nama (di kertas)" in page
    assert "Tini &lt;b&gt;" in page or "Tini" in page
    assert "<b>" not in page.partition('id="waits"')[2].partition("</section>")[0]
    for bad in ({"phone": "bukan nomor", "name": "X"}, {"phone": "081234567891", "name": ""}):
        assert (await seat.post(f"{QUEUE}/walkin", data=bad)).status == 409
    for _ in range(9):
        last = await seat.post(f"{QUEUE}/walkin", data={"name": ""})
    assert last.status == 409, "the tenth place was the last"


async def test_a_late_doctor_moves_every_estimate_and_tells_who_waits(floor: Floor, enter: Enter) -> None:
    await people(floor, 3)
    seat = await enter(NURSE)
    assert (await seat.post(f"{QUEUE}/late", data={"minutes": "45"})).status == 200
    at = await floor.store.read(lambda tx: _estimate(tx, floor, 1))
    assert f"{at:%H.%M}" == "08.45"
    assert "08.45" in (await letters(floor, "+6285500000001"))[-1]
    assert "08.45" in await answered(floor, "+6285500000001", "ANTRI")
    for bad in ("", "-5", "999", "x"):
        assert (await seat.post(f"{QUEUE}/late", data={"minutes": bad})).status == 409
    await seat.post(f"{QUEUE}/call", data={"seen": "0"})
    assert (await seat.post(f"{QUEUE}/late", data={"minutes": "10"})).status == 409, "the doctor is there"


def _estimate(tx: Tx, floor: Floor, number: int) -> object:
    one = calling.numbered(tx, general(floor), number)
    assert one is not None
    return estimate(tx, general(floor), one, floor.clock.now())


async def test_a_person_is_moved_or_cancelled_and_told(floor: Floor, enter: Enter) -> None:
    await people(floor, 3)
    seat, first, second = await enter(NURSE), await id_of(floor, 1), await id_of(floor, 2)
    page = await look(seat, f"{QUEUE}/person/{first}")
    to = f"{(TUESDAY + timedelta(days=1)).isoformat()}/umum.-.0800"
    assert to in page
    assert (await seat.post(f"{QUEUE}/person/{first}/move", data={"to": to})).status == 200
    assert "Nomor lama tidak berlaku" in (await letters(floor, "+6285500000001"))[-1]
    assert (await seat.post(f"{QUEUE}/person/{second}/cancel", data={"reason": ""})).status == 409
    assert (await seat.post(f"{QUEUE}/person/{second}/cancel", data={"reason": "dokter rapat"})).status == 200
    assert "dokter rapat" in (await letters(floor, "+6285500000002"))[-1]
    assert await numbers(floor, State.WAITING) == [3]
    assert (await seat.get(f"{QUEUE}/person/{first}")).status == 404, "they are of another day now"
    assert (await seat.post(f"{QUEUE}/person/{second}/move", data={"to": "../x"})).status in (404, 409)


async def test_closing_the_day_asks_who_he_is_and_moves_everybody(floor: Floor, enter: Enter) -> None:
    await people(floor, 3)
    seat = await enter(NURSE)
    form = {"service": "", "reason": "banjir"}
    assert (await seat.post(f"{DAY}/close", data=form)).status == 403
    assert (await seat.post(f"{DAY}/close", data={**form, "pin": PROOF})).status == 200
    assert await numbers(floor, State.WAITING) == []
    assert "banjir" in (await letters(floor, "+6285500000003"))[-1]
    assert "Ditutup: banjir" in await look(seat)
    screen = await (await seat.get("/display/hulu/state")).json()
    assert {one["state"] for one in screen["doctors"]} == {"closed"}
    assert (await seat.post(f"{DAY}/close", data={**form, "pin": PROOF})).status == 409


async def test_numbers_go_out_on_paper_and_come_back(floor: Floor, enter: Enter) -> None:
    await people(floor, 1)
    seat = await enter(NURSE)
    page = await (await seat.post(f"{QUEUE}/block", data={"size": "2"}, headers=HTML)).text()
    assert 'sheet-number">2<' in page
    assert 'sheet-number">3<' in page
    lines = "number,name,phone,state\n2,Sri Rejeki,,selesai\n3,,,kosong\n1,Orang Lain,,selesai"
    merged = await (await seat.post(f"{QUEUE}/merge", data={"lines": lines}, headers=HTML)).text()
    assert "Terisi" in merged
    assert "Dikembalikan, tidak dipakai" in merged
    assert "Bentrok" in merged
    assert (await seat.post(f"{QUEUE}/merge", data={"lines": "apa ini"}, headers=HTML)).status == 409
    assert (await seat.post(f"{QUEUE}/merge", data={"lines": ""})).status == 409
    assert (await seat.post(f"{QUEUE}/block", data={"size": "0"})).status == 409
    csv = await (await seat.get(f"{DAY}/list?as=csv")).text()
    assert "Sri Rejeki" in csv
    assert (await (await seat.get(f"{DAY}/list?as=pdf")).read())[:4] == b"%PDF"


async def test_the_state_changes_when_the_queue_does_and_a_look_is_written_down(floor: Floor, enter: Enter) -> None:
    await people(floor, 2)
    seat, other = await enter(NURSE), await enter(ELSEWHERE)
    marks = [(await (await seat.get(f"{QUEUE}/state")).json())["mark"] for _ in range(2)]
    assert marks[0] == marks[1]
    assert marks[0] in await look(seat)
    await seat.post(f"{QUEUE}/call", data={"seen": "0"})
    assert (await (await seat.get(f"{QUEUE}/state")).json())["mark"] != marks[0]
    found = await floor.store.read(lambda tx: list(tx.execute(AUDIT_LINE.select())))
    assert {"look", "clinic.call"} <= {line.what for line in found}
    assert not [line for line in found if "62855" in line.object + line.detail + line.about]
    for path in (DAY, QUEUE, f"{QUEUE}/state", f"{DAY}/list", f"{QUEUE}/person/1"):
        assert (await other.get(path)).status == 404, "another clinic's is none of hers"
    assert (await other.post(f"{QUEUE}/call", data={"seen": "1"})).status == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.DISPATCHER, Role.OFFICE, Role.ADMIN])
async def test_who_waits_for_which_doctor_is_nobody_elses_matter(floor: Floor, enter: Enter, role: Role) -> None:
    await people(floor, 1)
    client = await enter(user_with(role))
    for path in ("/clinic", DAY, QUEUE, f"{QUEUE}/state", f"{DAY}/list?as=csv"):
        assert (await client.get(path)).status == 403
    assert (await client.post(f"{QUEUE}/call", data={"seen": "0"})).status == 403


@pytest.mark.parametrize(
    "path", ["/clinic/nowhere", "/clinic/hulu/2026-02-31", "/clinic/hulu/2031-01-01", f"{DAY}/x.-.0900"]
)
async def test_what_is_not_there_is_404(floor: Floor, enter: Enter, path: str) -> None:
    assert (await (await enter(BOSS)).get(path)).status == 404


async def test_nobody_is_called_from_the_queue_of_another_day(floor: Floor, enter: Enter, clock: SetClock) -> None:
    await people(floor, 3)
    seat = await enter(NURSE)
    for days in (-1, 1):
        clock.passes(days * 24 * 60)
        page = await look(seat)
        assert "Bukan hari ini: antrean Sel 24/11" in page
        assert "/call" not in page, "there is no button for it"
        for form in ({"seen": "0"}, {"seen": "0", "anyway": "yes"}):
            refused = await seat.post(f"{QUEUE}/call", data=form)
            assert refused.status == 409
            assert "antrean Sel 24/11, bukan hari ini" in (await refused.json())["error"]
        clock.passes(-days * 24 * 60)
    assert await numbers(floor, State.WAITING) == [1, 2, 3]
    assert "Hari ini, Sel 24/11" in await look(seat)
    assert (await seat.post(f"{QUEUE}/call", data={"seen": "0"})).status == 200


async def test_a_closed_queue_or_one_out_of_its_hours_asks_before_a_number_is_called(
    floor: Floor, enter: Enter, clock: SetClock
) -> None:
    await people(floor, 3)
    seat, now = await enter(NURSE), clock.now()
    clock.passes(-5 * 60)
    assert "Di luar jam praktik. Tetap panggil nomor 1." in await look(seat)
    assert (await seat.post(f"{QUEUE}/call", data={"seen": "0"})).status == 409
    clock.passes(5 * 60)
    shut = partial(close, clinic="hulu", service="umum", day=TUESDAY, reason="banjir", by="bos", at=now)
    await floor.store.write(lambda tx: shut(tx))
    assert "Antrean ini ditutup. Tetap panggil nomor 1." in await look(seat)
    assert (await seat.post(f"{QUEUE}/call", data={"seen": "0"})).status == 409
    assert await numbers(floor, State.CALLED) == []
    assert (await seat.post(f"{QUEUE}/call", data={"seen": "0", "anyway": "yes"})).status == 200
    assert await numbers(floor, State.CALLED) == [1]


async def test_each_box_of_the_printed_list_has_a_name(floor: Floor, enter: Enter) -> None:
    await people(floor, 2)
    page = await look(await enter(NURSE), f"{DAY}/list")
    assert re.findall(r"☐ (\w[\w ]*)", page) == ["hadir", "tidak hadir"] * 2
    assert page.count("☐") == 4
