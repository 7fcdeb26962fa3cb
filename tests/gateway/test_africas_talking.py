"""Letters out over Africa's Talking: the real SDK, real HTTP, and a provider that does whatever a provider may do."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from config.clock import SystemClock
from config.settings import AfricasTalkingSettings
from gateway.africas_talking import AfricasTalkingChannel, AfricasTalkingSms, Patience, is_loopback
from gateway.africas_talking_answers import AccountTrouble, read_messages, read_refusal, read_sending
from gateway.channel import Busy, ChannelError, Doubtful, Refused
from gateway.messages import Lane, Outbound
from gateway.pulse import Pulse, Status
from gateway.virtual import FakeProvider, Pace, open_provider
from tests.gateway.room import SITI

QUICK = Patience(resolve=3.0, connect=1.0, read=0.6, whole=4.0)
CLOCK = SystemClock()


@dataclass(slots=True, kw_only=True)
class Line:
    """A provider and the channel to it."""

    provider: FakeProvider
    channel: AfricasTalkingChannel
    sms: AfricasTalkingSms
    pulse: Pulse

    async def send(self, text: str = "Petugas datang", to: str = SITI, *, for_s: float = 60.0) -> str:
        return await self.channel.send(letter(text, to, for_s=for_s), 0, 0)

    @property
    def sent(self) -> list[str]:
        """The texts that the provider took."""
        return [one.text for one in self.provider.letters.sent]


def letter(text: str = "Petugas datang", to: str = SITI, *, for_s: float = 60.0, lane: Lane = Lane.SERVICE) -> Outbound:
    until = CLOCK.now() + timedelta(seconds=for_s)
    return Outbound(to=to, text=text, lane=lane, key=text, expires_at=until)


async def nothing() -> None:
    return


def channel_of(
    account: AfricasTalkingSettings, *, sample: Callable[[str], bool] = lambda number: False
) -> tuple[AfricasTalkingChannel, AfricasTalkingSms, Pulse]:
    pulse, sms = Pulse(CLOCK), AfricasTalkingSms(account, CLOCK, QUICK)
    return AfricasTalkingChannel(sms, account, CLOCK, pulse, sample=sample, look=nothing), sms, pulse


@contextlib.asynccontextmanager
async def line(**changed: object) -> AsyncIterator[Line]:
    provider = FakeProvider(None, CLOCK, pace=Pace(hang_s=1.5, hand_over_s=0.0))
    async with open_provider(provider) as url:
        account = AfricasTalkingSettings(
            username=provider.account.username, api_key=provider.account.api_key, sms_url=url
        )
        channel, sms, pulse = channel_of(replace(account, **changed))  # type: ignore[arg-type]
        yield Line(provider=provider, channel=channel, sms=sms, pulse=pulse)


async def test_a_letter_leaves_and_is_named_by_the_providers_id() -> None:
    async with line(sender="KENTONGAN") as here:
        reference = await here.send("Petugas datang ke Jl. Bambu, tetap tenang: é€")
        (sent,) = here.provider.letters.sent
        assert (sent.id, sent.text, sent.to) == (reference, "Petugas datang ke Jl. Bambu, tetap tenang: é€", SITI)
        assert here.channel.well


@pytest.mark.parametrize(
    ("fault", "value", "error", "taken"),
    [
        ("timeout_before", None, Doubtful, False),
        ("timeout_after", None, Doubtful, True),
        ("cut_before", None, Doubtful, False),
        ("cut_after", None, Doubtful, True),
        ("slow", 2.0, Doubtful, True),
        ("error_500", None, Busy, False),
        ("busy_429", None, Busy, False),
        ("unauthorized", None, AccountTrouble, False),
        ("wrong_json", None, Doubtful, True),
        ("odd_json", None, Doubtful, True),
        ("invalid_sender", None, AccountTrouble, False),
        ("refuse", 401.0, Refused, False),
        ("refuse", 402.0, AccountTrouble, False),
        ("refuse", 403.0, Refused, False),
        ("refuse", 404.0, Refused, False),
        ("refuse", 405.0, AccountTrouble, False),
        ("refuse", 406.0, Refused, False),
        ("refuse", 407.0, Refused, False),
        ("refuse", 409.0, Refused, False),
        ("refuse", 500.0, Busy, False),
        ("refuse", 501.0, Busy, False),
        ("refuse", 502.0, Busy, False),
        ("refuse", 599.0, Doubtful, False),
    ],
)
async def test_each_way_of_failing_says_whether_trying_again_helps(
    fault: str, value: float | None, error: type[ChannelError], taken: bool
) -> None:
    async with line() as here:
        here.provider.fault(fault, value=value)
        with pytest.raises(error) as caught:
            await here.send()
        assert type(caught.value) is error
        assert bool(here.sent) is taken
        assert here.channel.well is (error is not AccountTrouble)
        here.provider.heal()
        assert (await here.send("dan lagi")).startswith("ATXid_")


async def test_json_with_a_character_set_is_json() -> None:
    async with line() as here:
        here.provider.fault("charset")
        assert (await here.send()).startswith("ATXid_")


async def test_an_account_that_is_refused_is_an_alarm_at_once() -> None:
    async with line(api_key="another") as here:
        with pytest.raises(AccountTrouble):
            await here.send()
        (part,) = (part for part in here.pulse.parts() if part.kind == "provider")
        assert (part.status, part.name) == (Status.FAILED, "africastalking")
        assert "api_key" in part.detail
        assert "another" not in part.detail


async def test_three_failures_in_a_row_leave_the_provider_alone_and_a_refusal_is_none() -> None:
    async with line() as here:
        for number, fault in enumerate(("error_500", "refuse", "error_500", "error_500", "error_500")):
            assert here.channel.well, number
            here.provider.fault(fault, value=403.0 if fault == "refuse" else None, count=1)
            with pytest.raises(ChannelError):
                await here.send()
        assert not here.channel.well


async def test_nothing_leaves_a_provider_that_refuses_connections() -> None:
    async with line() as here:
        await here.provider.down()
        with pytest.raises(Busy, match="no connection"):
            await here.send()


@pytest.mark.parametrize("url", ["http://provider.invalid", "http://provider.invalid:8080/version1", "http://"])
async def test_dead_dns_is_later(url: str) -> None:
    channel, _, _ = channel_of(AfricasTalkingSettings(username="u", api_key="k", sms_url=url))
    with pytest.raises(Busy):
        await channel.send(letter(), 0, 0)


async def test_a_provider_without_a_certificate_is_given_no_letter() -> None:
    async with line() as here:
        url = here.provider.lines[0].url.replace("http:", "https:")  # type: ignore[attr-defined]
        channel, _, _ = channel_of(AfricasTalkingSettings(username="u", api_key="k", sms_url=url))
        with pytest.raises(Busy, match="no connection"):
            await channel.send(letter(), 0, 0)


async def test_an_answer_that_drips_is_not_waited_for_for_ever() -> None:
    over = asyncio.Event()

    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(30):
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
            writer.close()
            await writer.wait_closed()
        over.set()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        account = AfricasTalkingSettings(username="u", api_key="k", sms_url=f"http://127.0.0.1:{port}")
        sms = AfricasTalkingSms(account, CLOCK, replace(QUICK, whole=0.7))
        with pytest.raises(Doubtful, match="no whole answer"):
            await sms.send("hai", SITI)
        await over.wait()


async def test_a_letter_whose_time_is_over_does_not_leave() -> None:
    async with line() as here:
        with pytest.raises(Busy):
            await here.send(for_s=-0.001)
        assert here.sent == []
        assert here.channel.well


@pytest.mark.parametrize("to", ["112", "+62112", "110", "3636", "PLN", "", "+6211", "081234567890"])
async def test_short_numbers_and_names_are_never_written_to(to: str) -> None:
    async with line() as here:
        assert not here.channel.serves(to, Lane.EMERGENCY)
        with pytest.raises(Refused):
            await here.send(to=to)
        assert here.sent == []


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("http://127.0.0.1:9", True),
        ("http://127.8.8.8", True),
        ("http://localhost:9/version1", True),
        ("http://[::1]:9", True),
        ("", False),
        ("https://api.africastalking.com", False),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://10.0.0.1", False),
    ],
)
async def test_invented_numbers_leave_only_for_this_machine(url: str, ours: bool) -> None:
    assert is_loopback(url) is ours
    account = AfricasTalkingSettings(username="u", api_key="k", sms_url=url)
    channel, _, _ = channel_of(account, sample=lambda number: number == SITI)
    assert channel.serves(SITI, Lane.EMERGENCY) is ours
    assert channel.serves("+6281234567899", Lane.BULK)


@pytest.mark.parametrize(
    ("proxy", "bypass", "ours"),
    [("http_proxy", "", False), ("all_proxy", "", False), ("http_proxy", "localhost", True)],
)
async def test_by_a_proxy_no_invented_number_leaves_even_for_this_machine(
    monkeypatch: pytest.MonkeyPatch, proxy: str, bypass: str, ours: bool
) -> None:
    for name in ("http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv(proxy, "http://192.0.2.9:3128")
    monkeypatch.setenv("no_proxy", bypass)
    account = AfricasTalkingSettings(username="u", api_key="k", sms_url="http://localhost:9")
    channel, _, _ = channel_of(account, sample=lambda number: number == SITI)
    assert channel.serves(SITI, Lane.EMERGENCY) is ours


async def test_the_cost_counts_the_parts_that_the_provider_will_cut() -> None:
    account = AfricasTalkingSettings(username="u", api_key="k", price=350.0)
    channel, _, _ = channel_of(account)
    assert [channel.cost(letter("x" * size), 1) for size in (1, 160, 161, 306, 307)] == [350, 350, 700, 700, 1050]
    assert channel.cost(letter("😀" * 36), 1) == 700
    assert channel.parts(letter("x" * 500)) == 1


async def test_many_letters_at_once_each_get_their_own_answer() -> None:
    async with line() as here:
        references = await asyncio.gather(*(here.send(f"surat {number}") for number in range(12)))
        assert {one.id: one.text for one in here.provider.letters.sent} == {
            reference: f"surat {number}" for number, reference in enumerate(references)
        }


def test_a_city_without_the_provider_never_loads_its_package() -> None:
    words = "import kentongan, gateway.legs, gateway.africas_talking, sys; print(sorted(set(sys.modules) & "
    words += "{'africastalking', 'requests', 'responses', 'schema'}))"
    said = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout.strip() == "[]"


# -- answers, as values


def entry(code: object, **more: object) -> dict[str, object]:
    return {"statusCode": code, "number": SITI, "status": "?", "cost": "0", "messageId": "None", **more}


@pytest.mark.parametrize(
    ("recipients", "error"),
    [
        ([entry(500, messageId="ATXid_9")], Doubtful),
        ([entry(501, messageId="ATXid_9")], Doubtful),
        ([entry("403")], Refused),
        ([entry(None)], Doubtful),
        ([entry("x")], Doubtful),
        ([{}], Doubtful),
        (["x"], Doubtful),
        ([entry(101, number="+62811"), entry(101, number="+62812")], Doubtful),
        ([entry(101), entry(101)], Doubtful),
        ([], Busy),
        ("x", Doubtful),
    ],
)
def test_an_answer_that_does_not_say_accepted_is_not_taken_for_it(recipients: object, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        read_sending({"SMSMessageData": {"Message": "?", "Recipients": recipients}}, SITI)
    assert type(caught.value) is error


@pytest.mark.parametrize("answer", [None, "", "OK", "<html>", [], {}, {"SMSMessageData": 1}, {"SMSMessageData": {}}, 7])
def test_what_is_no_answer_is_doubtful(answer: object) -> None:
    with pytest.raises(Doubtful):
        read_sending(answer, SITI)


@pytest.mark.parametrize("code", [100, 101, 102, "101"])
def test_accepted_is_accepted_in_each_of_its_words(code: object) -> None:
    taken = read_sending(
        {"SMSMessageData": {"Recipients": [entry(code, messageId="ATXid_1", cost="KES 0.8000")]}}, SITI
    )
    assert (taken.reference, taken.cost) == ("ATXid_1", "KES 0.8000")


def test_the_answer_is_that_of_our_number_among_others() -> None:
    others = [entry(101, number="6281234567899"), entry(403, number=SITI.lstrip("+"))]
    with pytest.raises(Refused):
        read_sending({"SMSMessageData": {"Recipients": others}}, SITI)


@pytest.mark.parametrize("text", ["The supplied authentication is invalid", "the supplied AUTHENTICATION IS INVALID!"])
def test_a_bad_key_is_known_by_its_words(text: str) -> None:
    assert isinstance(read_refusal(text), AccountTrouble)


def test_a_refusal_with_a_page_of_html_is_one_short_line() -> None:
    said = str(read_refusal("<html>\n" + "x" * 100_000))
    assert len(said) <= 120
    assert "\n" not in said


@pytest.mark.parametrize("answer", [None, "", "x", {}, {"SMSMessageData": {"Messages": None}}, {"SMSMessageData": []}])
def test_an_inbox_that_cannot_be_read_is_asked_again(answer: object) -> None:
    with pytest.raises(Busy):
        read_messages(answer)


def test_an_entry_of_the_inbox_that_is_none_stops_no_other() -> None:
    entries = [
        7,
        None,
        {},
        {"id": 3, "text": None, "from": 628123},
        {"id": "12", "from": SITI, "text": "SOS"},
        {"id": 5},
    ]
    page = read_messages({"SMSMessageData": {"Messages": entries}})
    assert page.last == "12"
    assert [(one.id, one.sender, one.text) for one in page.letters] == [("3", "628123", ""), ("12", SITI, "SOS")]
    assert page.letters[1].doubts == ("no date",)
