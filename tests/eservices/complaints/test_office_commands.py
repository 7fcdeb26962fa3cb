"""What a person of the city types about tickets."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from config.command import USAGE, CommandError
from eservices.complaints.ticket import State
from tests.eservices.complaints.office_commands import typed
from tests.eservices.complaints.office_room import GINA, MONDAY, UMAR, WATI, ZONE, Office, office

KEYS = {
    *("number", "category", "office", "state", "place", "text", "due_at", "opened_at", "followers", "secret"),
    *("reopened", "rating", "history"),
}


def test_list_and_show_give_the_rows_that_hold() -> None:
    async def scene(here: Office) -> None:
        await here.report()
        await here.report("other", text="KTP lama jadi")
        listed = (await typed(here, "tickets list")).rows
        assert [row["number"] for row in listed] == [1002, 1001]  # the newest first
        (row,) = (await typed(here, "tickets show 1001")).rows
        assert set(row) >= KEYS
        assert row == listed[1]
        assert (row["state"], row["category"], row["office"], row["place"]) == ("open", "road", "pu", "Jl. Bambu")
        assert row["due_at"] == "2026-12-30T16:00:00+08:00"
        assert datetime.fromisoformat(row["opened_at"]) == MONDAY
        assert [one["number"] for one in row["followers"]] == [GINA]
        assert [one["what"] for one in row["history"]] == ["opened"]

    office(scene)


def test_list_chooses_by_office_state_and_what_is_overdue() -> None:
    async def scene(here: Office) -> None:
        await here.report()
        await here.report("other")
        await typed(here, "tickets answer 1002 sudah --as Ratna")

        async def numbers(more: str) -> list[int]:
            return [row["number"] for row in (await typed(here, f"tickets list {more}")).rows]

        assert await numbers("--office pu") == [1001]
        assert await numbers("--state answered") == [1002]
        assert await numbers("--overdue") == []
        await here.away(MONDAY + timedelta(days=20))
        assert await numbers("--overdue") == [1001]
        assert await numbers("--overdue --office umum") == []
        assert await numbers("--limit 1") == [1002]

    office(scene)


@pytest.mark.parametrize(
    ("kind", "state", "what", "told"),
    [
        ("", State.ANSWERED, "answered", "Keluhan 1001 dijawab Dinas PU: lampu diganti. Balas SUDAH"),
        ("--done", State.ANSWERED, "answered", "Keluhan 1001 dijawab Dinas PU: lampu diganti. Balas SUDAH"),
        ("--progress", State.WORKING, "working", "Keluhan 1001: Dinas PU sedang mengerjakannya."),
        ("--refuse", State.ANSWERED, "refused", "Keluhan 1001 tidak dikerjakan Dinas PU: lampu diganti."),
    ],
)
def test_answer_speaks_for_the_office_by_name(kind: str, state: State, what: str, told: str) -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.look()
        (row,) = (await typed(here, f"tickets answer 1001 'lampu diganti' {kind} --as 'Bu Ratna'")).rows
        assert row["state"] == state.value
        assert (row["history"][-1]["what"], row["history"][-1]["by"]) == (what, "Bu Ratna")
        assert (await here.ticket(number)).state is state
        (sms,) = await here.sent(GINA)
        assert sms.text.startswith(told)

    office(scene)


def test_move_gives_it_to_another_office_which_is_written_to() -> None:
    async def scene(here: Office) -> None:
        await here.report()
        await here.look()
        (row,) = (await typed(here, "tickets move 1001 umum --as Ratna")).rows
        assert (row["office"], row["state"]) == ("umum", "open")
        await here.passes(seconds=1)
        assert [sms.to for sms in await here.sent()] == [UMAR, GINA, WATI]
        assert "tidak menunggu" in await here.says(UMAR, "1001 4001 SELESAI")
        with pytest.raises(CommandError, match="is with umum already"):
            await typed(here, "tickets move 1001 umum --as Ratna")
        with pytest.raises(CommandError, match="no office of the pack") as refused:
            await typed(here, "tickets move 1001 dinas --as Ratna")
        assert refused.value.code == USAGE

    office(scene)


def test_a_parked_ticket_is_moved_back_to_its_office_by_a_person() -> None:
    async def scene(here: Office) -> None:
        await here.report("other")
        await here.look()
        await here.says(WATI, "1001 4001 BUKAN")
        await typed(here, "tickets move 1001 umum --as Ratna")
        await here.passes(seconds=1)
        assert (await here.sent(WATI))[-1].text.startswith("Keluhan 1001: lain-lain")

    office(scene)


def test_close_ends_it_and_tells_who_reported_it() -> None:
    async def scene(here: Office) -> None:
        number = await here.report()
        await here.look()
        await typed(here, "tickets close 1001 --as Ratna")
        assert (await here.ticket(number)).state is State.CLOSED
        assert [sms.text for sms in await here.sent(GINA)] == [
            "Keluhan 1001 kami tutup. Bila belum beres, balas BELUM 1001"
        ]
        with pytest.raises(CommandError, match="1001 is closed"):
            await typed(here, "tickets close 1001 --as Ratna")

    office(scene)


def test_release_lets_the_office_see_it_with_its_whole_time() -> None:
    async def scene(here: Office) -> None:
        await here.report(state=State.WITHHELD)
        await here.passes(days=7)
        (row,) = (await typed(here, "tickets release 1001 --as Ratna")).rows
        due_at = here.city.calendar.working_days_after(here.clock.now(), 5)
        assert (row["state"], row["due_at"]) == ("open", due_at.astimezone(ZONE).isoformat())
        await here.passes(minutes=1)
        assert [sms.to for sms in await here.sent()] == [UMAR]
        with pytest.raises(CommandError, match="1001 is open"):
            await typed(here, "tickets release 1001 --as Ratna")

    office(scene)


@pytest.mark.parametrize(
    "line",
    [
        "tickets show 999",
        "tickets show 0",
        "tickets show 99999999999999999999",
        "tickets answer 999 x --as Ratna",
        "tickets close -5 --as Ratna",
    ],
)
def test_a_ticket_that_is_not_there_is_said_so(line: str) -> None:
    async def scene(here: Office) -> None:
        with pytest.raises(CommandError, match="there is no ticket"):
            await typed(here, line)

    office(scene)


@pytest.mark.parametrize("line", ["answer 1001 x --as ' '", "show 1001 --reveal", "answer 1001 ' ' --as Ratna"])
def test_who_does_it_and_what_is_said_must_be_there(line: str) -> None:
    async def scene(here: Office) -> None:
        await here.report()
        with pytest.raises(CommandError) as refused:
            await typed(here, f"tickets {line}")
        assert refused.value.code == USAGE
        assert await here.past(1001) == ["opened"]

    office(scene)
