"""Calls that come in and are answered: none that rang is lost, whoever hangs up when, and an emergency goes first."""

from __future__ import annotations

import asyncio

import pytest

from config.settings import ModemSettings
from modem.call import CallEnd, Outcome, Step, Track
from modem.codes import Code
from modem.pdu import encode
from modem.virtual.journal import Event
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.virtual.phone import Behaviour
from modem.voice import FRAME, FRAME_S, CallLine
from tests.modem.rig import NUMBER, RESIDENT, Rig, nothing, on_a_modem

OFFICER = "+6281300000001"
OTHER = "+6281200000002"
SIREN = "+6281400000001"
PROFILES = ["generic", "sim7600", "ec25", "huawei"]
ANSWERS = ModemSettings(name="one", port="modem1", number=NUMBER, audio="modem1-audio", answer=True)
SILENT = ModemSettings(name="one", port="modem1", number=NUMBER, audio="modem1-audio")
WORDS = bytes(range(256)) * 40
ON = {"sim7600": "AT+CPCMREG=1", "ec25": "AT+QPCMV=1,0", "huawei": "AT^DDSETEX=2"}


def world(network: Network, virtual: VirtualModem) -> None:
    network.settings.setup_s = 1.0
    for number in (OFFICER, OTHER, RESIDENT):
        network.phone(number)
    network.siren(SIREN, whitelist=[NUMBER])


class Menu:
    """A talk that says its words, then waits for the key 1. ``commits``: its turns that a store would have."""

    def __init__(self, rig: Rig, *, polite: bool = True) -> None:
        self._rig, self._polite = rig, polite
        self.commits = 0
        self.keys: list[str] = []
        self.ended = ""
        self.line: CallLine | None = None

    async def __call__(self, line: CallLine) -> None:
        self.line = line
        self.commits += 1
        try:
            await self._said(line)
            await self._pressed(line)
            self.ended = "itself"
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise

    async def _said(self, line: CallLine) -> None:
        assert line.audio is not None
        for at in range(0, len(WORDS), FRAME):
            line.audio.write(WORDS[at : at + FRAME])
            await self._rig.clock.sleep(FRAME_S)

    async def _pressed(self, line: CallLine) -> None:
        while "1" not in self.keys and not (self._polite and line.wanted.is_set()):
            try:
                async with self._rig.clock.timeout(0.2):
                    self.keys.append(await line.keys.get())
            except TimeoutError:
                continue


async def ring_siren(rig: Rig) -> CallEnd:
    return await rig.modem.call(SIREN, ring_s=12, urgency=0, since=0, started=nothing)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_caller_is_answered_hears_the_words_presses_a_key_and_is_no_missed_call(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        menu = rig.listener.talk = Menu(rig)
        mark = rig.mark()
        phone = rig.network.phone(RESIDENT)
        phone.call(NUMBER, ring_s=60)
        await rig.until(lambda: phone.talking, within_s=10)
        assert not rig.modem.calls_free
        await rig.clock.sleep(3)
        phone.press("51")
        await rig.until(lambda: not phone.engaged(), within_s=5)
        await rig.clock.sleep(20)
        assert menu.keys == ["5", "1"]
        assert phone.heard().strip(b"\0") == WORDS.strip(b"\0")
        assert (menu.commits, menu.ended) == (1, "itself")
        assert rig.listener.calls == []
        said = rig.commands(mark)
        assert said.index("ATA") < said.index(ON.get(profile, "ATA")) + 1
        assert rig.modem.calls_free
        assert not rig.virtual.engaged()
        assert (await ring_siren(rig)).outcome is Outcome.REJECTED

    on_a_modem(walk, profile=profile, prepare=world, settings=ANSWERS)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_caller_who_hangs_up_in_mid_word_ends_the_talk_and_leaves_the_line_free(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        menu = rig.listener.talk = Menu(rig)
        phone = rig.network.phone(RESIDENT)
        phone.call(NUMBER, ring_s=60)
        await rig.until(lambda: phone.talking, within_s=10)
        await rig.clock.sleep(0.3)
        phone.hangup()
        await rig.until(lambda: rig.modem.calls_free, within_s=5)
        await rig.clock.sleep(30)
        assert (menu.commits, menu.ended) == (1, "cancelled")
        assert rig.listener.calls == []
        assert (await ring_siren(rig)).outcome is Outcome.REJECTED

    on_a_modem(walk, profile=profile, prepare=world, settings=ANSWERS)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("rings_s", [0.0, 0.001, 0.003, 0.005, 0.007, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1])
def test_a_caller_gone_before_or_while_it_is_answered_is_served_or_kept_and_never_lost(
    profile: str, rings_s: float
) -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.pace.answer_s = 0.02
        menu = rig.listener.talk = Menu(rig)
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=rings_s)
        await rig.clock.sleep(5)
        rig.network.phone(RESIDENT).hangup()
        await rig.clock.sleep(40)
        assert menu.commits + len(rig.listener.calls) == 1
        assert rig.modem.calls_free
        assert (await ring_siren(rig)).outcome is Outcome.REJECTED

    on_a_modem(walk, profile=profile, prepare=world, settings=ANSWERS)


def test_a_line_that_does_not_answer_turns_callers_away_as_before() -> None:
    async def walk(rig: Rig) -> None:
        menu = rig.listener.talk = Menu(rig)
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=60)
        await rig.clock.sleep(6)
        assert menu.commits == 0
        assert [caller for caller, _ in rig.listener.calls] == [RESIDENT]
        assert "ATA" not in rig.commands()

    on_a_modem(walk, prepare=world, settings=SILENT)


def test_a_modem_without_its_voice_answers_nobody_and_keeps_the_call() -> None:
    async def walk(rig: Rig) -> None:
        menu = rig.listener.talk = Menu(rig)
        rig.virtual.jack.hangup("pulled out")
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=60)
        await rig.clock.sleep(6)
        assert menu.commits == 0
        assert [caller for caller, _ in rig.listener.calls] == [RESIDENT]

    settings = ModemSettings(name="one", port="modem1", number=NUMBER, audio="modem9-audio", answer=True)
    on_a_modem(walk, prepare=world, settings=settings, until_ready=False)


def test_a_second_caller_hears_engaged_and_a_second_ring_is_the_same_call() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("ring_clip_apart")
        menu = rig.listener.talk = Menu(rig)
        phone = rig.network.phone(RESIDENT)
        phone.call(NUMBER, ring_s=60)
        await rig.until(lambda: phone.talking, within_s=10)
        await rig.clock.sleep(2)
        other = rig.network.phone(OTHER).call(NUMBER, ring_s=60)
        await rig.clock.sleep(5)
        assert phone.talking, "the first is not disturbed"
        assert other.cause is not None
        phone.press("1")
        await rig.clock.sleep(30)
        assert menu.commits == 1
        assert rig.listener.calls == []

    on_a_modem(walk, prepare=world, settings=ANSWERS)


def test_a_talk_that_fails_is_kept_as_a_missed_call_and_the_modem_goes_on() -> None:
    async def walk(rig: Rig) -> None:
        async def broken(line: CallLine) -> None:
            raise ZeroDivisionError("ours")

        rig.listener.talk = broken
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=60)
        await rig.clock.sleep(10)
        assert [caller for caller, _ in rig.listener.calls] == [RESIDENT]
        assert not rig.network.phone(RESIDENT).engaged()
        rig.listener.talk = menu = Menu(rig)
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=60)
        await rig.until(lambda: menu.commits == 1, within_s=10)

    on_a_modem(walk, prepare=world, settings=ANSWERS)


def test_a_talk_that_cannot_even_be_made_is_kept_as_a_missed_call() -> None:
    async def walk(rig: Rig) -> None:
        rig.listener.talk = None
        rig.listener.unmade = True
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=60)
        await rig.clock.sleep(10)
        assert [caller for caller, _ in rig.listener.calls] == [RESIDENT]
        assert not rig.network.phone(RESIDENT).engaged()

    on_a_modem(walk, prepare=world, settings=ANSWERS)


def test_unplugged_in_the_middle_of_an_answered_call_the_modem_comes_back_and_answers_again() -> None:
    async def walk(rig: Rig) -> None:
        menu = rig.listener.talk = Menu(rig)
        phone = rig.network.phone(RESIDENT)
        phone.call(NUMBER, ring_s=60)
        await rig.until(lambda: phone.talking, within_s=10)
        rig.virtual.unplug()
        await rig.until(lambda: menu.ended == "cancelled" or not phone.engaged(), within_s=5)
        rig.virtual.plug()
        await rig.ready()
        phone.call(NUMBER, ring_s=60)
        await rig.until(lambda: menu.commits == 2, within_s=20)
        assert rig.listener.calls == [], "it was in the hands of its talk"

    on_a_modem(walk, profile="sim7600", prepare=world, settings=ANSWERS)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("polite", [True, False])
def test_a_siren_gets_the_line_from_a_caller_who_is_told(profile: str, polite: bool) -> None:
    async def walk(rig: Rig) -> None:
        menu = rig.listener.talk = Menu(rig, polite=polite)
        phone = rig.network.phone(RESIDENT)
        phone.call(NUMBER, ring_s=60)
        await rig.until(lambda: phone.talking, within_s=10)
        await rig.clock.sleep(5)
        assert rig.modem.line_free
        begun = rig.clock.monotonic()
        assert (await ring_siren(rig)).outcome is Outcome.REJECTED
        waited = rig.clock.monotonic() - begun
        assert waited < 12 if polite else 30 <= waited < 45
        assert menu.ended == ("itself" if polite else "cancelled")
        assert rig.listener.calls == []

    on_a_modem(walk, profile=profile, prepare=world, settings=ANSWERS)


@pytest.mark.parametrize("after_s", [0.0, 0.5, 0.99, 0.999, 1.0, 1.001, 1.01, 1.02, 1.05, 1.1])
@pytest.mark.parametrize("profile", PROFILES)
def test_a_siren_that_meets_a_caller_is_rung_and_the_caller_is_served_or_kept(profile: str, after_s: float) -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.pace.answer_s = 0.02
        menu = rig.listener.talk = Menu(rig)
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=60)  # it rings here after 1 s
        await rig.clock.sleep(after_s)
        begun = rig.clock.monotonic()
        assert (await ring_siren(rig)).outcome is Outcome.REJECTED
        assert rig.clock.monotonic() - begun < 15
        await rig.clock.sleep(60)
        if after_s >= 1:  # else ours was first, and the resident heard that we are engaged
            assert menu.commits + len(rig.listener.calls) == 1
        assert not rig.virtual.engaged()

    on_a_modem(walk, profile=profile, prepare=world, settings=ANSWERS)


def test_a_caller_during_a_call_of_ours_hears_engaged_and_the_officer_is_not_disturbed() -> None:
    async def walk(rig: Rig) -> None:
        menu = rig.listener.talk = Menu(rig)
        rig.network.phone(OFFICER).behave(Behaviour(answer_after_s=1))

        async def talk(line: CallLine) -> None:
            await rig.clock.sleep(10)

        calling = asyncio.ensure_future(
            rig.modem.call(OFFICER, ring_s=25, urgency=1, since=0, started=nothing, talk=talk, talk_s=60)
        )
        await rig.until(lambda: rig.network.phone(OFFICER).talking)
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=20)
        end = await calling
        assert (end.outcome, end.detail) == (Outcome.ANSWERED, "we hung up")
        assert menu.commits == 0

    on_a_modem(walk, prepare=world, settings=ANSWERS)


def test_a_caller_rings_until_the_letter_on_the_air_is_gone() -> None:
    def prepare(network: Network, virtual: VirtualModem) -> None:
        world(network, virtual)
        network.settings.air_s = 5.0

    async def walk(rig: Rig) -> None:
        menu = rig.listener.talk = Menu(rig)
        (pdu,) = encode(OTHER, "pengumuman", report=False)
        sending = asyncio.ensure_future(rig.modem.send(OTHER, pdu, urgent=False))
        phone = rig.network.phone(RESIDENT)
        phone.call(NUMBER, ring_s=60)
        await rig.clock.sleep(3)
        assert not phone.talking
        await sending
        await rig.until(lambda: menu.commits == 1, within_s=5)
        assert rig.listener.calls == []

    on_a_modem(walk, prepare=prepare, settings=ANSWERS)


def test_letters_wait_while_a_caller_talks_and_those_for_other_modems_are_given_back() -> None:
    async def walk(rig: Rig) -> None:
        rig.listener.talk = Menu(rig)
        phone = rig.network.phone(RESIDENT)
        phone.call(NUMBER, ring_s=60)
        await rig.until(lambda: phone.talking, within_s=10)
        (pdu,) = encode(OTHER, "pengumuman", report=False)
        sending = asyncio.ensure_future(rig.modem.send(OTHER, pdu, urgent=True))
        await rig.clock.sleep(10)
        assert not sending.done()
        assert not [each for each in rig.commands() if each.startswith("AT+CMGS")]
        phone.press("1")
        await asyncio.wait_for(sending, 20)

    on_a_modem(walk, prepare=world, settings=ANSWERS)


@pytest.mark.parametrize("late_s", [0.02, 0.5, 2.0])
def test_a_ring_that_is_told_late_is_no_second_call(late_s: float) -> None:
    async def walk(rig: Rig) -> None:
        menu = rig.listener.talk = Menu(rig)
        phone = rig.network.phone(RESIDENT)
        phone.call(NUMBER, ring_s=60)
        await rig.until(lambda: phone.talking, within_s=10)
        await rig.clock.sleep(late_s)
        rig.virtual.code("RING")
        rig.virtual.code(f'+CLIP: "{RESIDENT}",145')
        await rig.clock.sleep(5)
        assert phone.talking
        phone.press("1")
        await rig.clock.sleep(30)
        assert menu.commits == 1
        assert rig.listener.calls == []

    on_a_modem(walk, prepare=world, settings=ANSWERS)


def test_a_second_caller_whom_the_modem_lets_ring_is_kept_when_the_talk_is_over() -> None:
    async def walk(rig: Rig) -> None:
        menu = rig.listener.talk = Menu(rig)
        phone = rig.network.phone(RESIDENT)
        phone.call(NUMBER, ring_s=60)
        await rig.until(lambda: phone.talking, within_s=10)
        await rig.clock.sleep(6)
        rig.virtual.code("RING")
        rig.virtual.code(f'+CLIP: "{OTHER}",145')
        await rig.clock.sleep(5)
        assert phone.talking
        phone.press("1")
        await rig.clock.sleep(30)
        assert menu.commits == 1
        assert [caller for caller, _ in rig.listener.calls] == [OTHER]

    on_a_modem(walk, prepare=world, settings=ANSWERS)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_caller_gone_in_the_moment_of_the_answer_holds_the_line_no_longer(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        menu = rig.listener.talk = Menu(rig)
        phone = rig.network.phone(RESIDENT)

        def hang_up(event: Event) -> None:
            if event.kind == "answer":
                phone.hangup()

        rig.network.subscribe(hang_up)
        phone.call(NUMBER, ring_s=60)
        await rig.until(lambda: "ATA" in rig.commands(), within_s=10)
        await rig.clock.sleep(1.2)
        assert menu.commits + len(rig.listener.calls) == 1
        assert rig.modem.calls_free

    on_a_modem(walk, profile=profile, prepare=world, settings=ANSWERS)


@pytest.mark.parametrize(
    ("up", "over"),
    [
        ("+CLCC: 1,1,0,0,0", "+CLCC: 1,1,6,0,0"),
        ("^DSCI: 1,1,3,0", "^DSCI: 1,1,6,0"),
        ('+QIND: "ccinfo",1,1,0,0,0', '+QIND: "ccinfo",1,1,-1,0,0'),
        ("^CONN: 1,0", "^CEND: 1,5,104,16"),
        ("VOICE CALL: BEGIN", "VOICE CALL: END: 000004"),
        ("+CLCC: 1,1,0,0,0", "NO CARRIER"),
    ],
)
def test_the_steps_of_a_call_that_came_in_are_told_from_those_of_ours(up: str, over: str) -> None:
    track, ours = Track(outgoing=False), Track()
    for line, step in ((up, Step.ACTIVE), (over, Step.ENDED)):
        name, _, rest = line.partition(":")
        assert track.hear(Code(name, rest.strip()))
        assert track.step is step
        tells_which = name in ("+CLCC", "^DSCI", "+QIND")
        assert ours.hear(Code(name, rest.strip())) != tells_which


@pytest.mark.parametrize("profile", PROFILES)
def test_a_call_that_was_left_over_and_will_not_end_is_ended_by_a_restart(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        rig.listener.talk = Menu(rig)
        phone = rig.network.phone(RESIDENT)
        phone.call(NUMBER, ring_s=60)
        await rig.until(lambda: phone.talking, within_s=10)
        rig.virtual.fault("stuck_call")
        rig.virtual.fault("eio")
        await rig.until(lambda: not phone.engaged(), within_s=120)
        rig.virtual.heal()
        await rig.ready()
        assert (await ring_siren(rig)).outcome is Outcome.REJECTED

    on_a_modem(walk, profile=profile, prepare=world, settings=ANSWERS)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_line_that_drops_in_mid_talk_leaves_nobody_on_it_once_it_is_back(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        rig.listener.talk = Menu(rig)
        phone = rig.network.phone(RESIDENT)
        phone.call(NUMBER, ring_s=60)
        await rig.until(lambda: phone.talking, within_s=10)
        await rig.clock.sleep(1)
        rig.virtual.fault("eio")
        await rig.until(lambda: not phone.engaged(), within_s=30)
        assert (await ring_siren(rig)).outcome is Outcome.REJECTED

    on_a_modem(walk, profile=profile, prepare=world, settings=ANSWERS)


@pytest.mark.parametrize("profile", ["generic", "sim800", *PROFILES[1:]])
def test_a_program_that_died_while_it_talked_leaves_nobody_on_the_line(profile: str) -> None:
    def left_over(network: Network, virtual: VirtualModem) -> None:
        world(network, virtual)
        network.settings.setup_s = 0.0
        network.phone(RESIDENT).call(NUMBER, ring_s=60)

    async def walk(rig: Rig) -> None:
        phone = rig.network.phone(RESIDENT)
        await rig.until(lambda: rig.virtual.line.call is not None)
        rig.virtual.line.answer()
        assert phone.talking
        await rig.until(lambda: rig.modem.well)
        await rig.until(lambda: not phone.engaged(), within_s=30)
        assert (await ring_siren(rig)).outcome is Outcome.REJECTED

    settings = ModemSettings(name="one", port="modem1", number=NUMBER)
    on_a_modem(walk, profile=profile, prepare=left_over, settings=settings, until_ready=False)
