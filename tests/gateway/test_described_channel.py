"""Letters through a described provider over real HTTP: connections kept, time-outs told apart, the circuit."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from config.clock import SystemClock
from config.settings import HttpSettings
from gateway.channel import Busy, Channel, Doubtful, Refused
from gateway.described import Account, DescribedChannel
from gateway.described.channel import is_here
from gateway.described.http import Unasked, open_client
from gateway.described.legs import public_url
from gateway.described.outcome import Response
from gateway.described.request import Request
from gateway.messages import Lane, Outbound
from gateway.pulse import Pulse, Status
from tests.gateway.described_provider import SITI, account

SAMPLE = "+6280000000001"
LIMIT_S = 10.0  # real seconds a test may take
SEND = """name = "one"
price = 300
[values]
base = ""
key = "very-secret-key"
[send]
method = "{method}"
url = "{{base}}/send"
connect_s = 0.5
answer_s = 0.3
[send.headers]
Authorization = "Bearer {{key}}"
[send.query]
to = "{{to}}"
text = "{{text}}"
id = "{{id}}"
[send.ucs2]
[send.id]
body = 'id=(\\S+)'
[[send.answer]]
status = [200]
body = "^OK"
means = "sent"
"""


def answer(status: int, body: str = "", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body.encode())}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body.encode()


@dataclass(slots=True)
class Provider:
    """The other end, octet by octet. ``says`` are used up one a request; a number of seconds is a silence, None hangs
    up."""

    says: list[bytes | float | None] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    serving: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self.serving.add(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                self.asked.append(await reader.readuntil(b"\r\n\r\n"))
                said = self.says.pop(0) if self.says else answer(200, "OK id=m-1")
                if said is None:
                    break
                if isinstance(said, float):
                    await asyncio.sleep(said)
                    continue
                writer.write(said)
                await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await writer.wait_closed()


@contextlib.asynccontextmanager
async def provider(*says: bytes | float | None) -> AsyncIterator[Provider]:
    other = Provider(says=list(says))
    server = await asyncio.start_server(other.serve, "127.0.0.1", 0)
    other.port = server.sockets[0].getsockname()[1]
    try:
        async with asyncio.timeout(LIMIT_S):
            yield other
    finally:
        server.close()
        for task in other.serving:
            task.cancel()
        await asyncio.gather(*other.serving, return_exceptions=True)


@contextlib.asynccontextmanager
async def channel(base: str, *, method: str = "POST", **kinds: Any) -> AsyncIterator[DescribedChannel]:
    clock = SystemClock()
    async with open_client() as client:
        mine = account(SEND.format(method=method), base=base)
        yield DescribedChannel(mine, client, clock, Pulse(clock), sample=lambda number: number == SAMPLE, **kinds)


def letter(text: str = "halo", to: str = SITI, key: str = "k-1") -> Outbound:
    expires = SystemClock().now() + timedelta(hours=1)
    return Outbound(to=to, text=text, lane=Lane.SERVICE, key=key, expires_at=expires)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_letters_leave_over_one_connection_that_is_kept(method: str) -> None:
    async with provider() as other, channel(other.url, method=method) as out:
        assert [await out.send(letter(), 0, 0) for _ in range(5)] == ["m-1"] * 5
        assert other.connections == 1
    assert len(other.asked) == 5
    head = other.asked[0].decode()
    assert head.startswith(f"{method} /send?to=%2B6281234567890&text=halo&id=")
    assert "\r\nAuthorization: Bearer very-secret-key\r\n" in head


async def test_the_same_letter_bears_the_same_id_at_each_try_and_another_another() -> None:
    async with provider() as other, channel(other.url) as out:
        for one in (letter(), letter(), letter(key="k-2")):
            await out.send(one, 0, 0)
    lines = [asked.split(b" ")[1] for asked in other.asked]
    assert lines[0] == lines[1] != lines[2]


async def test_nobody_at_the_address_is_busy_and_no_letter_is_in_doubt() -> None:
    async with provider() as other:
        port = other.port
    async with channel(f"http://127.0.0.1:{port}") as out:
        with pytest.raises(Busy, match=r"127\.0\.0\.1") as raised:
            await out.send(letter(), 0, 0)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "says",
    [
        None,
        1.0,
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nOK i",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["hangs up", "says nothing", "breaks off", "garbage", "bad chunk"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_no_whole_answer_after_the_request_left_is_a_doubt_and_is_not_repeated(
    says: bytes | float | None, method: str
) -> None:
    async with provider(says, *[b""] * 3) as other, channel(other.url, method=method) as out:
        with pytest.raises(Doubtful) as raised:
            await out.send(letter(), 0, 0)
        await asyncio.sleep(0.05)
    assert len(other.asked) == 1
    assert "secret" not in str(raised.value)
    assert "halo" not in str(raised.value)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_kept_connection_that_breaks_under_a_letter_is_a_doubt_and_not_two_letters(method: str) -> None:
    async with provider(answer(200, "OK id=1"), None) as other, channel(other.url, method=method) as out:
        await out.send(letter(), 0, 0)
        with pytest.raises(Doubtful, match="hung up"):
            await out.send(letter(key="k-2"), 0, 0)
        await asyncio.sleep(0.05)
        assert len(other.asked) == 2
        assert await out.send(letter(key="k-3"), 0, 0) == "m-1"


@pytest.mark.parametrize(
    ("says", "raised", "well"),
    [
        (answer(400, "bad number"), Refused, True),
        (answer(503, "later"), Busy, True),
        (answer(500, "oops"), Doubtful, True),
        (answer(200, "what"), Doubtful, True),
        (answer(401, "wrong key very-secret-key"), Busy, False),
        (answer(302, "", "Location: http://127.0.0.1:1/elsewhere"), Busy, False),
    ],
)
async def test_each_answer_becomes_what_the_outbox_knows(says: bytes, raised: type[Exception], well: bool) -> None:
    async with provider(says) as other, channel(other.url) as out:
        with pytest.raises(raised) as said:
            await out.send(letter(), 0, 0)
        assert out.well is well
        assert "very-secret" not in str(said.value)
    assert len(other.asked) == 1


async def test_an_endless_answer_is_not_read_to_its_end() -> None:
    body = "OK id=m-1 " + "x" * 300_000
    async with provider(answer(200, body)) as other, channel(other.url) as out:
        assert await out.send(letter(), 0, 0) == "m-1"


async def test_after_three_failures_the_provider_is_left_alone_until_a_probe_finds_it_well() -> None:
    changes: list[bool] = []
    clock = SystemClock()
    pulse = Pulse(clock)
    async with provider(*[answer(503)] * 3) as other, open_client() as client:
        mine = account(SEND.format(method="POST"), base=other.url)
        out = DescribedChannel(
            mine, client, clock, pulse, sample=lambda number: False, changed=lambda: changes.append(out.well)
        )
        for _ in range(3):
            assert out.well
            with pytest.raises(Busy):
                await out.send(letter(), 0, 0)
        assert not out.well
        (part,) = [part for part in pulse.parts() if part.kind == "provider"]
        assert (part.name, part.status) == ("one", Status.FAILED)
        await out.probe()
        assert other.asked[-1].startswith(b"GET / HTTP/1.1")
        assert b"very-secret" not in other.asked[-1]
    assert changes == [False]


async def test_a_probe_says_whether_anybody_is_there() -> None:
    async with provider(answer(404), answer(502), 1.0) as other, channel(other.url) as out:
        await out.probe()
        for _ in range(2):
            with pytest.raises(Busy):
                await out.probe()
    async with channel(other.url) as out:
        with pytest.raises(Busy):
            await out.probe()


async def test_it_carries_to_subscribers_of_this_country_and_sample_numbers_only_to_this_machine() -> None:
    async with provider() as other, channel(other.url) as here, channel("https://api.example") as there:
        for out in (here, there):
            assert out.serves(SITI, Lane.BULK)
            for number in ("112", "+112", "2000", "KENTONGAN", "", "+60123456789"):
                assert not out.serves(number, Lane.EMERGENCY)
        assert here.serves(SAMPLE, Lane.SERVICE)
        assert not there.serves(SAMPLE, Lane.SERVICE)
        with pytest.raises(Refused):
            await there.send(letter(to=SAMPLE), 0, 0)
    assert other.asked == []


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:1/x", True),
        ("http://127.8.9.1", True),
        ("http://[::1]:80/", True),
        ("http://localhost/", True),
        ("http://localhost.example/", False),
        ("http://127.0.0.1.example/", False),
        ("http://10.0.0.1/", False),
        ("http://0.0.0.0/", False),
        ("https://api.example/127.0.0.1", False),
    ],
)
def test_only_a_loopback_address_is_this_machine(url: str, here: bool) -> None:
    assert is_here(url) is here


async def test_a_text_is_handed_over_whole_and_costs_what_it_takes() -> None:
    async with channel("https://api.example") as out:
        protocol: Channel = out
        assert protocol.kind == "provider"
        assert not out.reports(Lane.SERVICE)
        for text, messages in (("a" * 160, 1), ("a" * 161, 2), ("🔥" * 36, 2)):
            assert out.parts(letter(text)) == 1
            assert out.cost(letter(text), 1) == 300 * messages
        monster = letter("a" * 50_000)
        assert out.cost(monster, 1) > 0
        with pytest.raises(Refused, match="255"):
            await out.send(monster, 0, 0)


@dataclass(slots=True)
class Deaf:
    """A client that never reaches anybody."""

    error: Exception

    async def ask(self, request: Request, *, connect_s: float, answer_s: float) -> Response:
        raise self.error


@pytest.mark.parametrize("surely", [True, False])
async def test_a_host_that_does_not_exist_is_left_alone_at_once(surely: bool) -> None:
    clock = SystemClock()
    mine = account(SEND.format(method="POST"), base="https://api.example")
    deaf = Deaf(Unasked("api.example: no such host", surely=surely))
    out = DescribedChannel(mine, deaf, clock, Pulse(clock), sample=lambda number: False)
    with pytest.raises(Busy, match="no such host"):
        await out.send(letter(), 0, 0)
    assert out.well is not surely


@pytest.mark.parametrize(
    ("http", "url"),
    [
        (HttpSettings(), "http://127.0.0.1:8080"),
        (HttpSettings(host="0.0.0.0", port=80), "http://127.0.0.1:80"),
        (HttpSettings(host="::1", port=80), "http://[::1]:80"),
        (HttpSettings(host="10.0.0.5", port=80), "http://10.0.0.5:80"),
        (HttpSettings(public_url="https://kentongan.example/"), "https://kentongan.example"),
    ],
)
def test_callbacks_are_where_others_reach_us(http: HttpSettings, url: str) -> None:
    assert public_url(http) == url


def test_only_a_number_at_which_letters_come_in_is_ours_to_be_written_to() -> None:
    assert account(SEND.format(method="POST")).number == ""
    both = SEND.format(method="POST") + '[sms]\nfrom = "f"\ntext = "t"\nid = "i"\n'
    assert account(both).number == "+628110000001"


async def test_an_account_is_one_with_its_settings() -> None:
    mine = account(SEND.format(method="POST"), base="http://x.example")
    assert isinstance(mine, Account)
    assert mine.holes()["delivery_url"].startswith("http://127.0.0.1:8080/callbacks/one/abc")
