"""Letters out, against the virtual modem (modem.md 1.1, 4.8)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from modem.driver import ModemBusy, ModemDoubtful, ModemRefused, State
from modem.pdu import Submit, encode
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from tests.modem.rig import RESIDENT, Rig, nothing, on_a_modem


def pdu(text: str, to: str = RESIDENT) -> Submit:
    (made,) = encode(to, text, report=False)
    return made


def texts(rig: Rig, number: str = RESIDENT) -> list[str]:
    return [sms.text for sms in rig.network.phone(number).inbox]


async def send(rig: Rig, text: str, *, urgent: bool = True) -> int:
    return await rig.modem.send(RESIDENT, pdu(text), urgent=urgent)


def with_phone(network: Network, virtual: VirtualModem) -> None:
    network.phone(RESIDENT)


def test_a_letter_costs_one_command_and_returns_the_networks_reference() -> None:
    async def walk(rig: Rig) -> None:
        await rig.clock.sleep(1)
        mark = rig.mark()
        references = [await send(rig, f"ke-{at}") for at in range(20)]
        assert len(rig.commands(mark)) == 20
        assert len(set(references)) == 20
        await rig.clock.sleep(1)
        assert texts(rig) == [f"ke-{at}" for at in range(20)]

    on_a_modem(walk, prepare=with_phone)


def test_200_sends_under_three_hostile_readers_are_all_whole() -> None:
    def prepare(network: Network, virtual: VirtualModem) -> None:
        with_phone(network, virtual)
        virtual.pace.answer_s = virtual.pace.prompt_s = 0.005

    async def walk(rig: Rig) -> None:
        asked = 0

        async def hostile() -> None:
            nonlocal asked
            while True:
                await rig.modem.look()  # AT+CREG? and AT+CSQ
                asked += 1

        readers = [asyncio.ensure_future(hostile()) for _ in range(3)]
        try:
            for at in range(200):
                await send(rig, f"nomor {at}")
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)
        await rig.clock.sleep(5)
        assert texts(rig) == [f"nomor {at}" for at in range(200)]
        assert asked >= 150, "one between any two sends"

    on_a_modem(walk, prepare=prepare)


@pytest.mark.parametrize("fault", ["late_prompt", "no_prompt"])
def test_after_a_late_prompt_the_letter_is_busy_and_the_next_one_goes(fault: str) -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault(fault)
        with pytest.raises(ModemBusy):
            await send(rig, "pertama")
        await send(rig, "kedua")
        await rig.clock.sleep(20)
        assert texts(rig) == ["kedua"]
        assert rig.modem.state is State.READY

    on_a_modem(walk, prepare=with_phone)


def test_a_late_answer_is_never_taken_for_anothers() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("late_answer")  # of AT+CREG?, 8 s late
        with pytest.raises(ModemBusy):
            await rig.modem.look()
        for _ in range(3):
            await rig.modem.look()
            assert rig.modem.signal == 21
        await send(rig, "tetap selaras")
        assert rig.modem.state is State.READY
        await rig.clock.sleep(20)
        assert texts(rig) == ["tetap selaras"]

    on_a_modem(walk, prepare=with_phone)


@pytest.mark.parametrize(
    "error", ["cms_500_at_pdu", "cms_515_at_pdu", "cms_500_at_prompt", "cms_515_at_prompt", "cme_14"]
)
def test_a_modem_busy_with_itself_is_asked_again_with_the_whole_submit(error: str) -> None:
    async def walk(rig: Rig) -> None:
        await rig.clock.sleep(1)
        mark = rig.mark()
        rig.virtual.fault(error)
        await send(rig, "diulang")
        await rig.clock.sleep(1)
        assert texts(rig) == ["diulang"]
        said = [str(event.fields["text"]) for event in rig.network.log.after(mark) if event.kind == "at_in"]
        bodies = [at for at, text in enumerate(said) if not text.startswith("AT")]
        assert all(said[at - 1].startswith("AT+CMGS=") for at in bodies), "never the bare PDU"

    on_a_modem(walk, prepare=with_phone)


def test_a_modem_that_stays_busy_is_given_up_after_a_bounded_number_of_tries() -> None:
    async def walk(rig: Rig) -> None:
        await rig.clock.sleep(1)
        mark = rig.mark()
        rig.virtual.fault("cms_515_at_pdu", for_s=600)
        begun = rig.clock.monotonic()
        with pytest.raises(ModemBusy):
            await send(rig, "sia-sia")
        assert rig.clock.monotonic() - begun < 10
        assert len([command for command in rig.commands(mark) if "CMGS" in command]) == 3

    on_a_modem(walk, prepare=with_phone)


@pytest.mark.parametrize(
    ("error", "meaning"), [("cms_38", ModemBusy), ("cms_1", ModemRefused), ("cms_332", ModemDoubtful)]
)
def test_an_error_after_the_pdu_says_whether_trying_again_helps(error: str, meaning: type[Exception]) -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault(f"{error}_at_pdu")
        with pytest.raises(meaning):
            await send(rig, "gagal")

    on_a_modem(walk, prepare=with_phone)


def test_a_submit_without_an_answer_is_doubtful_and_the_line_is_in_step_afterwards() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("lost_submit_answer")
        with pytest.raises(ModemDoubtful):
            await send(rig, "entah")
        await send(rig, "pasti")
        await rig.clock.sleep(1)
        assert texts(rig) == ["entah", "pasti"]

    on_a_modem(walk, prepare=with_phone)


def test_a_modem_that_falls_silent_for_good_after_the_pdu_leaves_a_doubt() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.pace.answer_s = 2.0
        sending = asyncio.ensure_future(send(rig, "entah"))
        await rig.clock.sleep(1.0)  # the prompt is past, the answer is not
        rig.virtual.fault("hang")
        with pytest.raises(ModemDoubtful):
            await sending

    on_a_modem(walk, prepare=with_phone)


def test_an_answer_just_after_the_limit_is_still_the_submits_own() -> None:
    async def walk(rig: Rig) -> None:
        session = rig.modem._duties.session  # type: ignore[union-attr]
        session.profile = replace(session.profile, submit_s=7.0)
        rig.virtual.fault("late_submit_answer")  # 8 s
        reference = await send(rig, "lambat")
        await send(rig, "berikut")
        await rig.clock.sleep(20)
        assert reference == 1
        assert texts(rig) == ["lambat", "berikut"]

    on_a_modem(walk, prepare=with_phone)


def test_a_port_lost_after_the_pdu_is_doubtful_and_before_it_busy() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.pace.answer_s = 2.0
        sending = asyncio.ensure_future(send(rig, "tercabut"))
        await rig.clock.sleep(1.0)  # the prompt is past, the answer is not
        rig.virtual.unplug()
        begun = rig.clock.monotonic()
        with pytest.raises(ModemDoubtful):
            await sending
        assert rig.clock.monotonic() == begun, "whoever waits is told at once"
        with pytest.raises(ModemBusy):
            await send(rig, "tidak ada")

    on_a_modem(walk, prepare=with_phone)


@pytest.mark.parametrize(
    "number",
    [
        "+62812;ATD113",
        "+62812\rATD113;",
        "ATD113;",
        "",
        "12",
        "+" + "1" * 16,
        "08 12",
        "*123#",
        "+62812\x1a",
        "٠٨١٢٣٤٥",
    ],
)
def test_what_is_not_a_number_is_refused_before_the_port(number: str) -> None:
    async def walk(rig: Rig) -> None:
        await rig.clock.sleep(1)
        mark = rig.mark()
        with pytest.raises(ModemRefused):
            await rig.modem.send(number, pdu("x"), urgent=True)
        with pytest.raises(ModemRefused):
            await rig.modem.call(number, ring_s=5, talk_s=0, urgency=0, since=0, started=nothing)
        with pytest.raises(ModemRefused):
            await rig.modem.keys("1;ATH\r")
        assert rig.commands(mark) == []

    on_a_modem(walk, prepare=with_phone)


@pytest.mark.parametrize("tpdu", ["", "00", "0123\x1aAT", "ZZ" * 12, "0011000C9126183254769800000100"])
def test_a_pdu_that_is_broken_or_goes_elsewhere_is_refused_before_the_port(tpdu: str) -> None:
    async def walk(rig: Rig) -> None:
        await rig.clock.sleep(1)
        mark = rig.mark()
        with pytest.raises(ModemRefused):
            await rig.modem.send(RESIDENT, Submit(tpdu_hex=tpdu, length=len(tpdu) // 2), urgent=True)
        with pytest.raises(ModemRefused):
            await rig.modem.send(RESIDENT, pdu("x", "+6281200000009"), urgent=True)
        assert rig.commands(mark) == []

    on_a_modem(walk, prepare=with_phone)


def test_an_urgent_letter_waits_only_for_the_one_on_the_air() -> None:
    def prepare(network: Network, virtual: VirtualModem) -> None:
        with_phone(network, virtual)
        network.settings.air_s = 3.0

    async def walk(rig: Rig) -> None:
        done: list[str] = []

        async def one(text: str, *, urgent: bool) -> None:
            await send(rig, text, urgent=urgent)
            done.append(text)

        bulk = [asyncio.ensure_future(one(f"massal {at}", urgent=False)) for at in range(8)]
        await rig.clock.sleep(0.1)
        await one("TOLONG", urgent=True)
        assert len(done) <= 2
        await asyncio.gather(*bulk)

    on_a_modem(walk, prepare=prepare)


def test_before_it_is_ready_and_after_it_is_gone_a_letter_is_busy() -> None:
    async def walk(rig: Rig) -> None:
        with pytest.raises(ModemBusy):
            await send(rig, "terlalu dini")

    on_a_modem(walk, prepare=with_phone, until_ready=False)


def test_a_modem_that_started_anew_is_not_handed_a_pdu_before_it_is_set_up_again() -> None:
    async def walk(rig: Rig) -> None:
        await rig.clock.sleep(1)
        rig.virtual.session.echo = True
        rig.virtual.session.cmgf = 1
        with pytest.raises(ModemBusy):
            await send(rig, "mode teks")
        await rig.until(lambda: not rig.virtual.session.echo, within_s=20)
        await send(rig, "mode PDU")
        await rig.clock.sleep(1)
        assert texts(rig) == ["mode PDU"]

    on_a_modem(walk, prepare=with_phone)
