"""Who hides is hidden: from the office always, from the city's people until one asks by name."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.complaints.offices.masking import masked_text
from eservices.complaints.store import Follower, follow
from eservices.complaints.ticket import State
from gateway.registry import Resident
from gateway.store.people import save
from tests.eservices.complaints.office_commands import typed
from tests.eservices.complaints.office_room import HADI, MONDAY, STRANGER, UMAR, Office, office, town

NAME = "Hadi Sasongko"
LOCAL = "0" + HADI[3:]
TEXT = f"lubang di depan toko. Nama saya {NAME}, WA {LOCAL}, hadi@contoh.id. Cepat ya"


async def known(here: Office) -> None:
    resident = Resident(
        phone=HADI,
        name=NAME,
        kelurahan="99.01.01.1001",
        address="Jl. Bambu No. 1",
        lat=None,
        lon=None,
        language="id",
        quiet=False,
        notes="",
        confirmed=True,
        panic_button=False,
        address_at=MONDAY,
    )
    await here.store.write(lambda tx: save(tx, resident))


def hidden_in(text: str) -> bool:
    return not any(part in text for part in ("Hadi", "Sasongko", HADI[-7:], LOCAL, HADI, "contoh.id"))


def test_the_office_reads_the_complaint_without_its_sender() -> None:
    async def scene(here: Office) -> None:
        await known(here)
        await here.report(by=HADI, secret=True, text=TEXT)
        await here.passes(days=30)
        read = [sms.text for sms in await here.sent() if sms.to != HADI]
        assert read
        assert all(hidden_in(text) for text in read)
        assert "lubang di depan toko" in read[0]

    office(scene)


def test_the_sender_is_told_as_everybody_is() -> None:
    async def scene(here: Office) -> None:
        await here.report(by=HADI, secret=True, text=TEXT)
        await here.look()
        await here.says(UMAR, "1001 4001 KERJA")
        assert len(await here.sent(HADI)) == 1

    office(scene)


def test_lists_hide_the_sender_too_and_showing_him_is_written_down() -> None:
    async def scene(here: Office) -> None:
        await known(here)
        await here.report(by=HADI, secret=True, text=TEXT)
        for line in ("tickets list", "tickets show 1001"):
            (row,) = (await typed(here, line)).rows
            assert row["secret"] is True
            assert hidden_in(json.dumps(row))
            assert row["followers"][0]["number"] == "hidden"
        (row,) = (await typed(here, "tickets show 1001 --reveal --as Bu_Ratna")).rows
        assert row["followers"][0]["number"] == HADI
        assert row["text"] == TEXT
        (row,) = (await typed(here, "tickets show 1001")).rows
        assert hidden_in(json.dumps(row))
        assert [(one["what"], one["by"]) for one in row["history"]][-1] == ("revealed", "Bu_Ratna")

    office(scene)


def test_abuse_is_kept_from_the_office_even_when_a_person_lets_the_complaint_through() -> None:
    async def scene(here: Office) -> None:
        await here.report(text="lubang ini woi kontol", abusive=True, state=State.WITHHELD)
        await here.passes(days=3)
        assert await here.sent() == []
        await typed(here, "tickets release 1001 --as Ratna")
        await here.passes(days=7)
        (first, *_) = await here.sent(UMAR)
        assert first.text.startswith("Keluhan 1001: jalan rusak, Jl. Bambu. Balas")

    office(scene)


@given(
    st.sampled_from(["", "+", "0", "62", "+62 "]),
    st.integers(81_000_000_00, 89_999_999_999),
    st.sampled_from(["", " ", "-", ".", " - "]),
)
def test_no_telephone_number_comes_through(front: str, number: int, mark: str) -> None:
    digits = str(number)
    written = front + mark[:1].join([digits[:3], digits[3:7], digits[7:]])
    text = masked_text(town(), f"lubang besar {written} cepat", [])
    assert digits[3:7] not in text
    assert text.startswith("lubang besar")
    assert text.endswith("cepat")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("lampu mati di jl labu no 12", "lampu mati di jl labu no 12"),
        ("lampu mati, nama saya Budi Santoso, tolong", "lampu mati, nama saya ... , tolong"),
        ("sejak 12-11-2026 pukul 19.30 mati", "sejak ... pukul 19.30 mati"),
        ("pak budi lurahnya diam saja", "pak ... lurahnya diam saja"),
    ],
)
def test_what_says_where_stays(text: str, shown: str) -> None:
    assert " ".join(masked_text(town(), text, ["Budi Hartono"]).split()) == shown


def test_a_follower_who_hides_is_hidden_though_the_first_sender_does_not() -> None:
    async def scene(here: Office) -> None:
        number = await here.report(by=STRANGER)
        hidden = Follower(number=HADI, since=MONDAY, secret=True, text=TEXT)
        await here.store.write(lambda tx: follow(tx, number, hidden))
        (row,) = (await typed(here, "tickets show 1001")).rows
        assert [one["number"] for one in row["followers"]] == [STRANGER, "hidden"]
        assert hidden_in(json.dumps(row))

    office(scene)
