"""The welcome once, in the fewest messages and never in an emergency; and words that are nearly one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from config.city import load_city
from config.clock import VirtualClock
from dispatch.cries import Cries
from eservices.services import services
from gateway.greeting import Greeting, Nearly, together
from gateway.messages import Inbound, Lane
from gateway.store import Tx
from gateway.store.outbound import OUTBOUND
from gateway.writing import messages
from tests.gateway.room import SITI, letter, opened, play

CITY = load_city("binjai")


class Calm:
    """No alarm of anybody is open; ``open``: one of everybody is."""

    def __init__(self, *, open: bool = False) -> None:
        self.open = open

    def open_alarm(self, tx: Tx, number: str, since: datetime | None = None) -> bool:
        return self.open

    def cry(self, text: str, *, words_awaited: bool) -> bool:
        return False

    def alarm(self, text: str) -> bool:
        return False

    def cancels(self, text: str) -> bool:
        return False

    def secret(self, tx: Tx, number: str, since: datetime | None = None) -> bool:
        return False

    def ours(self, tx: Tx, letter: Inbound, since: datetime, *, words: bool) -> bool:
        return False


ANSWER = letter("Belum ada keluhan dari nomor ini.", lane=Lane.SERVICE)
OFFICER = next(iter(sorted(CITY.roster_numbers())))


@pytest.mark.parametrize(
    ("what", "welcomes"),
    [
        ("an answer", 1),
        ("two answers", 1),
        ("a question of ours", 0),
        ("a forged letter", 0),
        ("an emergency", 0),
        ("an alarm is open", 0),
        ("an officer", 0),
        ("a name", 0),
        ("a pack without", 0),
    ],
)
def test_who_writes_for_the_first_time_is_welcomed_once(what: str, welcomes: int) -> None:
    async def main(clock: VirtualClock) -> None:
        city = replace(CITY, telling=replace(CITY.telling, welcome=False)) if what == "a pack without" else CITY
        one = Greeting(city, Calm(open=what == "an alarm is open"))
        to = {"an officer": OFFICER, "a name": "TELKOMSEL"}.get(what, SITI)
        lane = Lane.EMERGENCY if what == "an emergency" else Lane.SERVICE
        over, doubt = what != "a question of ours", what == "a forged letter"
        async with opened(clock) as store:
            for nth in range(2 if what == "two answers" else 1):
                answer = replace(ANSWER, to=to, lane=lane, key=f"a/{nth}", expires_at=clock.now() + timedelta(hours=1))
                await store.write(lambda tx, answer=answer: one.put(tx, answer, "id", over=over, doubt=doubt))  # type: ignore[misc]
            texts = await store.read(lambda tx: list(tx.execute(select(OUTBOUND.c.text)).scalars()))
        assert sum("Selamat datang" in text for text in texts) == welcomes

    play(main)


@pytest.mark.sqlite_only("nothing is kept")
@pytest.mark.parametrize(("answer", "welcome", "letters"), [(20, 110, 1), (60, 110, 2), (170, 100, 1), (300, 110, 2)])
def test_the_welcome_takes_the_fewest_messages(answer: int, welcome: int, letters: int) -> None:
    one, two = "a" * answer, "b" * welcome
    sent = together(one, two)
    assert len(sent) == letters
    assert sum(messages(text) for text in sent) == min(messages(f"{one}\n{two}"), messages(one) + messages(two))


@pytest.mark.sqlite_only("nothing is kept")
@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("dokdar", ("DOKTER",)),
        ("dokdar besok", ("DOKTER",)),
        ("tidka", ()),
        ("xyzzy", ()),
        ("menu", ()),
        ("saya mau dokdar besok pagi", ()),
        ("", ()),
        ("12345", ()),
        ("ada lowongan gak bang buat anak saya", ("KERJA",)),  # in the middle of a letter
        ("berapa pajak rumah saya", ("PBB",)),
        ("mau tanya bus atau lowongan", ("KERJA", "BUS")),
        ("mau tanya bus lowongan izin", ()),
        ("bus 3 ugal ugalan", ()),
        ("suami mau pesan nasi", ()),
        ("kemarin saya ke kantor lurah tanya bus tapi petugasnya lagi tidak ada semua", ()),
    ],
)
def test_a_word_that_is_nearly_one_is_named(text: str, near: tuple[str, ...]) -> None:
    assert set(Nearly(services(CITY), CITY.words).find(text)) == set(near)


@pytest.mark.sqlite_only("nothing is kept")
@pytest.mark.parametrize("text", ["stop begal!", "bantuan! kebakaran"])
def test_a_cry_with_a_word_of_ours_in_it_is_a_cry(text: str) -> None:
    heard = [one.name for one in services(CITY) if one.name.startswith("telling") and one.hears(text)]
    assert Cries(CITY).alarm(text)
    assert heard == []
