"""Callbacks of described providers: each field there, missing, wrong; forms, JSON, charsets; what they are answered."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.callback import Came, Posted, Reported, Unreadable, UssdEnded, UssdReply, UssdTurn
from gateway.described import DescribedAdapter
from gateway.messages import Delivery
from tests.gateway.described_provider import SITI, account, shipped

FORM = """name = "form"
[sms]
from = "from"
text = "text"
to = "to"
id = "id"
sent_at = "date"
zone = "+07:00"
[delivery]
reference = "msgid"
status = "stat"
to = "dest"
why = "reason"
at = "done"
time = "%Y%m%d%H%M%S"
[delivery.states]
delivered = ["DELIVRD", "0"]
failed = ["UNDELIV"]
read = ["READ"]
trying = ["ENROUTE"]
[delivery.answer]
text = "OK {reference}"
[ussd]
session = "sid"
number = "msisdn"
path = "text"
typed = "input"
code = "code"
turn = "rid"
first = "op"
first_is = ["begin"]
ended = "op"
ended_is = ["abort", "timeout"]
error = "why"
[ussd.more]
text = "CON {text}"
[ussd.end]
text = "END {text}"
"""
NESTED = """name = "nested"
[values]
app = "kentongan"
[sms]
body = "json"
from = "entries.0.from.number"
text = "entries.0.body"
id = "entries.0.id"
sent_at = "entries.0.at"
time = "unix_ms"
[ussd]
body = "json"
session = "sessionId"
number = "phoneNumber"
typed = "text"
first = "newRequest"
first_is = ["1"]
[ussd.more]
json = { response = "{text}", action = "CON", sessionId = "{session}", app = "{app}", charge = false }
[ussd.end]
json = { response = "{text}", action = "END", sessionId = "{session}" }
headers = { X-Session = "Q {session}" }
"""
ADAPTER = DescribedAdapter(account(FORM))
JSON = DescribedAdapter(account(NESTED))
KANNEL = DescribedAdapter(shipped("kannel"))
WHOLE = {"from": SITI, "text": "TOLONG", "to": "+628110000001", "id": "a-1", "date": "2026-08-17 10:00:00"}
AT = datetime(2026, 8, 17, 3, 0, tzinfo=UTC)


def post(what: str, fields: dict[str, str]) -> Posted:
    return Posted(what=what, body=urlencode(fields).encode(), content_type="application/x-www-form-urlencoded")


def read(what: str, fields: dict[str, str], adapter: DescribedAdapter = ADAPTER) -> Any:
    return adapter.read(post(what, fields))


# -- letters


def test_a_letter_has_every_field() -> None:
    assert read("sms", WHOLE) == Came(id="a-1", sender=SITI, text="TOLONG", to="+628110000001", sent_at=AT)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_fields_are_read_from_the_address_and_from_the_body(method: str) -> None:
    fields = urlencode(WHOLE)
    posted = Posted(what="sms", query=fields) if method == "GET" else Posted(what="sms", body=fields.encode())
    assert ADAPTER.read(posted) == read("sms", WHOLE)


@pytest.mark.parametrize(
    ("missing", "changes"),
    [
        ("from", {"sender": "", "doubts": ("no from",)}),
        ("text", {"text": "", "doubts": ("no text",)}),
        ("to", {"to": ""}),
        ("date", {"sent_at": None}),
    ],
)
def test_a_letter_without_a_field_is_kept(missing: str, changes: dict[str, Any]) -> None:
    found = read("sms", {key: value for key, value in WHOLE.items() if key != missing})
    assert replace(found, raw="") == replace(read("sms", WHOLE), **changes)
    assert bool(found.raw) == bool(found.doubts)


def test_a_letter_without_an_id_is_known_by_what_it_says_and_when() -> None:
    fields = {key: value for key, value in WHOLE.items() if key != "id"}
    one, again = read("sms", fields), read("sms", fields)
    later = read("sms", {**fields, "date": "2026-08-24 10:00:00"})
    assert one.id == again.id != later.id
    assert one.doubts == ("no id",)
    assert read("sms", {**fields, "date": ""}).id == "", "the store is asked whether it is a repeat"


@pytest.mark.parametrize("body", [b"", b"x=1", b"%", b"{}", b"[]", b"null", b"{", b"\x00\xff", b"&&&=&"])
def test_a_body_that_says_nothing_is_unreadable(body: bytes) -> None:
    for adapter in (ADAPTER, JSON):
        with pytest.raises(Unreadable, match="neither"):
            adapter.read(Posted(what="sms", body=body))


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-08-17T10:00:00", AT),
        ("2026-08-17T10:00:00+07:00", AT),
        ("2026-08-17T03:00:00Z", AT),
        ("2026-08-17 10:00:00 0700", AT),
        ("soon", None),
        ("0", None),
        ("9" * 400, None),
    ],
)
def test_a_time_is_read_in_its_zone_and_a_wrong_one_is_a_doubt(written: str, at: datetime | None) -> None:
    found = read("sms", {**WHOLE, "date": written})
    assert found.sent_at == at
    assert bool(found.doubts) == (at is None)


@pytest.mark.parametrize("sender", [SITI, " 6281234567890", "%2B6281234567890"])
def test_a_plus_that_was_decoded_to_a_blank_is_restored(sender: str) -> None:
    assert ADAPTER.read(Posted(what="sms", body=f"from={sender.replace(' ', '+')}&text=a".encode())).sender == SITI  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("body", "doubt"),
    [
        (b"from=%2B6281234567890&text=a%FFb&id=1", "bad UTF-8"),
        (b"from=%2B6281234567890&text=a%00b&id=1", "NUL"),
        (b"from=%2B6281234567890&text=a&text=b&id=1", "text twice"),
        (b"from=%2B6281234567890&text=50%&id=1", "bad escape"),
    ],
)
def test_a_broken_form_is_kept_and_marked(body: bytes, doubt: str) -> None:
    found = ADAPTER.read(Posted(what="sms", body=body))
    assert isinstance(found, Came)
    assert doubt in found.doubts
    assert found.text
    assert found.raw


def test_json_is_read_by_paths() -> None:
    entry = {"from": {"number": SITI}, "body": "TOLONG", "id": 12345678901234567890, "at": 1786935600000}
    found = JSON.read(Posted(what="sms", body=json.dumps({"entries": [entry]}).encode()))
    assert found == Came(id="12345678901234567890", sender=SITI, text="TOLONG", sent_at=AT)


@pytest.mark.parametrize(
    ("body", "text", "doubt"),
    [
        (b'{"entries": [{"body": "a\\ud83d", "id": 1, "from": {"number": "+6281234567890"}}]}', "a�", "broken Unicode"),
        (b'{"entries": [{"body": "a\\u0000", "id": 1, "from": {"number": "+6281234567890"}}]}', "a�", "NUL"),
        (b'{"entries": [{"body": "\xff", "id": 1, "from": {"number": "+6281234567890"}}]}', "�", "bad UTF-8"),
        (b'{"entries": [{"body": "a", "body": "b", "from": {"number": "1"}}]}', "a", "body twice"),
        (b'{"entries": [{"body": true, "id": 1, "from": {"number": "1"}}]}', "true", ""),
        (b'{"entries": [{"body": 1e400, "id": 1, "from": {"number": "1"}}]}', "1e400", ""),
        (b'\xef\xbb\xbf{"entries": [{"body": "a", "id": 1, "from": {"number": "1"}}]}', "a", ""),
        (b"entries.0.body=a&entries.0.from.number=1", "a", "no JSON"),
    ],
)
def test_broken_json_is_kept_and_marked(body: bytes, text: str, doubt: str) -> None:
    found = JSON.read(Posted(what="sms", body=body))
    assert isinstance(found, Came)
    assert found.text == text
    assert not doubt or doubt in found.doubts


@pytest.mark.parametrize("body", [b"[" * 16_000, b'{"a":' * 3_000, b'{"entries": [' + b"[1]," * 4_000 + b"1]}"])
def test_json_that_is_a_trap_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        JSON.read(Posted(what="sms", body=body))


@pytest.mark.parametrize("text", ["TOLONG 🔥 api", "halo & 50% + é", "\n", "火" * 70])
@pytest.mark.parametrize(("charset", "encoding"), [("UTF-16BE", "utf-16-be"), ("UTF-8", "utf-8")])
def test_kannel_says_in_which_charset_a_text_is(text: str, charset: str, encoding: str) -> None:
    query = f"from=%2B6281234567890&to=2000&text={quote(text.encode(encoding), safe='')}&id=u-1&sent=1786935600"
    found = KANNEL.read(Posted(what="sms", query=f"{query}&charset={charset}"))
    assert found == Came(id="u-1", sender=SITI, text=text, to="2000", sent_at=AT)


@pytest.mark.parametrize("charset", ["8-BIT", "klingon", "", "idna", "hex", "\x00"])
def test_a_charset_that_nobody_knows_is_read_as_utf_8(charset: str) -> None:
    found = KANNEL.read(Posted(what="sms", query=f"from=1&text=a+%C3%A9&id=1&charset={quote(charset)}"))
    assert isinstance(found, Came)
    assert found.text == "a é"


def test_a_letter_is_answered_as_described() -> None:
    assert ADAPTER.answer(read("sms", WHOLE), None).body == ""
    answer = DescribedAdapter(shipped("template")).answer(Came(id='a"1', sender="", text=""), None)
    assert (answer.content_type, json.loads(answer.body)) == ("application/json", {"status": "ok", "id": 'a"1'})


# -- reports


@pytest.mark.parametrize(
    ("word", "means"),
    [
        ("DELIVRD", Delivery.DELIVERED),
        ("delivrd", Delivery.DELIVERED),
        ("0", Delivery.DELIVERED),
        ("UNDELIV", Delivery.FAILED),
        ("READ", Delivery.READ),
        ("ENROUTE", Delivery.TRYING),
        ("SOMETHING NEW", Delivery.TRYING),
        ("", Delivery.TRYING),
    ],
)
def test_a_providers_words_become_ours(word: str, means: Delivery) -> None:
    fields = {"msgid": "m-1", "stat": word, "dest": "6281234567890", "reason": "absent", "done": "20260817030000"}
    assert read("delivery", fields) == Reported(
        reference="m-1", to="6281234567890", delivery=means, said=word, why="absent", at=AT
    )


def test_a_report_needs_nothing_but_its_letter() -> None:
    assert read("delivery", {"msgid": "m-1"}) == Reported(reference="m-1", to="", delivery=Delivery.TRYING)
    with pytest.raises(Unreadable, match="no msgid"):
        read("delivery", {"stat": "DELIVRD", "dest": SITI})
    assert ADAPTER.answer(read("delivery", {"msgid": "m-1"}), None).body == "OK m-1"


# -- USSD


def test_a_turn_has_every_field() -> None:
    fields = {"sid": "s", "msisdn": SITI, "text": "1*2", "input": "2", "code": "*384#", "rid": "t", "op": "continue"}
    assert read("ussd", fields) == UssdTurn(
        session="s", number=SITI, path="1*2", typed="2", code="*384#", turn="t", first=False
    )
    assert read("ussd", {**fields, "op": "BEGIN"}).first is True
    assert read("ussd", {"sid": "s", "msisdn": SITI}) == UssdTurn(
        session="s", number=SITI, path="", typed="", first=False
    )


def test_a_turn_without_a_number_is_kept_and_one_without_a_session_is_not() -> None:
    assert read("ussd", {"sid": "s", "text": "1"}).doubts == ("no msisdn",)
    with pytest.raises(Unreadable, match="no sid"):
        read("ussd", {"msisdn": SITI, "text": "1"})


def test_what_is_not_described_is_none() -> None:
    turn = JSON.read(Posted(what="ussd", body=b'{"sessionId": "s", "phoneNumber": "+6281234567890", "text": "2"}'))
    assert turn == UssdTurn(session="s", number=SITI, typed="2", path=None, first=False)


def test_the_end_of_a_session_is_told_by_the_same_address() -> None:
    ended = read("ussd", {"sid": "s", "msisdn": SITI, "op": "Timeout", "why": "60 s"})
    assert ended == UssdEnded(session="s", number=SITI, said="Timeout", error="60 s")
    assert ADAPTER.answer(ended, None).status == 200


HOSTILE = [
    "a & b = 100%",
    "END of it\r\nX-Evil: 1",
    "\"quoted\" 'text'",
    "</response><x>",
    "🔥",
    "NUL \0",
    "\u202egnol",
    "{text}",
    "%00%0d%0a",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("more", [True, False])
def test_a_screen_never_leaves_its_field(text: str, more: bool) -> None:
    turn = UssdTurn(session='s"},{\r\nX-Evil: 1', number=SITI)
    plain = ADAPTER.answer(turn, UssdReply(text=text, more=more))
    assert plain.body == ("CON " if more else "END ") + text
    inside = JSON.answer(turn, UssdReply(text=text, more=more))
    said = json.loads(inside.body)
    assert (said["response"], said["action"], said["sessionId"]) == (text, "CON" if more else "END", turn.session)
    assert inside.content_type == "application/json"
    for name, value in inside.headers:
        assert (name, value) == ("X-Session", 'Q s"},{??X-Evil: 1')


@settings(deadline=None)
@given(st.text(), st.booleans())
def test_any_screen_survives_json(text: str, more: bool) -> None:
    answer = JSON.answer(UssdTurn(session=text, number=""), UssdReply(text=text, more=more))
    assert json.loads(answer.body)["response"] == text
    assert all(" " <= char <= "~" for _, value in answer.headers for char in value)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["from", "text", "to", "id", "date", "x"]), st.text(max_size=200)))
def test_any_form_is_a_letter_or_unreadable(fields: dict[str, str]) -> None:
    posted = Posted(what="sms", body=urlencode(fields, errors="surrogatepass").encode())
    try:
        found = ADAPTER.read(posted)
    except Unreadable:
        assert not {"from", "text"} & fields.keys()
        return
    assert isinstance(found, Came)
    assert found.doubts or found.text == fields.get("text", "")


@settings(deadline=None)
@given(st.binary(max_size=600), st.binary(max_size=200), st.sampled_from(["sms", "delivery", "ussd"]))
def test_no_octets_whatever_break_a_reader(body: bytes, query: bytes, what: str) -> None:
    for adapter in (ADAPTER, JSON, KANNEL):
        if what in adapter.what:
            with contextlib.suppress(Unreadable):
                adapter.read(Posted(what=what, body=body, query=query.decode("latin-1")))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
)


@settings(deadline=None)
@given(JSON_VALUES, st.sampled_from(["sms", "ussd"]))
def test_no_json_whatever_breaks_a_reader(tree: object, what: str) -> None:
    with contextlib.suppress(Unreadable):
        JSON.read(Posted(what=what, body=json.dumps({"entries": [tree], "sessionId": tree}).encode()))


def test_an_adapter_tells_its_doors() -> None:
    assert list(ADAPTER.what) == ["sms", "delivery", "ussd"]
    assert list(JSON.what) == ["sms", "ussd"]
    door = JSON.door("sms")
    assert door.least == ("entries.0.from.number", "entries.0.body")
    assert door.content_type == "application/json"
    assert ADAPTER.door("ussd").methods == ("GET", "POST")
