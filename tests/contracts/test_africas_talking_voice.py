"""Posts of calls in every form in which they may come: read, answered over the wire, repeated, forged, spoilt."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import SystemClock
from gateway.africas_talking_forms import DOORS, AfricasTalking
from gateway.africas_talking_voice_forms import FIELDS, VOICE_DOORS
from gateway.callback import Posted, Unreadable, VoicePosted
from gateway.callbacks import NoCalls
from gateway.web import MOST_BODY
from ivr.events import Begun, Pressed
from ivr.voice_xml import NOTHING, REJECT
from tests.contracts.office import SECRET, Office, but, form, post_office
from tests.fixtures.whole import examples
from tests.ivr.provider_room import BASE, CALL, OURS, PATH, SITI, Desk, Spoken, desk, goes_on, play, root, shape

EVERY = {
    "isActive": "1",
    "sessionId": "ATVId_0f9c2d7e",
    "direction": "Inbound",
    "callerNumber": SITI,
    "destinationNumber": OURS,
    "callerCountryCode": "62",
    "callerCarrierName": "Telkomsel",
    "callStartTime": "2022-03-01+16:13:56",
    "callSessionState": "Active",
    "dtmfDigits": "1",
    "recordingUrl": "https://provider.example/1.mp3",
    "durationInSeconds": "42",
    "currencyCode": "IDR",
    "amount": "350.25",
    "dialDestinationNumber": "+6281234567891",
    "dialDurationInSeconds": "30",
    "dialStartTime": "2022-03-01+16:14:00",
    "dialStatus": "Completed",
    "hangupCause": "NORMAL_CLEARING",
    "clientRequestId": "r-1",
    "clientDialedNumber": "",
    "status": "Success",
    "callTransferState": "Completed",
    "callTransferParam": "hold",
    "callTransferHangupCause": "NORMAL_CLEARING",
    "callTransferredToNumber": "+6281234567892",
}
READ = VoicePosted(
    session="ATVId_0f9c2d7e",
    number=SITI,
    ours=OURS,
    direction="inbound",
    state="Active",
    keys="1",
    recording="https://provider.example/1.mp3",
    seconds=42.0,
    cost=350.25,
    currency="IDR",
    dialled="+6281234567891",
    dialled_s=30.0,
    dial_status="Completed",
    cause="NORMAL_CLEARING",
    request="r-1",
    call="c-1",
    turn=3,
    quiet=True,
    path=PATH,
)
NAUGHTY = [
    "",
    " ",
    "-1",
    "--help",
    "-rf",
    "' OR 1=1 --",
    '"; DROP TABLE calls; --',
    "<speak><break time='9s'/></speak>",
    "</Response><Dial phoneNumbers='+2519'/>",
    "<![CDATA[",
    "&amp;&lt;",
    "%s%n",
    "=HYPERLINK('http://x')",
    "\x00\x01\x08\x0b\x0c\x1a\x1b",
    "\ufffe\uffff",
    "\u202e\u2066abc",
    "\r\nSet-Cookie: a=b",
    "*#06#",
    "é" * 5_000,
    "a" * 10_000,
    "\U0001f525" * 200,
    "null",
    "None",
    "undefined",
    "NaN",
    "1e309",
    "../../etc/passwd",
]


def read(body: Mapping[str, str] | bytes, *, what: str = "voice", query: str = "", path: str = PATH) -> VoicePosted:
    data = body if isinstance(body, bytes) else form(**body)
    said = AfricasTalking().read(Posted(what=what, body=data, query=query, path=path))
    assert isinstance(said, VoicePosted)
    return said


# -- reading


@pytest.mark.sqlite_only("nothing is stored")
def test_every_field_is_read() -> None:
    assert read(EVERY, query="call=c-1&turn=3&quiet=1") == READ


@pytest.mark.sqlite_only("nothing is stored")
@pytest.mark.parametrize("what", sorted(VOICE_DOORS))
def test_every_field_that_the_contract_names_is_in_the_table(what: str) -> None:
    assert {field.name for field in DOORS[what].fields} == set(EVERY)
    assert len({field.name for field in FIELDS}) == len(FIELDS)


@pytest.mark.sqlite_only("nothing is stored")
@pytest.mark.parametrize("missing", sorted(EVERY))
def test_a_post_without_one_of_its_fields_is_read(missing: str) -> None:
    said = read(but(EVERY, without=missing), query="call=c-1&turn=3&quiet=1")
    differ: Mapping[str, Mapping[str, object]] = {
        "sessionId": {"session": "", "doubts": ("no sessionId",)},
        "callerNumber": {"number": "", "doubts": ("no callerNumber",)},
        "destinationNumber": {"ours": ""},
        "direction": {"direction": ""},
        "callSessionState": {"state": ""},
        "dtmfDigits": {"keys": None},
        "recordingUrl": {"recording": ""},
        "durationInSeconds": {"seconds": None},
        "currencyCode": {"currency": ""},
        "amount": {"cost": None},
        "dialDestinationNumber": {"dialled": ""},
        "dialDurationInSeconds": {"dialled_s": None},
        "dialStatus": {"dial_status": ""},
        "hangupCause": {"cause": ""},
        "clientRequestId": {"request": ""},
    }
    changed = differ.get(missing, {})
    for name in VoicePosted.__slots__:
        assert getattr(said, name) == changed.get(name, getattr(READ, name)), name


@pytest.mark.sqlite_only("nothing is stored")
@pytest.mark.parametrize(
    ("field", "value", "name", "meant"),
    [
        ("isActive", "0", "active", False),
        ("isActive", "1", "active", True),
        ("isActive", "", "active", True),
        ("isActive", "yes", "active", True),
        ("callerNumber", " 6281234567890", "number", SITI),
        ("callerNumber", "%2B6281234567890", "number", SITI),
        ("callerNumber", "081234567890", "number", SITI),
        ("callerNumber", "anonymous", "number", "anonymous"),
        ("callerNumber", "9" * 10_000, "number", "9" * 200),
        ("destinationNumber", " 622150880000", "ours", OURS),
        ("dtmfDigits", "", "keys", ""),
        ("dtmfDigits", "12#", "keys", "12#"),
        ("dtmfDigits", "undefined", "keys", ""),
        ("dtmfDigits", "1\u06612", "keys", "12"),
        ("dtmfDigits", "1" * 10_000, "keys", "1" * 32),
        ("durationInSeconds", "-5", "seconds", None),
        ("durationInSeconds", "1e9", "seconds", None),
        ("durationInSeconds", "NaN", "seconds", None),
        ("durationInSeconds", "999999999", "seconds", 604_800.0),
        ("amount", "KES 1", "cost", None),
        ("amount", "0.5", "cost", 0.5),
        ("direction", "OUTBOUND ", "direction", "outbound"),
        ("direction", "sideways", "direction", "sideways"),
        ("callSessionState", "Teleported", "state", "Teleported"),
        ("hangupCause", "A_NEW_WORD", "cause", "A_NEW_WORD"),
        ("sessionId", " ATVId_1 ", "session", "ATVId_1"),
        ("callStartTime", "yesterday", "doubts", ("unreadable callStartTime",)),
        ("callStartTime", "2022-03-01 16:13:56", "doubts", ()),
    ],
)
def test_what_a_field_says_is_taken_as_it_is_meant(field: str, value: str, name: str, meant: object) -> None:
    assert getattr(read(but(EVERY, **{field: value})), name) == meant


@pytest.mark.sqlite_only("nothing is stored")
@pytest.mark.parametrize(
    ("query", "call", "turn", "quiet"),
    [
        ("", "", None, False),
        ("call=c_1-X&turn=12", "c_1-X", 12, False),
        ("turn=0", "", 0, False),
        ("turn=-1", "", None, False),
        ("turn=1.5", "", None, False),
        ("turn=9999999", "", None, False),
        ("turn=\u0661", "", None, False),
        ("turn=%D9%A1", "", None, False),
        ("turn=1&turn=2", "", 1, False),
        ("call=../../x&turn=1", "", 1, False),
        ("call=" + "x" * 65 + "&turn=1", "", 1, False),
        ("quiet=1", "", None, True),
        ("quiet=true", "", None, False),
        ("quiet=1&quiet=0", "", None, False),
        ("&".join(f"a{n}=1" for n in range(50)), "", None, False),
        ("%FF=%FF&turn=2", "", 2, False),
    ],
)
def test_an_address_says_whose_turn_it_is_or_nothing(query: str, call: str, turn: int | None, quiet: bool) -> None:
    said = read(CALL, query=query)
    assert (said.call, said.turn, said.quiet) == (call, turn, quiet)


@pytest.mark.sqlite_only("nothing is stored")
@pytest.mark.parametrize(
    ("body", "doubts"),
    [
        (b"sessionId=1&callerNumber=%FF", ("bad UTF-8",)),
        (b"sessionId=%00&callerNumber=1", ("NUL",)),
        (b"sessionId=1&sessionId=2&callerNumber=1", ("sessionId twice",)),
        (b"sessionId=1&callerNumber=%zz", ("bad escape",)),
    ],
)
def test_a_spoilt_body_is_read_and_marked(body: bytes, doubts: tuple[str, ...]) -> None:
    assert read(body).doubts == doubts


@pytest.mark.sqlite_only("nothing is stored")
@pytest.mark.parametrize("what", ["voice", "voice-events"])
@pytest.mark.parametrize("body", [b"", b"isActive=1", b"sessionId=&callerNumber=", b"sessionid=1", b"\xff\xfe", b"{}"])
def test_a_body_that_names_no_call_is_refused(what: str, body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body, what=what)


@pytest.mark.sqlite_only("nothing is stored")
@given(
    st.dictionaries(st.sampled_from(sorted(EVERY)), st.text(max_size=40) | st.sampled_from(NAUGHTY)),
    st.text(max_size=60),
)
def test_whatever_is_posted_is_read_or_refused(fields: dict[str, str], query: str) -> None:
    body = urlencode({"sessionId": "1", **fields}, errors="surrogatepass").encode()
    with contextlib.suppress(Unreadable):
        said = read(body, query=quote(query, safe="=&", errors="replace"))
        assert len(said.session) <= 200
        assert said.keys is None or set(said.keys) <= set("0123456789*#")


# -- over the wire


@contextlib.asynccontextmanager
async def exchange() -> AsyncIterator[tuple[Office, Desk]]:
    """The callbacks on loopback, with calls behind them."""
    there = desk(SystemClock())
    async with post_office() as office:
        office.callbacks.calls = there.calls
        yield office, there
        await there.calls.close()


@pytest.mark.sqlite_only("what the wire says is the same on both")
async def test_a_call_over_the_wire_is_answered_with_xml_and_its_end_with_nothing() -> None:
    async with exchange() as (office, there):
        assert office.http is not None
        url = f"{office.url}/callbacks/africastalking/{SECRET}/voice"
        async with office.http.post(url, data=CALL) as answer:
            assert (answer.status, answer.content_type, answer.charset) == (200, "application/xml", "utf-8")
            xml = await answer.text()
        answered, _ = goes_on(xml)
        assert answered.startswith(f"{BASE}/callbacks/africastalking/{SECRET}/voice?")
        status, said = await office.post("voice?" + answered.partition("?")[2], {**CALL, "dtmfDigits": "1"})
        assert (status, shape(said)) == (200, "Play")
        for _ in range(2):
            final = {**CALL, "isActive": "0", "durationInSeconds": "10", "hangupCause": "NORMAL_CLEARING"}
            assert await office.post("voice", final) == (200, "")
            assert await office.post("voice-events", final) == (200, "")
        one = there.spoken["ATVId_1"]
        assert (one.takes, one.ends) == ([(0, Begun()), (1, Pressed("1"))], ["NORMAL_CLEARING"])


@pytest.mark.sqlite_only("what the wire says is the same on both")
@pytest.mark.parametrize("what", ["voice", "voice-events"])
async def test_the_rules_of_every_callback_hold_for_calls(what: str) -> None:
    async with exchange() as (office, there):
        for secret in ("x" * 22, SECRET[:-1], SECRET.upper()):
            assert await office.post(what, CALL, secret=secret) == (404, "not found\n")
        for method in ("GET", "PUT", "DELETE"):
            assert await office.post(what, CALL, method=method) == (405, "POST only\n")
        assert await office.post(what, {**CALL, "more": "x" * MOST_BODY}) == (413, f"at most {MOST_BODY} bytes\n")
        wanted = "neither sessionId nor callerNumber" if what == "voice" else "no sessionId"
        assert await office.post(what, b"isActive=1") == (400, f"{what}: {wanted}\n")
        assert there.spoken == {}


@pytest.mark.sqlite_only("what the wire says is the same on both")
async def test_a_hundred_posts_of_the_same_at_once_are_one_turn() -> None:
    async with exchange() as (office, there):
        said = set(await asyncio.gather(*(office.post("voice", CALL) for _ in range(100))))
        assert len(said) == 1
        assert there.spoken["ATVId_1"].takes == [(0, Begun())]


@pytest.mark.sqlite_only("what the wire says is the same on both")
@pytest.mark.parametrize("text", NAUGHTY, ids=lambda text: repr(text[:20]))
async def test_no_words_of_anybody_come_into_the_document(text: str) -> None:
    async with exchange() as (office, _):
        for field in ("callerNumber", "dtmfDigits", "direction", "callerCarrierName", "sessionId", "recordingUrl"):
            fields = {**CALL, "sessionId": f"ATVId_{field}", field: text}
            body = urlencode(fields, errors="surrogatepass").encode()
            if len(body) > MOST_BODY:
                continue
            status, said = await office.post("voice", body)
            assert status in (200, 400)
            if status == 200:
                tags = {one.tag for one in root(said).iter()}
                assert tags <= {"Response", "GetDigits", "Play", "Redirect"}


# -- faults of ours


@pytest.mark.sqlite_only("no store is opened")
@pytest.mark.parametrize("how", ["slow", "breaks"])
def test_a_store_that_hangs_or_fails_leaves_an_apology_that_is_there_as_sound(how: str) -> None:
    async def scene(there: Desk) -> None:
        one = Spoken(there.clock, number=SITI)
        one.slow_s, one.breaks = (30.0, False) if how == "slow" else (0.0, True)
        there.spoken["ATVId_1"] = one
        there.voice.mute.add("*")  # nothing can be spoken either
        began = there.clock.monotonic()
        xml = await there.post(**CALL)
        assert there.clock.monotonic() - began < 2.0
        assert shape(xml) == "Play"
        wave = await there.fetch(root(xml)[0].get("url", ""))
        assert wave is not None
        assert wave.samples.any()

    play(scene)


@pytest.mark.sqlite_only("no store is opened")
def test_what_was_pressed_while_the_store_was_slow_is_kept_all_the_same() -> None:
    async def scene(there: Desk) -> None:
        xml = await there.post(**CALL)
        answered, _ = goes_on(xml)
        one = there.spoken["ATVId_1"]
        one.slow_s = 5.0
        assert shape(await there.post(answered, **CALL, dtmfDigits="1")) == "Play"
        await there.clock.sleep(10.0)
        assert one.takes[-1] == (1, Pressed("1"))
        said = await there.post(answered, **CALL, dtmfDigits="1")  # the provider asks again
        assert await there.hears(said) == ["accepted"]

    play(scene)


@pytest.mark.sqlite_only("no store is opened")
def test_where_the_provider_cannot_fetch_our_sound_a_call_is_turned_away() -> None:
    async def scene(there: Desk) -> None:
        there.calls.base = ""
        assert await there.post(**CALL) == REJECT
        assert await there.post(**but(CALL, isActive="0")) == ""
        assert there.spoken == {}
        assert await NoCalls().posted("africastalking", read(CALL)) == REJECT

    play(scene)


# -- calls that are not, or no longer, ours


@pytest.mark.sqlite_only("no store is opened")
def test_a_call_of_ours_that_nobody_knows_is_told_that_it_is_over() -> None:
    async def scene(there: Desk) -> None:
        xml = await there.post(**but(CALL, direction="Outbound"))
        assert shape(xml) == "Play"
        assert there.spoken == {}
        assert await there.post(**but(CALL, direction="Outbound", isActive="0")) == ""

    play(scene)


@pytest.mark.sqlite_only("no store is opened")
def test_a_session_is_bound_to_its_caller() -> None:
    async def scene(there: Desk) -> None:
        answered, _ = goes_on(await there.post(**CALL))
        forged = await there.post(answered, **but(CALL, callerNumber="+6281299999999"), dtmfDigits="1")
        assert shape(forged) == "Play"
        assert await there.post(**but(CALL, callerNumber="+6281299999999", isActive="0")) == ""
        one = there.spoken["ATVId_1"]
        assert (one.takes, one.ends) == ([(0, Begun())], [])
        lost_plus = but(CALL, callerNumber=SITI.replace("+", " "))
        assert await there.hears(await there.post(answered, **lost_plus, dtmfDigits="1")) == ["accepted"]

    play(scene)


@pytest.mark.sqlite_only("no store is opened")
def test_after_a_restart_a_call_goes_on_where_it_stood() -> None:
    async def scene(there: Desk) -> None:
        one = there.spoken["kept"] = Spoken(there.clock, number=SITI, id="c-kept")
        await one.begin("africastalking")
        for direction, session in (("Outbound", "ATVId_8"), ("Inbound", "ATVId_9")):
            address = f"{BASE}{PATH}?call=c-kept&turn=1"
            said = await there.post(address, **but(CALL, direction=direction, sessionId=session), dtmfDigits="8")
            assert "GetDigits" in shape(said)
        assert one.takes == [(0, Begun()), (1, Pressed("8"))]
        stranger = but(CALL, callerNumber="+6281299999999", sessionId="ATVId_7", direction="Outbound")
        assert shape(await there.post(f"{BASE}{PATH}?call=c-kept&turn=2", **stranger, dtmfDigits="1")) == "Play"
        assert len(one.takes) == 2

    play(scene)


@pytest.mark.sqlite_only("no store is opened")
def test_after_a_restart_in_mid_dial_nothing_is_dialled_again() -> None:
    async def scene(there: Desk) -> None:
        one = there.spoken["kept"] = Spoken(there.clock, number=SITI, id="c-kept", reporter="+6281260000001")
        await one.begin("africastalking")
        await one.take(1, Pressed("4"))
        address, dialled = f"{BASE}{PATH}?call=c-kept&turn=1", {"dialDestinationNumber": "+6281260000001"}
        assert await there.post(address, **CALL, **dialled) == NOTHING
        over = {**dialled, "dialStatus": "Completed", "dialDurationInSeconds": "9"}
        said = await there.post(address, **CALL, **over)
        assert await there.hears(said) == ["kept"]
        assert {await there.post(address, **CALL, **over) for _ in range(5)} == {said}

    play(scene)


# -- any order


class Posts:
    """Posts of one call, in whatever order a test draws them. Holds what must hold after each."""

    def __init__(self, there: Desk) -> None:
        self.there = there
        self.said: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}
        self.bridged = False

    async def post(self, turn: int | None, more: Mapping[str, str]) -> None:
        query = f"?call=c-1&turn={turn}" if turn is not None else ""
        fields = {**CALL, **more}
        xml = await self.there.post(f"{BASE}{PATH}{query}", **fields)
        if fields["isActive"] == "0":
            assert xml == ""
            return
        found = [one.tag for one in root(xml)]
        if "Dial" in found:
            assert found[-1] == "Dial"
            assert not self.bridged
        elif "GetDigits" in found or "Record" in found:
            assert found[-1] == "Redirect"
        if more.get("dialDestinationNumber") and "dialStatus" not in more and xml == NOTHING:
            self.bridged = True
        elif xml != NOTHING:
            self.bridged = False
        for one in self.there.spoken.values():
            seqs = [seq for seq, _ in one.takes]
            assert sorted(set(seqs)) == seqs
            assert len(one.ends) <= 1


MORE: list[dict[str, Any]] = [
    {},
    *({"dtmfDigits": key} for key in "1234589*#"),
    {"dtmfDigits": ""},
    {"recordingUrl": "https://provider.example/1.mp3"},
    {"dialDestinationNumber": "+6281234567890"},
    {"dialDestinationNumber": "+6281234567890", "dialStatus": "Completed", "dialDurationInSeconds": "5"},
    {"dialDestinationNumber": "+6281234567890", "dialStatus": "NotAnswered", "dialDurationInSeconds": "0"},
    {"isActive": "0"},
    {"callSessionState": "Ringing"},
]


@pytest.mark.sqlite_only("no store is opened")
@settings(deadline=None, max_examples=examples(80))
@given(st.lists(st.tuples(st.none() | st.integers(0, 6), st.sampled_from(MORE)), max_size=14))
def test_in_whatever_order_posts_come_each_turn_is_taken_once_and_every_answer_can_be_carried_out(
    posts: list[tuple[int | None, dict[str, str]]],
) -> None:
    async def scene(there: Desk) -> None:
        held = Posts(there)
        for turn, more in posts:
            await held.post(turn, more)

    play(scene)
