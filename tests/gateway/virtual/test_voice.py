"""The fake provider's calls, as its documentation and those who use it say it behaves: document by document."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import pytest

from gateway.virtual.faultlist import FAULTS
from gateway.virtual.poster import Heard
from gateway.virtual.voice_xml import Malformed, read
from gateway.virtual.wire import Request
from modem.virtual import Behaviour
from modem.virtual.sound import murmur, seconds, wav
from tests.gateway.virtual.memory import RIZAL, SITI, Got, Shop, seen, shop

pytestmark = pytest.mark.sqlite_only("no store is opened")

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
NUMBER = "+622150880000"
NEXT = "http://program/callbacks/africastalking/s/voice?next"


def document(*elements: str) -> bytes:
    return (HEAD + "<Response>" + "".join(elements) + "</Response>").encode()


PLAY = '<Play url="http://program/p/a.wav"/>'
DIGITS = f'<GetDigits numDigits="1" timeout="5">{PLAY}</GetDigits>'
TALK = document(f'<GetDigits timeout="30">{PLAY}</GetDigits>')


class Customer:
    """Answers a call's posts with these documents in turn, the last one for ever; serves a sound of two seconds."""

    def __init__(self, here: Shop, *documents: bytes) -> None:
        self.here, self.documents, self.fetched = here, list(documents), list[str]()
        here.answer = self.answer
        here.provider.poster.get = self.get

    def answer(self, got: Got) -> Heard:
        if not got.what.startswith("voice") or got.what == "voice-events" or got.form["isActive"] == "0":
            return Heard(status=200)
        body = self.documents.pop(0) if len(self.documents) > 1 else self.documents[0]
        return Heard(status=200, body=body)

    async def get(self, url: str) -> Heard:
        self.fetched.append(url)
        return Heard(status=200, body=wav(murmur(2.0))) if url.endswith(".wav") else Heard(status=404)

    @property
    def posts(self) -> list[dict[str, str]]:
        """Those of the call, its events left out."""
        return [one.form for one in self.here.got if one.what.partition("?")[0] == "voice"]

    @property
    def events(self) -> list[str]:
        return [one.form["callSessionState"] for one in self.here.of("voice-events")]


Scene = Callable[[Shop, Customer], Awaitable[None]]


def played(scene: Scene, *documents: bytes) -> None:
    async def walk(here: Shop) -> None:
        await scene(here, Customer(here, *documents))

    shop(walk)


async def rings(here: Shop, then_s: float = 1.0) -> None:
    here.siti.call(NUMBER)
    await here.clock.sleep(then_s)


async def over(here: Shop) -> None:
    """Until the last post was made."""
    while not here.provider.voice.sessions or here.provider.voice.sessions[-1].state not in (
        "Completed",
        "NotAnswered",
    ):
        await here.clock.sleep(0.5)
    await here.clock.sleep(2.0)


def test_who_rings_hears_what_is_played_and_the_end_of_the_document_hangs_up() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        await rings(here)
        assert here.siti.talking
        await over(here)
        assert customer.fetched == ["http://program/p/a.wav"]
        assert seconds(here.siti.heard()) == pytest.approx(2.0, abs=0.3)
        first, last = customer.posts
        assert {name: first[name] for name in ("isActive", "direction", "callerNumber", "destinationNumber")} == {
            "isActive": "1",
            "direction": "Inbound",
            "callerNumber": SITI,
            "destinationNumber": NUMBER,
        }
        assert first["sessionId"] == last["sessionId"]
        assert first["callStartTime"] == "2026-05-01+03:00:00"
        assert "dtmfDigits" not in first
        assert (last["isActive"], last["hangupCause"], last["currencyCode"]) == ("0", "NORMAL_CLEARING", "IDR")
        assert (last["durationInSeconds"], last["amount"]) == ("2", "900.0000")
        assert customer.events == ["Ringing", "Active", "Completed"]

    played(scene, document(PLAY))


@pytest.mark.parametrize(
    ("element", "keys", "posted"),
    [
        ('<GetDigits timeout="5">{}</GetDigits>', "7", "7"),  # without finishOnKey the first digit is sent
        ('<GetDigits numDigits="1">{}</GetDigits>', "#", "#"),
        ('<GetDigits numDigits="3">{}</GetDigits>', "1234", "123"),
        ('<GetDigits numDigits="3" timeout="2">{}</GetDigits>', "12", "12"),
        ('<GetDigits finishOnKey="#">{}</GetDigits>', "1234#", "1234"),
        ('<GetDigits finishOnKey="#">{}</GetDigits>', "#", ""),
        ('<GetDigits finishOnKey="*" numDigits="9">{}</GetDigits>', "12*", "12"),
    ],
)
def test_keys_are_posted_as_they_were_asked_for_and_stop_the_prompt(element: str, keys: str, posted: str) -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        await rings(here)
        here.siti.press(keys)
        await here.clock.sleep(6.0)
        assert customer.posts[1]["dtmfDigits"] == posted
        here.siti.hangup()
        await over(here)

    played(scene, document(element.format(PLAY)), TALK)


def test_without_keys_the_next_element_comes_and_nobody_is_told() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        await rings(here)
        await here.clock.sleep(5.0)
        assert len(customer.posts) == 1
        await here.clock.sleep(3.0)
        assert len(customer.posts) == 2
        assert "dtmfDigits" not in customer.posts[1]
        assert here.got[-1].what == "voice?next"
        here.siti.hangup()
        await over(here)
        assert here.provider.voice.sessions[0].trail == ["GetDigits", "Redirect", "GetDigits"]
        assert here.got[-1].what in ("voice?next", "voice-events")  # the address stays the call's

    played(scene, document(DIGITS, f"<Redirect>{NEXT}</Redirect>"), TALK)


def test_keys_pressed_where_none_are_awaited_are_lost() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        await rings(here, 0.5)
        here.siti.press("5")
        await over(here)
        assert all("dtmfDigits" not in post for post in customer.posts)

    played(scene, document(PLAY, '<GetDigits timeout="2"/>'))


def test_an_address_that_digits_are_posted_to_is_the_calls_from_then_on() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        await rings(here)
        here.siti.press("1")
        await over(here)
        assert [one.what for one in here.got if one.what != "voice-events"] == ["voice", "voice?next", "voice?next"]
        assert len(customer.posts) == 3

    played(scene, document(f'<GetDigits callbackUrl="{NEXT}"/>'), document(PLAY))


def test_what_is_said_after_the_tone_is_recorded_and_can_be_fetched() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        await rings(here, 4.0)
        here.siti.say(murmur(3.0))
        await here.clock.sleep(4.0)
        here.siti.press("#")
        await here.clock.sleep(1.0)
        address = customer.posts[1]["recordingUrl"]
        found = here.provider.voice.recording(address.rpartition("/")[2].removesuffix(".wav"))
        assert found is not None
        assert found.startswith(b"RIFF")
        assert any(found[44:])
        here.siti.hangup()
        await over(here)

    played(scene, document(f'<Record finishOnKey="#" maxLength="30" timeout="5" playBeep="true">{PLAY}</Record>'), TALK)


def test_nothing_said_is_no_recording_and_the_next_element_comes() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        await rings(here)
        await here.clock.sleep(12.0)
        assert [sorted(post) for post in customer.posts[1:]] == [sorted(customer.posts[0])]
        here.siti.hangup()
        await over(here)

    played(scene, document('<Record timeout="4"/>', f"<Redirect>{NEXT}</Redirect>"), TALK)


@pytest.mark.parametrize(
    ("behaves", "statuses"),
    [
        (Behaviour(answer_after_s=2.0, hangup_after_s=10.0), [None, "Completed"]),
        (Behaviour(hangup_after_s=2.0), ["CALL_REJECTED"]),
        (Behaviour(off=True), ["SUBSCRIBER_ABSENT"]),
    ],
)
def test_a_dial_is_told_when_it_is_picked_up_and_when_it_is_over(
    behaves: Behaviour, statuses: Sequence[str | None]
) -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        here.provider.network.phone(RIZAL).behave(behaves)
        await rings(here)
        await over(here)
        told = [post for post in customer.posts if "dialDestinationNumber" in post]
        assert [post.get("dialStatus") for post in told] == statuses
        assert customer.posts[-1]["isActive"] == "0"

    played(scene, document(f'<Dial phoneNumbers="{RIZAL}"/>'), document(), document(PLAY))


def test_any_answer_but_an_empty_one_cuts_the_two_apart() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        here.provider.network.phone(RIZAL).behave(Behaviour(answer_after_s=2.0))
        await rings(here)
        await here.clock.sleep(4.0)
        assert not here.provider.network.phone(RIZAL).talking
        await over(here)

    played(scene, document(f'<Dial phoneNumbers="{RIZAL}"/>'), document(PLAY), document())


def test_two_who_are_connected_hear_each_other() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        rizal = here.provider.network.phone(RIZAL)
        rizal.behave(Behaviour(answer_after_s=1.0, hangup_after_s=20.0))
        await rings(here)
        await here.clock.sleep(3.0)
        here.siti.say(murmur(2.0))
        await here.clock.sleep(3.0)
        assert any(rizal.heard())
        rizal.say(murmur(2.0))
        before = len(here.siti.heard().rstrip(b"\0"))
        await here.clock.sleep(3.0)
        assert len(here.siti.heard().rstrip(b"\0")) > before
        await over(here)

    played(scene, document(f'<Dial phoneNumbers="{RIZAL}"/>'), document())


def test_a_call_that_is_turned_away_costs_nobody_anything() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        note = here.siti.call(NUMBER)
        await over(here)
        assert note.cause == "rejected"
        assert note.answered_at is None
        last = customer.posts[-1]
        assert (last["durationInSeconds"], last["amount"], last["callSessionState"]) == ("0", "0.0000", "NotAnswered")

    played(scene, document("<Reject/>"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"ok",
        b"<Response>",
        b"<Answer/>",
        document("<Hangup/>"),
        document('<GetDigits numDigits="x"/>'),
        document('<GetDigits finishOnKey="##"/>'),
        document(f"<GetDigits>{PLAY}{PLAY}</GetDigits>"),
        document("<GetDigits><Redirect>x</Redirect></GetDigits>"),
        document("<Play/>"),
        document("<Redirect/>"),
        document("<Dial/>"),
        HEAD.encode() + b'<!DOCTYPE x [<!ENTITY a "b">]><Response>&a;</Response>',
        b"\xff\xfe",
        document("\x00"),
        document("<Say>" + "x" * 200_000 + "</Say>"),
    ],
    ids=lambda body: repr(body[39:80]),
)
def test_a_document_that_is_none_drops_the_call(body: bytes) -> None:
    with pytest.raises(Malformed):
        read(body)

    async def scene(here: Shop, customer: Customer) -> None:
        await rings(here)
        await over(here)
        session = here.provider.voice.sessions[0]
        assert session.error
        assert customer.posts[-1]["isActive"] == "0"
        assert not here.siti.talking

    played(scene, body)


def test_an_answer_that_is_late_drops_the_call() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        here.takes_s = 6.0
        await rings(here)
        await over(here)
        assert "no answer within 5 s" in here.provider.voice.sessions[0].error

    played(scene, TALK)


def test_a_customer_that_leads_a_call_in_a_circle_is_left() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        await rings(here)
        await over(here)
        assert "circle" in here.provider.voice.sessions[0].error

    played(scene, document(f"<Redirect>{NEXT}</Redirect>"))


# -- calls that are asked for


async def asked(here: Shop, **fields: str) -> tuple[int, Any]:
    account = here.provider.account
    known = {"username": account.username, "from": NUMBER, "to": SITI, **fields}
    headers = {"apikey": fields.pop("key", account.api_key)}
    reply = await here.provider.wire.call(Request(method="POST", fields=known, headers=headers))
    return reply.status, json.loads(reply.body) if reply.status == 200 else reply.body


def test_a_call_that_is_asked_for_is_queued_and_made() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        here.siti.behave(Behaviour(answer_after_s=3.0, keys="1"))
        status, said = await asked(here, to=f"{SITI},{RIZAL},08123")
        assert status == 200
        assert [one["status"] for one in said["entries"]] == ["Queued", "Queued", "InvalidPhoneNumber"]
        assert said["errorMessage"] == "None"
        session = said["entries"][0]["sessionId"]
        assert session.startswith("ATVId_")
        await here.clock.sleep(20.0)
        mine = [post for post in customer.posts if post["sessionId"] == session]
        assert [post["direction"] for post in mine] == ["Outbound"] * 3
        assert mine[1]["dtmfDigits"] == "1"
        assert mine[0]["callerNumber"] == SITI
        assert here.siti.calls[0].number == NUMBER

    played(scene, document(DIGITS), document(PLAY))


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"from": "+6281"}, 200, "Invalid callerId"),
        ({"from": ""}, 400, "'from'"),
        ({"to": ""}, 400, "'to'"),
        ({"username": "x"}, 401, "authentication"),
        ({"key": "x"}, 401, "authentication"),
    ],
)
def test_what_is_asked_wrongly_is_refused(fields: Mapping[str, str], status: int, words: str) -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        found, said = await asked(here, **fields)
        assert (found, words in str(said)) == (status, True)
        assert here.provider.voice.sessions == []

    played(scene, TALK)


@pytest.mark.parametrize(
    ("behaves", "cause"),
    [
        (Behaviour(), "NO_ANSWER"),
        (Behaviour(off=True), "SUBSCRIBER_ABSENT"),
        (Behaviour(hangup_after_s=3.0), "CALL_REJECTED"),
    ],
)
def test_a_call_that_nobody_answers_is_told_as_such(behaves: Behaviour, cause: str) -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        here.siti.behave(behaves)
        await asked(here)
        await here.clock.sleep(70.0)
        (last,) = customer.posts
        assert (last["isActive"], last["hangupCause"], last["callSessionState"]) == ("0", cause, "NotAnswered")
        assert seen(here.provider, "voice")[0]["cause"] == cause

    played(scene, TALK)


def test_the_queue_can_be_asked_after() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        account = here.provider.account
        fields, headers = {"username": account.username}, {"apikey": account.api_key}
        reply = await here.provider.wire.queue(Request(method="POST", fields=fields, headers=headers))
        assert json.loads(reply.body)["status"] == "Success"

    played(scene, TALK)


# -- faults


@pytest.mark.parametrize(
    ("name", "value", "shows"),
    [
        ("call_refused", None, lambda said, posts: said["entries"][0]["status"] == "InsufficientCredit" and not posts),
        ("call_no_session", None, lambda said, posts: said["entries"][0]["sessionId"] == "None" and len(posts) > 1),
        ("voice_twice", None, lambda said, posts: posts[0] == posts[1]),
        ("voice_no_keys", None, lambda said, posts: posts[1]["dtmfDigits"] == ""),
        ("final_twice", 3.0, lambda said, posts: [one["isActive"] for one in posts].count("0") == 3),
        ("no_final", None, lambda said, posts: all(one["isActive"] == "1" for one in posts)),
        ("no_cause", None, lambda said, posts: "hangupCause" not in posts[-1]),
        ("cause", "WEIRD", lambda said, posts: posts[-1]["hangupCause"] == "WEIRD"),
        ("voice_cut", 0.5, lambda said, posts: posts[-1]["durationInSeconds"] in ("0", "1")),
    ],
)
def test_each_fault_shows_as_it_is_described(
    name: str, value: str | float | None, shows: Callable[[Any, list[dict[str, str]]], bool]
) -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        here.provider.fault(name, value=value)
        here.siti.behave(Behaviour(answer_after_s=1.0, keys="1"))
        _, said = await asked(here)
        await here.clock.sleep(60.0)
        assert shows(said, customer.posts)

    played(scene, document(DIGITS), document(PLAY))


def test_faults_of_time_and_place() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        here.provider.fault("final_late", value=30.0, count=1)
        here.provider.fault("sound_deaf", count=1)
        here.provider.fault("voice_no_events")
        here.provider.fault("call_answered_late", value=8.0, count=1)
        here.siti.behave(Behaviour(answer_after_s=1.0, hangup_after_s=2.0))
        began = here.clock.monotonic()
        await asked(here)
        assert here.clock.monotonic() - began == pytest.approx(8.0)
        assert [post["isActive"] for post in customer.posts] == ["1"]
        assert customer.fetched == []
        await here.clock.sleep(30.0)
        assert [post["isActive"] for post in customer.posts] == ["1", "0"]
        assert customer.events == []

    played(scene, document(DIGITS))


def test_every_fault_of_calls_is_in_the_list() -> None:
    voice = {name for name in FAULTS if name.startswith(("call_", "voice_", "final_", "recording_", "sound_"))}
    assert len(voice) == 13
    assert {"no_final", "no_cause", "cause"} <= set(FAULTS)


def test_a_recording_may_be_late_or_elsewhere() -> None:
    async def scene(here: Shop, customer: Customer) -> None:
        voice = here.provider.voice
        here.provider.fault("recording_late", value=2.0, count=1)
        late = voice.put(murmur(1.0)).rpartition("/")[2].removesuffix(".wav")
        assert [voice.recording(late) is None for _ in range(3)] == [True, True, False]
        assert voice.recording("another") is None
        here.provider.fault("recording_elsewhere")
        assert voice.put(murmur(1.0)).startswith("http://169.254.169.254/")

    played(scene, TALK)
