"""Every fault of the virtual modem, at random bytes, in seeded runs: no letter and no call is lost, and it recovers."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from config.settings import ModemSettings
from modem.call import CallEnd, Outcome
from modem.driver import ModemBusy, ModemDoubtful
from modem.pdu import encode
from modem.virtual.dialect import AudioSwitch
from modem.virtual.faultlist import FAULTS
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.virtual.phone import Behaviour
from modem.voice import FRAME, CallLine, Talk
from tests.modem.rig import NUMBER, RESIDENT, Rig, nothing, on_a_modem

SIREN = "+6281400000001"
OFFICER = "+6281300000001"
CALLER = "+6281200000002"
PROFILES = ("generic", "sim800", "sim7600", "ec25", "huawei")
SEEDS = 60
FAULTS_A_RUN = 6
NEEDS_HANDS = frozenset({"hang", "cmgl_hang"})  # only a power cut cures these: a person's part, played at the end


def prepare(network: Network, virtual: VirtualModem) -> None:
    network.settings.retry_s = 10.0
    network.settings.setup_s = 1.0
    network.settings.boot_s = 5.0
    virtual.pace.answer_s = virtual.pace.prompt_s = 0.02
    network.phone(RESIDENT)
    network.siren(SIREN, whitelist=[NUMBER])


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_goes_wrong_on_the_wire_no_letter_is_lost(seed: int) -> None:
    random = Random(seed)

    async def walk(rig: Rig) -> None:
        sent_in: list[str] = []
        sent_out: dict[str, str] = {}  # text → how the driver said it went

        async def send(text: str) -> None:
            (pdu,) = encode(RESIDENT, text, report=False)
            try:
                await rig.modem.send(RESIDENT, pdu, urgent=random.random() < 0.5)
                sent_out[text] = "sent"
            except ModemBusy:
                sent_out[text] = "busy"
            except ModemDoubtful:
                sent_out[text] = "doubtful"

        sending: list[asyncio.Task[None]] = []
        for step in range(FAULTS_A_RUN):
            name = random.choice(sorted(FAULTS))
            at_byte = random.randrange(200) if random.random() < 0.6 else None
            rig.virtual.fault(name, at_byte=at_byte, for_s=random.choice((None, 0.5, 5.0, 40.0)))
            for each in range(random.randrange(1, 5)):
                text = f"masuk {step}.{each}"
                sent_in.append(text)
                rig.network.phone("+6281200000002").sms(NUMBER, text)
                sending.append(asyncio.ensure_future(send(f"keluar {step}.{each}")))
            await rig.clock.sleep(random.uniform(0, 60))
        rig.virtual.heal()
        if not rig.virtual.plugged:
            rig.virtual.plug()
        if any(event.fields.get("name") in NEEDS_HANDS for event in rig.network.log.of("fault")):
            rig.virtual.unplug()
            rig.virtual.plug()
        await rig.ready(within_s=900)
        await rig.until(lambda: set(sent_in) <= set(rig.listener.texts()) and rig.stored() == 0, within_s=300)
        await asyncio.wait_for(asyncio.gather(*sending), 900)
        await rig.clock.sleep(30)

        arrived = [sms.text for sms in rig.network.phone(RESIDENT).inbox]
        for text, outcome in sent_out.items():
            if outcome == "sent":
                assert arrived.count(text) == 1, (text, arrived.count(text))
            elif outcome == "busy":
                assert text not in arrived, f"{text}: said busy, and yet it went"
        assert all(text in sent_out for text in arrived), "nothing arrives that was not sent whole"
        mark = rig.mark()
        rig.network.phone("+6281200000002").sms(NUMBER, "terakhir")
        await rig.until(lambda: "terakhir" in rig.listener.texts(), within_s=2)
        read = [command for command in rig.commands(mark) if command.startswith("AT+CMGR")]
        assert len(read) == 1, "and it is as quick as ever"
        rig.network.phone("+6281200000002").call(NUMBER, ring_s=30)
        await rig.until(lambda: "+6281200000002" in {caller for caller, _ in rig.listener.calls}, within_s=10)
        end = await rig.modem.call(SIREN, ring_s=12, talk_s=0, urgency=0, since=0, started=nothing)
        assert end.outcome is Outcome.REJECTED
        await rig.ready(within_s=60)

    on_a_modem(walk, profile=PROFILES[seed % len(PROFILES)], prepare=prepare)


class Talks:
    """Talks that count themselves, speak all the time, and take their time to end."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self.begun = self.ended = 0

    async def __call__(self, line: CallLine) -> None:
        self.begun += 1
        try:
            async with self._rig.clock.timeout(20):
                if line.player is not None:
                    await line.player.play(bytes(FRAME))
                while not line.wanted.is_set():
                    if line.audio is not None:
                        line.audio.write(bytes(FRAME))
                    await self._rig.clock.sleep(0.1)
        except TimeoutError:
            return
        finally:
            self.ended += 1
            await self._rig.clock.sleep(0.2)


@pytest.mark.parametrize("seed", range(SEEDS // 2))
def test_whatever_goes_wrong_every_call_ends_its_talk_and_every_caller_is_served_or_kept(seed: int) -> None:
    random = Random(1000 + seed)

    def world(network: Network, virtual: VirtualModem) -> None:
        prepare(network, virtual)
        network.phone(OFFICER).behave(Behaviour(answer_after_s=1, keys="1"))

    async def walk(rig: Rig) -> None:
        talks, visits = Talks(rig), Talks(rig)
        rig.listener.talk = visits
        caller = rig.network.phone(CALLER)
        calls: list[asyncio.Task[CallEnd]] = []

        def call(to: str, urgency: int, talk: Talk | None) -> None:
            work = rig.modem.call(
                to, ring_s=12, urgency=urgency, since=0, started=nothing, talk=talk, talk_s=random.choice((5, 60))
            )
            calls.append(asyncio.ensure_future(work))

        for _ in range(FAULTS_A_RUN):
            name = random.choice(sorted(FAULTS))
            at_byte = random.randrange(200) if random.random() < 0.6 else None
            rig.virtual.fault(name, at_byte=at_byte, for_s=random.choice((None, 0.5, 5.0, 40.0)))
            if random.random() < 0.3:
                rig.virtual.jack.hangup("pulled out")
            call(OFFICER, random.choice((1, 4, 5)), talks)
            if random.random() < 0.5:
                call(SIREN, 0, None)
            if not caller.engaged():
                caller.call(NUMBER, ring_s=random.choice((0.01, 5, 30)))
            await rig.clock.sleep(random.uniform(0, 60))
            if random.random() < 0.5:
                caller.hangup()
        rig.virtual.heal()
        if not rig.virtual.plugged:
            rig.virtual.plug()
        if any(event.fields.get("name") in NEEDS_HANDS for event in rig.network.log.of("fault")):
            rig.virtual.unplug()
            rig.virtual.plug()
        caller.hangup()
        await rig.until(lambda: rig.modem.well, within_s=900)
        ends = await asyncio.wait_for(asyncio.gather(*calls), 900)
        await rig.clock.sleep(60)
        assert all(end.answered for end in ends if end.outcome is Outcome.ANSWERED)
        assert all(end.answered or end.outcome is Outcome.FAILED for end in ends if end.lost)
        assert (talks.begun, visits.begun) == (talks.ended, visits.ended), "nothing is left talking"
        assert rig.modem.calls_free
        assert not rig.virtual.engaged()
        await rig.until(lambda: rig.modem.speaks or rig.virtual.dialect.audio is AudioSwitch.NONE, within_s=400)
        before = visits.begun + len(rig.listener.calls)
        caller.call(NUMBER, ring_s=30)
        await rig.until(lambda: visits.begun + len(rig.listener.calls) > before, within_s=10)
        end = await rig.modem.call(SIREN, ring_s=12, urgency=0, since=0, started=nothing)
        assert end.outcome is Outcome.REJECTED

    settings = ModemSettings(name="one", port="modem1", number=NUMBER, audio="modem1-audio", answer=True)
    profile = PROFILES[seed % len(PROFILES)]
    on_a_modem(walk, profile=profile, prepare=world, settings=settings, until_ready=False)
