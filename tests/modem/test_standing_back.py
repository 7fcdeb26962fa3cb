"""A letter is seconds on the air: while a cry for help comes in, letters that have not begun stand back."""

from __future__ import annotations

import asyncio

from modem.air import STAND_BACK_S, Air, Radio
from modem.pdu import Submit, encode
from tests.modem.rig import NUMBER, RESIDENT, Rig, nothing, on_a_modem

SIREN = "+6281234567899"
AIR_S = 4.0
LETTERS = 6


def pdu(text: str) -> Submit:
    (made,) = encode(RESIDENT, text, report=False)
    return made


async def ring_the_siren(rig: Rig) -> None:
    await rig.modem.call(
        SIREN, ring_s=12, talk_s=0, urgency=0, since=0.0, started=nothing
    )  # fmt: skip


async def letters_one_after_the_other(rig: Rig, *, urgent: bool = False) -> None:
    """As an outbox does: the next is handed over when the last is gone."""
    for at in range(LETTERS):
        await rig.modem.send(RESIDENT, pdu(f"surat {at}"), urgent=urgent)


def test_the_siren_waits_for_the_letter_on_the_air_when_the_cry_came_and_for_no_other() -> None:
    async def walk(rig: Rig) -> None:
        rig.network.siren(SIREN, whitelist=[NUMBER])
        rig.network.settings.air_s = AIR_S
        sending = asyncio.ensure_future(letters_one_after_the_other(rig))
        await rig.clock.sleep(AIR_S + 1.0)
        rig.network.phone(RESIDENT).sms(NUMBER, "TOLONG RAMPOK")
        await rig.until(lambda: bool(rig.listener.letters))
        since = next(event.seq for event in rig.network.log if "+CMTI" in str(event.fields.get("text")))
        await ring_the_siren(rig)
        commands = [one for one in rig.commands(since) if one.startswith(("AT+CMGS", "ATD", "AT+CMGR"))]
        assert commands[:2] == ["AT+CMGR=1", f"ATD{SIREN};"]
        await sending
        assert len([one for one in rig.network.log.of("submit") if one.fields["from"] == NUMBER]) == LETTERS

    on_a_modem(walk, slow_s=0.3, cries=True)


def test_the_emergencys_own_letters_follow_its_siren_on_an_idle_modem() -> None:
    async def walk(rig: Rig) -> None:
        rig.network.siren(SIREN, whitelist=[NUMBER])
        rig.network.settings.air_s = AIR_S
        since = rig.mark()
        rig.modem.cried()
        letter = asyncio.ensure_future(rig.modem.send(RESIDENT, pdu("dicatat"), urgent=True))
        await rig.clock.sleep(0.05)
        await ring_the_siren(rig)
        await letter
        commands = [one for one in rig.commands(since) if one.startswith(("AT+CMGS", "ATD"))]
        assert commands[0] == f"ATD{SIREN};"
        assert len(commands) == 2

    on_a_modem(walk)


def test_letters_go_on_soon_when_no_call_comes_of_a_cry() -> None:
    async def walk(rig: Rig) -> None:
        rig.modem.cried()
        begun = rig.clock.monotonic()
        await rig.modem.send(RESIDENT, pdu("biasa"), urgent=False)
        assert STAND_BACK_S <= rig.clock.monotonic() - begun < STAND_BACK_S + 0.1
        begun = rig.clock.monotonic()
        await rig.modem.send(RESIDENT, pdu("biasa"), urgent=False)
        assert rig.clock.monotonic() - begun < 0.1

    on_a_modem(walk)


def test_letters_wait_while_what_came_in_is_read_and_go_on_when_it_is_kept() -> None:
    async def walk(rig: Rig) -> None:
        rig.network.phone(RESIDENT).sms(NUMBER, "kapan KTP jadi?")
        await rig.clock.sleep(0.01)
        begun = rig.clock.monotonic()
        await rig.modem.send(RESIDENT, pdu("biasa"), urgent=False)
        assert rig.listener.letters
        assert 0.4 < rig.clock.monotonic() - begun < 1.0

    on_a_modem(walk, slow_s=0.5)


def test_letters_go_on_when_what_came_in_cannot_be_kept() -> None:
    async def walk(rig: Rig) -> None:
        rig.network.phone(RESIDENT).sms(NUMBER, "kapan KTP jadi?")
        await rig.clock.sleep(0.01)
        begun = rig.clock.monotonic()
        await rig.modem.send(RESIDENT, pdu("biasa"), urgent=True)
        assert rig.clock.monotonic() - begun < 1.0
        assert not rig.listener.letters

    on_a_modem(walk, failing=1)


def test_a_letter_that_waits_for_the_wire_gives_the_radio_back() -> None:
    async def main() -> None:
        radio, tries = Radio(), 0

        async def work() -> str:
            nonlocal tries
            tries += 1
            if tries == 1:
                radio.reading(True)  # announced while the letter waited for the wire
                asyncio.get_running_loop().call_soon(radio.reading, False)
            radio.letters_may()
            return "sent"

        assert await radio.lend(Air.LETTER, work) == "sent"
        assert tries == 2
        assert radio.taken_by is None

    asyncio.run(main())
