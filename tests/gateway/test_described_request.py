"""Requests out: any text survives its field, none leaves it; numbers, UCS-2, what answers mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.gsm7 import septets
from gateway.described.account import Account
from gateway.described.outcome import Outcome, Response, is_up, judge
from gateway.described.request import Request, letter_request, messages, number_out, probe_request
from gateway.messages import Lane, Outbound
from tests.gateway.described_provider import SITI, account, shipped

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SEND = """name = "one"
[values]
base = "https://api.example:8443/v1/"
key = "a:b c"
[send]
method = "{method}"
url = "{{base}}/send/{{to}}?fixed=1"
number = "62"
[send.headers]
Authorization = "Bearer {{key}}"
X-Id = "{{id}}"
[send.{kind}]
to = "{{to}}"
message = "<{{text}}>"
hex = "{{text_hex}}"
parts = "{{parts}}"
back = "{{delivery_url}}"
[send.ucs2.{kind}]
unicode = "1"
[send.id]
json = "id"
[[send.answer]]
status = [200, 201]
json = "status"
is = ["0", "sent"]
means = "sent"
[[send.answer]]
json = "status"
is = ["-13"]
means = "refused"
[[send.answer]]
status = [200]
body = "(?i)try later"
means = "busy"
[[send.answer]]
json = "error.code"
means = "account"
"""
HOSTILE = [
    "a & b = 100%",
    "plus + and %2B and %",
    "x\r\nX-Evil: 1\r\n\r\nGET / HTTP/1.1",
    "\"quoted\" 'text' \\",
    "</message><to>1</to>",
    "🔥 火 é",
    "NUL \0 BEL \a ESC \x1b ^Z \x1a",
    "\u202egnol \u2028 \ufeff",
    "{text} {key} {{",
    "#fragment?query=1;a",
    "\ud83d alone",
    "",
]


def ours(kind: str) -> Account:
    return account(SEND.format(kind=kind, method="GET" if kind == "query" else "POST"))


def letter(text: str, to: str = SITI) -> Outbound:
    return Outbound(to=to, text=text, lane=Lane.SERVICE, key="k", expires_at=AT + timedelta(hours=1))


def request(kind: str, text: str, to: str = SITI) -> Request:
    mine = ours(kind)
    assert mine.description.send is not None
    return letter_request(mine, mine.description.send, letter(text, to), "id0", 60)


def fields(made: Request, kind: str) -> dict[str, str]:
    if kind == "json":
        found = json.loads(made.body)
        assert isinstance(found, dict)
        return found
    place = urlsplit(made.url).query if kind == "query" else made.body.decode("ascii")
    pairs = parse_qsl(place, keep_blank_values=True, strict_parsing=True, errors="strict")
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def on_the_wire(text: str) -> str:
    """The text as both sides agree on it: composed, LF, no lone surrogate."""
    from gateway.writing import written

    return written(text)


@pytest.mark.parametrize("kind", ["query", "form", "json"])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_in_its_field(kind: str, text: str) -> None:
    made = request(kind, text)
    found = fields(made, kind)
    assert found["message"] == f"<{on_the_wire(text)}>"
    assert found["to"] == "6281234567890"
    assert found["back"] == "http://127.0.0.1:8080/callbacks/one/abcdefghijklmnopqrstuvwxyz012345/delivery"
    assert ("unicode" in found) == (septets(on_the_wire(text)) is None)
    expected = {"to", "message", "hex", "parts", "back", "unicode", "fixed"}
    assert found.keys() <= expected
    assert urlsplit(made.url).netloc == "api.example:8443"
    assert urlsplit(made.url).path == "/v1/send/6281234567890"
    assert not set("\r\n\0 ") & set(made.url)
    for name, value in made.headers:
        assert name in ("Authorization", "X-Id", "Content-Type")
        assert not set("\r\n\0") & set(value)


@settings(deadline=None)
@given(st.text(st.characters(), max_size=400), st.sampled_from(["query", "form", "json"]))
def test_any_text_survives_the_way_out(text: str, kind: str) -> None:
    found = fields(request(kind, text), kind)
    assert found["message"] == f"<{on_the_wire(text)}>"
    assert bytes.fromhex(found["hex"]).decode("utf-16-be") == on_the_wire(text)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_no_key_whatever_ends_a_header(key: str) -> None:
    mine = account(SEND.format(kind="json", method="POST"), key=key)
    assert mine.description.send is not None
    made = letter_request(mine, mine.description.send, letter("x"), "id0", 1)
    (value,) = [value for name, value in made.headers if name == "Authorization"]
    assert all(" " <= char <= "~" for char in value)


def test_secrets_are_in_no_repr() -> None:
    made, mine = request("query", "halo"), ours("query")
    for said in (repr(made), repr(mine), str(mine)):
        assert "a:b c" not in said
        assert "abcdefghij" not in said
        assert "halo" not in said
    assert made.host == "api.example:8443"
    assert mine.hidden("wrong key a:b c for abcdefghijklmnopqrstuvwxyz012345") == "wrong key … for …"


@pytest.mark.parametrize(
    ("number", "form", "out"),
    [
        (SITI, "+62", "+6281234567890"),
        (SITI, "62", "6281234567890"),
        (SITI, "08", "081234567890"),
        ("+60123456789", "+62", "+60123456789"),
        ("+60123456789", "62", "60123456789"),
        ("+60123456789", "08", "60123456789"),
    ],
)
def test_numbers_are_written_as_the_provider_wants_them(number: str, form: str, out: str) -> None:
    assert number_out(number, form) == out


def test_without_a_way_for_ucs_2_a_text_goes_out_in_the_nearest_letters() -> None:
    plain = account(SEND.format(kind="json", method="POST").replace('[send.ucs2.json]\nunicode = "1"\n', ""))
    send = plain.description.send
    assert send is not None
    made = letter_request(plain, send, letter("Jalan “Kentang” — 🔥"), "id0", 1)
    assert json.loads(made.body)["message"] == '<Jalan "Kentang" - ?>'
    assert messages(send, "🔥" * 100) == 1


@pytest.mark.parametrize(("text", "count"), [("a" * 160, 1), ("a" * 161, 2), ("🔥" * 35, 1), ("🔥" * 36, 2)])
def test_messages_are_counted_before_a_text_goes_out(text: str, count: int) -> None:
    assert fields(request("json", text), "json")["parts"] == str(count)


def test_a_probe_asks_where_letters_go_and_carries_no_secret() -> None:
    mine = ours("query")
    assert mine.description.send is not None
    asked = probe_request(mine, mine.description.send, mine.description.probe)
    assert (asked.method, asked.url, asked.headers) == ("GET", "https://api.example:8443/", ())
    kannel = shipped("kannel")
    assert kannel.description.send is not None
    asked = probe_request(kannel, kannel.description.send, kannel.description.probe)
    assert asked.url == "https://url.example/cgi-bin/sendsms"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, '{"status": "sent", "id": "m-1"}', ("sent", "m-1")),
        (201, '{"status": 0, "id": 77}', ("sent", "77")),
        (200, '{"status": "sent"}', ("sent", "ours")),
        (200, '{"status": "sent", "id": null}', ("sent", "ours")),
        (202, '{"status": "sent", "id": "m-1"}', ("doubtful", "")),
        (200, '{"status": "-13"}', ("refused", "")),
        (500, '{"status": "-13"}', ("refused", "")),
        (200, "Please TRY LATER", ("busy", "")),
        (200, '{"error": {"code": 17}}', ("account", "")),
        (200, '{"error": {"code": null}}', ("doubtful", "")),
        (200, "", ("doubtful", "")),
        (200, "<html>", ("doubtful", "")),
        (204, "", ("doubtful", "")),
        (302, "", ("account", "")),
        (400, "bad number", ("refused", "")),
        (401, "", ("account", "")),
        (402, "", ("account", "")),
        (403, "", ("account", "")),
        (404, "", ("account", "")),
        (408, "", ("busy", "")),
        (418, "", ("busy", "")),
        (422, "", ("refused", "")),
        (429, "", ("busy", "")),
        (500, "", ("doubtful", "")),
        (502, "", ("doubtful", "")),
        (503, "", ("busy", "")),
        (504, "", ("doubtful", "")),
        (200, "[" * 50_000, ("doubtful", "")),
    ],
)
def test_each_answer_means_what_the_rules_say(status: int, body: str, outcome: tuple[str, str]) -> None:
    send = ours("json").description.send
    assert send is not None
    found = judge(send, Response(status=status, body=body), "ours")
    assert (found.means, found.id) == outcome
    assert "\n" not in found.why


@pytest.mark.parametrize(
    ("status", "body", "means"),
    [
        (202, "0: Accepted for delivery", "sent"),
        (202, "3: Queued for later delivery", "sent"),
        (202, "4: something new", "doubtful"),
        (400, "Sender missing and no global set, rejected", "account"),
        (400, "Number(s) has/have been denied by white- and/or black-lists.", "refused"),
        (403, "Authorization failed for sendsms", "account"),
        (403, "Not routable. Do not try again.", "refused"),
        (503, "Temporal failure, try again later.", "busy"),
    ],
)
def test_kannels_answers_are_known(status: int, body: str, means: str) -> None:
    send = shipped("kannel").description.send
    assert send is not None
    found = judge(send, Response(status=status, body=body), "ours")
    assert found == Outcome(means=means, id="ours" if means == "sent" else "", why=found.why)


@settings(deadline=None)
@given(st.integers(100, 599), st.text())
def test_no_answer_whatever_breaks_the_judge(status: int, body: str) -> None:
    send = ours("json").description.send
    assert send is not None
    assert judge(send, Response(status=status, body=body), "ours").means in (
        "sent",
        "busy",
        "refused",
        "doubtful",
        "account",
    )


@pytest.mark.parametrize(
    ("status", "up"), [(200, True), (404, True), (401, True), (500, True), (502, False), (503, False)]
)
def test_any_answer_says_that_somebody_is_there(status: int, up: bool) -> None:
    assert is_up(None, Response(status=status)) is up
    kannel = shipped("kannel").description
    assert is_up(kannel.probe, Response(status=status)) is (status in (200, 202, 400, 403))


@pytest.mark.parametrize(
    ("where", "response", "found"),
    [
        ('json = "data.0.id"', Response(status=200, body='{"data": [{"id": "x"}]}'), "x"),
        ("body = 'id=([0-9]+)'", Response(status=200, body="OK id=123;"), "123"),
        ("body = 'id=([0-9]+)'", Response(status=200, body="OK"), "ours"),
        ('header = "X-Message-Id"', Response(status=200, headers={"x-message-id": " h-1 "}), "h-1"),
        ("ours = true", Response(status=200, body='{"id": "theirs"}'), "ours"),
    ],
)
def test_the_id_is_found_where_the_description_says(where: str, response: Response, found: str) -> None:
    text = SEND.format(kind="json", method="POST").replace('json = "id"', where)
    send = account(text.replace('is = ["0", "sent"]', "").replace('json = "status"\n\nmeans', "means")).description.send
    assert send is not None
    assert judge(send, response, "ours") == Outcome(means="sent", id=found)
