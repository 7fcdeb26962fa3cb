"""Rows that say what no row should: nothing that stands after look-ups stops for them; each answer stays one SMS."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from config.city import load_city
from config.gsm7 import ONE_SMS, septets
from config.lookup import Form
from config.lookup_rows import Wrong, cell
from eservices.lookup.rows import Found
from eservices.lookup.saying import Saying
from eservices.lookup.sources.answers import Shape, read
from eservices.lookup.sources.wire import Reply
from gateway.dialogue import Who
from tests.eservices.lookup.standing_room import PERMITS, UMAR, Scene, permit, play

CITY = load_city("binjai")
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PBB = CITY.lookups["pbb"]
NOP = "127503000400501230"
SHAPE = Shape(rows="", fields={}, columns=PBB.columns, key=PBB.key, areas=CITY.areas)
EMPTY = dict.fromkeys(PBB.columns, "")
FIRST, LAST = "1900-01-01", "2199-12-31"
DAYS = (FIRST, LAST, "")
NASTY = (
    "{[~|€^]}\\" * 40,
    "\U0001f600" * 300,
    "ஊதா" * 100,
    "a\u0301" * 150,
    "=1+1" * 60,
    "x" * 300,
    "\ufffd",
    "",
)


@pytest.mark.parametrize("day", DAYS)
def test_the_first_and_the_last_day_of_all_stop_no_round(day: str) -> None:
    async def main(scene: Scene) -> None:
        await scene.imported(PERMITS, permit("2001", day), permit("2002", "2026-11-02"))
        await scene.days(1)
        assert len(await scene.texts(UMAR)) == 1

    play(main)


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-30", "9999-12-31", "31/12/9999", "0000-00-00", "2026-02-30"])
def test_a_day_of_no_calendar_is_refused_in_a_file(day: str) -> None:
    """The last working day after the last day of all is no date: one such row stopped every chore of look-ups."""
    with pytest.raises(Wrong, match="date"):
        cell(Form.DATE, day, CITY.areas)


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00", "0001-01-01", "1899-12-30", "9999-12-31T23:59:59Z"])
def test_what_systems_say_where_there_is_no_day_is_none(day: str) -> None:
    row = {"nop": NOP, "due": day, "name": "Siti"}
    assert read(Reply(200, json.dumps([row]).encode()), SHAPE, NOP) == ({**EMPTY, **row, "due": ""},)


@pytest.mark.parametrize("language", CITY.languages)
@pytest.mark.parametrize("voice", [False, True])
def test_whatever_a_row_holds_its_answer_is_one_sms_of_the_alphabet(language: str, voice: bool) -> None:
    saying, who = Saying(CITY), Who(number="", at=NOW, language=language, voice=voice)
    for lookup in CITY.lookups.values():
        for nasty in NASTY:
            for day in DAYS:
                row = {name: day if one.form is Form.DATE else nasty for name, one in lookup.columns.items()}
                for kept in (False, True):
                    for many in (1, 7):
                        found = Found(rows=(row,) * many, as_of=NOW, kept=kept)
                        said = saying.letter(lookup, nasty, found, who)
                        assert 0 < (septets(said) or 0) <= ONE_SMS, (lookup.id, said)
