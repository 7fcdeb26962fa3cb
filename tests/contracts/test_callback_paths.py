"""The callbacks' paths: whose they are, how large a body may be, what a fault of ours is answered, what logs say."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator

import pytest

from config.clock import SystemClock, VirtualClock
from config.log import start_logging
from gateway.africas_talking_forms import AfricasTalking
from gateway.callback import Came, OptedOut, Posted, Reported, Said
from gateway.callbacks import ANSWER_S, Callbacks
from gateway.pulse import Pulse, Status
from gateway.store import StoreBroken, StoreBusy, StoreFault
from gateway.web import MOST_BODY
from tests.contracts.office import SECOND, SECRET, SMS, Menu, Office, but, counter, form, post_office
from tests.gateway.room import play

NOT_FOUND = (404, "not found\n")


@pytest.mark.parametrize(
    ("name", "secret", "what"),
    [
        ("africastalking", SECRET[:-1], "sms"),
        ("africastalking", SECRET + "a", "sms"),
        ("africastalking", SECRET.upper(), "sms"),
        ("africastalking", "x", "sms"),
        ("africastalking", "%ff%fe", "sms"),
        ("africastalking", "..", "sms"),
        ("africastalking", "x" * 8000, "sms"),
        ("africastalking", "é" * 22, "sms"),
        ("africastalking", SECRET, "voices"),
        ("africastalking", SECRET, "SMS"),
        ("africastalking", SECRET, "sms/"),
        ("africastalking", SECRET, ""),
        ("AfricasTalking", SECRET, "sms"),
        ("kannel", SECRET, "sms"),
        ("", SECRET, "sms"),
    ],
)
async def test_whatever_is_not_ours_is_not_found_and_nothing_more_is_said(name: str, secret: str, what: str) -> None:
    async with post_office() as office:
        for method in ("POST", "GET", "PUT"):
            assert await office.post(what, SMS, secret=secret, name=name, method=method) == NOT_FOUND
        assert await office.letters() == []


async def test_a_forged_letter_is_not_kept_and_the_right_one_still_is() -> None:
    async with post_office() as office:
        for number in range(50):
            assert await office.post("sms", but(SMS, id=str(number)), secret=f"{number:022d}") == NOT_FOUND
        assert (await office.post("sms", SMS))[0] == 200
        assert len(await office.letters()) == 1


async def test_two_secrets_open_while_one_replaces_the_other() -> None:
    async with post_office(SECRET, SECOND) as office:
        for number, secret in enumerate((SECRET, SECOND)):
            assert (await office.post("sms", but(SMS, id=str(number)), secret=secret))[0] == 200
        assert len(await office.letters()) == 2


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_only_a_post_is_taken(method: str) -> None:
    async with post_office() as office:
        assert await office.post("sms", SMS, method=method) == (405, "POST only\n")


def padded(size: int) -> bytes:
    head = form(**SMS) + b"&more="
    return head + b"x" * (size - len(head))


async def in_pieces(body: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for place in range(0, len(body), size):
        yield body[place : place + size]


async def test_a_body_may_have_sixteen_kibibytes_and_not_one_more_however_it_comes() -> None:
    async with post_office() as office:
        assert (await office.post("sms", padded(MOST_BODY)))[0] == 200
        assert await office.post("sms", padded(MOST_BODY + 1)) == (413, f"at most {MOST_BODY} bytes\n")
        assert len(await office.letters()) == 1
        assert office.http is not None
        url = f"{office.url}/callbacks/africastalking/{SECRET}/sms"
        for size, status in ((MOST_BODY, 200), (MOST_BODY + 1, 413)):
            async with office.http.post(url, data=in_pieces(padded(size))) as answer:  # chunked: no length is said
                assert answer.status == status


async def test_a_body_without_end_is_refused_after_its_first_sixteen_kibibytes() -> None:
    async with post_office() as office:
        host, port = office.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"POST /callbacks/africastalking/{SECRET}/sms HTTP/1.1\r\nHost: x\r\n"
        writer.write(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + b"1000\r\n" + b"x" * 4096 + b"\r\n")
        for _ in range(4):
            writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        async with asyncio.timeout(10):
            assert b"413" in await reader.readline()
        writer.close()
        await writer.wait_closed()


async def test_many_at_once_are_all_taken() -> None:
    async with post_office() as office:
        ends = await asyncio.gather(*(office.post("sms", but(SMS, id=str(number))) for number in range(300)))
        assert ends == [(200, "")] * 300
        assert len(await office.letters()) == 300


# -- faults of ours


class Failing:
    """An inbox with a fault."""

    def __init__(self, fault: Exception | None) -> None:
        self.fault = fault

    async def came(self, channel: str, came: Came) -> None:
        await self.fails()

    async def reported(self, channel: str, reported: Reported) -> None:
        await self.fails()

    async def opted_out(self, channel: str, said: OptedOut) -> None:
        await self.fails()

    async def fails(self) -> None:
        if self.fault is not None:
            raise self.fault
        await asyncio.sleep(3600)


def failing(office: Office, clock: SystemClock | VirtualClock, fault: Exception | None) -> tuple[Callbacks, Pulse]:
    pulse = Pulse(clock)
    adapters = office.callbacks.adapters.values()
    return Callbacks([*adapters], Failing(fault), Menu(), office.keys, clock, pulse), pulse


@pytest.mark.parametrize("what", ["sms", "delivery", "optout"])
@pytest.mark.parametrize(
    "fault",
    [StoreBusy("locked"), StoreBroken("full"), StoreFault("?"), ValueError("a fault of ours"), TimeoutError(), None],
    ids=repr,
)
def test_what_could_not_be_kept_is_never_answered_as_if_it_were(what: str, fault: Exception | None) -> None:
    async def main(clock: VirtualClock) -> None:
        async with counter(clock) as office:
            callbacks, pulse = failing(office, clock, fault)
            body = form(**{**SMS, "phoneNumber": "1"})
            answer = await callbacks.answer(callbacks.adapters["africastalking"], Posted(what=what, body=body))
            assert (answer.status, answer.body) == (503, "not kept: try again later\n")
            assert clock.monotonic() <= ANSWER_S
            told = [part for part in pulse.parts() if part.kind == "callback"]
            assert bool(told) is isinstance(fault, ValueError)
            assert all(part.status is Status.DEGRADED for part in told)

    play(main)


class Puzzled(AfricasTalking):
    """An adapter with a fault."""

    def read(self, posted: Posted) -> Said:
        raise KeyError(posted.what)


def test_a_fault_in_reading_is_ours_and_so_the_provider_comes_again() -> None:
    async def main(clock: VirtualClock) -> None:
        async with counter(clock) as office:
            answer = await office.callbacks.answer(Puzzled(), Posted(what="sms", body=form(**SMS)))
            assert answer.status == 503
            assert office.pulse is not None
            assert "callback" in {part.kind for part in office.pulse.parts()}
            await office.hears("sms", SMS)
            assert "callback" not in {part.kind for part in office.pulse.parts()}

    play(main)


# -- secrets are not logged


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any part of the program logs, as it is written."""
    root, said = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    start_logging(logging.DEBUG)
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(said)
    root.setLevel(logging.DEBUG)
    yield said
    root.handlers[:] = handlers
    root.setLevel(level)


async def raw(office: Office, line: bytes) -> bytes:
    """What is answered to bytes that are perhaps no HTTP."""
    host, port = office.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(line)
    writer.write_eof()
    async with asyncio.timeout(10):
        said = await reader.read()
    writer.close()
    await writer.wait_closed()
    return said


async def test_the_secret_is_in_no_log_whatever_goes_wrong(log: io.StringIO) -> None:
    path = f"/callbacks/africastalking/{SECRET}/sms".encode()
    async with post_office() as office:
        await office.post("sms", SMS)
        await office.post("sms", b"")
        await office.post("sms", padded(MOST_BODY + 1))
        await office.post("sms", SMS, method="PUT")
        await office.post("voice", SMS)
        real, (office.callbacks._inbox, fault) = office.callbacks._inbox, (Failing(ValueError("broken")), "broken")
        assert (await office.post("sms", SMS))[0] == 503
        office.callbacks._inbox = real
        for line in (
            b"POST " + path + b" HTTP/9.9\r\n\r\n",
            b"POST " + path + b"\x00\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
            b"POST " + path + b" HTTP/1.1\r\nContent-Length: x\r\n\r\n",
            b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n",
            b"PO ST " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
            b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 400\r\n\r\nfrom=1",
            path + b"\r\n\r\n",
        ):
            await raw(office, line)
    lines = log.getvalue()
    assert fault in lines
    assert SECRET not in lines
    assert SECRET.upper() not in lines.upper()
    assert all(json.loads(line) for line in lines.splitlines())
