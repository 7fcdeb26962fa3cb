"""Every form in which a letter may be posted: whole, with each field missing, wrong, twice, or not in UTF-8."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from gateway.form import instant, phone
from tests.contracts.office import SITI, SMS, but, post_office

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


async def test_a_letter_is_kept_before_it_is_answered() -> None:
    async with post_office() as office:
        assert await office.post("sms", SMS) == (200, "")
        kept = await office.letter()
        assert (kept.channel, kept.sender, kept.text) == ("africastalking", SITI, "TOLONG kebakaran")
        assert (kept.sent_at, kept.doubt, kept.kind) == (NOON, "", "sms")
        assert await office.request(kept) == ""


@pytest.mark.parametrize(
    ("missing", "doubt"),
    [
        ("from", "no from"),
        ("text", "no text"),
        ("id", "no id"),
        ("date", "no date"),
        ("to", "no to"),
        ("linkId", ""),
        ("networkCode", ""),
    ],
)
async def test_a_letter_without_one_of_its_fields_is_kept_and_marked(missing: str, doubt: str) -> None:
    async with post_office() as office:
        assert (await office.post("sms", but(SMS, without=missing)))[0] == 200
        kept = await office.letter()
        assert kept.doubt == doubt
        assert (kept.sender or missing, kept.text or missing) == (
            SITI if missing != "from" else missing,
            SMS["text"] if missing != "text" else missing,
        )
        assert bool(await office.request(kept)) is bool(doubt)


WRONG: list[tuple[str, Mapping[str, str], tuple[str, str]]] = [
    # what, fields, (sender, doubt)
    ("an alphanumeric sender", {"from": "PLN Info"}, ("PLN Info", "")),
    ("a short code", {"from": "3636"}, ("3636", "")),
    ("the national form", {"from": "081234567890"}, (SITI, "")),
    ("a foreign number", {"from": "+6591234567"}, ("+6591234567", "")),
    ("a number of twenty digits", {"from": "+62812345678901234567"}, ("+62812345678901234567", "")),
    ("an empty sender", {"from": ""}, ("", "no from")),
    ("a blank sender", {"from": "   "}, ("", "no from")),
    ("a plus encoded twice", {"from": "%2B6281234567890"}, (SITI, "")),
    ("an empty text", {"text": ""}, (SITI, "")),
    ("an empty id", {"id": " "}, (SITI, "no id")),
    ("a date in words", {"date": "yesterday"}, (SITI, "unreadable date")),
    ("a date of no century of ours", {"date": "0001-01-01T00:00:00+14:00"}, (SITI, "unreadable date")),
    ("a date of 10,000 characters", {"date": "2" * 10_000}, (SITI, "unreadable date")),
    ("fields nobody told us of", {"udh": "050003", "cost": "x", "": "y"}, (SITI, "")),
    ("a NUL", {"text": "TOLONG\0"}, (SITI, "NUL")),
]


@pytest.mark.parametrize(("fields", "seen"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
async def test_whatever_else_is_wrong_the_letter_is_kept(fields: Mapping[str, str], seen: tuple[str, str]) -> None:
    async with post_office() as office:
        assert (await office.post("sms", but(SMS, **fields)))[0] == 200
        kept = await office.letter()
        assert (kept.sender, kept.doubt) == seen
        assert "\0" not in kept.text


BODIES: list[tuple[str, bytes, tuple[str, str, str]]] = [
    # what, body, (sender, text, doubt)
    ("a plus that was not encoded", b"from=+6281234567890&text=a+b&id=1&date=2026-11-21&to=1", (SITI, "a b", "")),
    ("Latin-1", b"from=%2B6281234567890&text=caf%E9&id=1&date=2026-11-21&to=1", (SITI, "caf\ufffd", "bad UTF-8")),
    ("half a pair", b"from=081234567890&text=%ED%A0%80&id=1&date=2026-11-21&to=1", (SITI, "\ufffd" * 3, "bad UTF-8")),
    ("raw bytes", b"from=081234567890&text=\xff\xfe!&id=1&date=2026-11-21&to=1", (SITI, "\ufffd\ufffd!", "bad UTF-8")),
    ("raw UTF-8", "from=081234567890&text=é€😀&id=1&date=2026-11-21&to=1".encode(), (SITI, "é€😀", "")),
    ("twice the text", b"from=081234567890&text=SOS&text=x&id=1&date=2026-11-21&to=1", (SITI, "SOS", "text twice")),
    ("twice the sender", b"from=081234567890&from=1&text=SOS&id=1&date=2026-11-21&to=1", (SITI, "SOS", "from twice")),
    ("a bare percent", b"from=081234567890&text=100%&id=1&date=2026-11-21&to=1", (SITI, "100%", "bad escape")),
    ("blank fields between", b"&&from=081234567890&&text=SOS&id=1&date=2026-11-21&to=1&", (SITI, "SOS", "")),
    ("no equal sign", b"text&from=081234567890&id=1&date=2026-11-21&to=1", (SITI, "", "")),
    ("a byte order mark", b"\xef\xbb\xbffrom=0812&text=SOS&id=1&date=2026-11-21&to=1", ("", "SOS", "no from")),
    ("only a text", b"text=SOS", ("", "SOS", "no from; no id; no date; no to")),
    ("only a sender", b"from=081234567890", (SITI, "", "no text; no id; no date; no to")),
]  # fmt: skip


@pytest.mark.parametrize(("body", "seen"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES])
async def test_a_body_of_any_quality_is_kept_as_far_as_it_can_be_read(body: bytes, seen: tuple[str, str, str]) -> None:
    async with post_office() as office:
        assert (await office.post("sms", body))[0] == 200
        kept = await office.letter()
        assert (kept.sender, kept.text, kept.doubt) == seen
        assert bool(await office.request(kept)) is bool(seen[2])


@pytest.mark.parametrize(
    "body", [b"", b"x", b"&&&", b"{}", b"Text=SOS&FROM=1", b"to=1&id=2", b"\xff", b"--b\r\n\r\nSOS\r\n--b--"]
)
async def test_only_a_body_with_neither_sender_nor_text_is_refused_with_one_line(body: bytes) -> None:
    async with post_office() as office:
        assert await office.post("sms", body) == (400, "sms: neither from nor text\n")
        assert await office.letters() == []


@pytest.mark.parametrize("times", [2, 100])
async def test_a_letter_posted_again_and_again_is_one(times: int) -> None:
    async with post_office() as office:
        for _ in range(times):
            assert (await office.post("sms", SMS))[0] == 200
        assert len(await office.letters()) == 1


async def test_letters_with_other_ids_are_others_however_alike() -> None:
    async with post_office() as office:
        for number in range(3):
            await office.post("sms", but(SMS, id=str(number)))
        assert len(await office.letters()) == 3


async def test_a_doubtful_letter_posted_again_keeps_one_request() -> None:
    async with post_office() as office:
        for _ in range(3):
            assert (await office.post("sms", but(SMS, without="to")))[0] == 200
        assert "TOLONG+kebakaran" in await office.request(await office.letter())


@pytest.mark.parametrize(
    "text",
    [
        "\x1a\x1b\x00\x7f",
        "a\r\nAT+CMGD=1\r",
        '";DROP TABLE inbound;--',
        "=HYPERLINK(1)",
        "\u202e\u2066SOS\u2069",
        "*#06#",
        "<script>alert(1)</script>",
        "{text} {{7*7}} %s %n",
        "ﷺ" * 50,
        "👨‍👩‍👧‍👦" * 20,
        "x" * 1530,
        "€[]{}~|^\\" * 20,
        "\ufeff\u200b",
    ],
)
async def test_naughty_words_are_kept_as_they_are(text: str) -> None:
    async with post_office() as office:
        assert (await office.post("sms", but(SMS, text=text)))[0] == 200
        assert (await office.letter()).text == text.replace("\0", "\ufffd")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2017-05-03T06:04:45Z", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)),
        ("2017-05-03 06:04:45", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)),
        ("2017-05-03+06:04:45", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)),
        ("2017-05-03%2006%3A04%3A45", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)),
        ("2017-05-03T06:04:45.250Z", datetime(2017, 5, 3, 6, 4, 45, 250_000, tzinfo=UTC)),
        ("2017-05-03T13:04:45+07:00", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)),
        ("2017-05-03T13:04:45 07:00", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)),
        (" 2017-05-03T06:04:45Z ", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)),
        ("1999-12-31T23:59:59Z", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("", None),
        ("Z", None),
    ],
)
def test_a_date_is_read_in_every_form_it_comes_in(written: str, meant: datetime | None) -> None:
    assert instant(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (" 6281234567890", SITI),
        ("+6281234567890", SITI),
        ("%2b6281234567890", SITI),
        ("6281234567890 ", "6281234567890"),
        (" 3636", "3636"),
        (" 0812345", "0812345"),
        ("", ""),
    ],
)
def test_a_plus_that_was_decoded_to_a_blank_is_restored(written: str, meant: str) -> None:
    assert phone(written) == meant
