"""A complaint that was spoken: its ticket lists the recording, a command gives the sound, forgetting takes both."""

from __future__ import annotations

import pytest

from eservices.complaints.offices.listing import ticket_row
from eservices.complaints.store import tickets_of
from gateway.store import Tx
from gateway.store.forgetting import forget_person
from ivr.events import Recorded
from tests.gateway.room import SITI
from tests.ivr.callers import CITY, Caller, Exchange, living, scene


async def _spoken(call: Caller) -> str:
    """What the caller says is kept and goes into the talk; the recording's name."""
    id = await call.session.keep(call.turn.seq, b"\0\1" * 8000, 8000)
    await call.does(Recorded(id))
    return id


async def _row(there: Exchange, *, reveal: bool = False) -> dict[str, object]:
    def work(tx: Tx) -> dict[str, object]:
        (ticket,) = tickets_of(tx, SITI)
        return ticket_row(tx, CITY, ticket, reveal=reveal)

    return await there.store.write(work)


def test_what_it_is_and_where_are_recorded_and_the_ticket_lists_both() -> None:
    async def main(there: Exchange) -> None:
        call = await there.calls_in()
        await call.presses("3")
        await call.chooses("lampu jalan")
        what = await _spoken(call)
        assert "Keluhan nomor 1001 dicatat: lampu jalan." in call.heard
        where = await _spoken(call)
        assert "Tempat keluhan nomor 1001 dicatat, rekaman suara Anda." in call.heard
        row = await _row(there)
        listed = row["recordings"]
        assert isinstance(listed, list)
        assert {one["id"] for one in listed} == {what, where}
        assert {one["seconds"] for one in listed} == {1.0}
        sound = await there.board.recordings.sound(what)
        assert sound is not None
        assert sound.startswith(b"RIFF")
        await there.store.write(lambda tx: forget_person(tx, SITI))
        assert await there.board.recordings.sound(what) is None

    scene(main)


@pytest.mark.sqlite_only("what is shown; the tables are held by the others")
def test_a_voice_that_hides_is_named_only_to_who_asks_by_name() -> None:
    async def main(there: Exchange) -> None:
        await there.lives(living())
        call = await there.calls_in()
        await call.presses("3")
        await call.chooses("Lapor rahasia")
        id = await _spoken(call)
        row = await _row(there)
        assert row["recordings"] == []
        assert id not in str(row).lower()
        assert id in str(await _row(there, reveal=True)).lower()

    scene(main)
