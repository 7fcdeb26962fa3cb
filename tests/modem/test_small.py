"""The small pure pieces of the driver."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.air import FOLLOW_S, Air, Radio
from modem.call import Listed, Outcome, Step, Track, outcome_of, parse_listed, tone_in
from modem.codes import Code, Final, Verdict
from modem.errors import ModemRefused
from modem.number import diallable, key_tones, ussd_code
from modem.profile import GENERIC, PROFILES, profile_for
from modem.ringing import caller_in
from modem.stored import listed, one
from modem.turns import Turn, Turns
from modem.ussd import packed, readable, unpacked

PDU = "06912618010000040D91261832547698F00000621112910000820DD427F3E93C82A4C126F4B904"


# -- numbers


@given(st.text())
def test_no_text_that_passes_as_a_number_can_end_a_command(text: str) -> None:
    try:
        assert set(diallable(text)) <= set("+0123456789")
    except ModemRefused:
        return


@given(st.text())
def test_no_text_that_passes_as_a_code_or_as_keys_can_end_a_command(text: str) -> None:
    for check, allowed in ((ussd_code, "*#0123456789"), (key_tones, "*#0123456789ABCD")):
        try:
            assert set(check(text)) <= set(allowed)
        except ModemRefused:
            continue


# -- stored letters


def test_a_list_with_a_code_between_header_and_pdu_is_read() -> None:
    entries, doubtful = listed("SM", ["+CMGL: 1,0,,32", PDU, "+CMGL: 4,1,,32", PDU])
    assert [(entry.index, entry.pdu, entry.whole) for entry in entries] == [(1, PDU, True), (4, PDU, True)]
    assert doubtful == []


def test_entries_that_are_short_out_of_order_or_twice_are_read_again_alone() -> None:
    lines = ["+CMGL: 3,0,,32", PDU, "+CMGL: 1,0,,32", PDU, "+CMGL: 5,0,,32", PDU[:-2], "+CMGL: 5,0,,32", PDU]
    entries, doubtful = listed("SM", lines)
    assert [entry.index for entry in entries] == [3, 5]
    assert doubtful == [1, 5]


def test_drafts_are_nobodys_letters() -> None:
    assert listed("SM", ["+CMGL: 1,2,,32", PDU, "+CMGL: 2,3,,32", PDU]) == ([], [])
    assert one("SM", 1, ["+CMGR: 2,,32", PDU]) is None


def test_an_empty_slot_holds_nothing() -> None:
    assert one("SM", 1, []) is None
    assert one("SM", 1, ["+CMGR: 0,,0"]) is None


def test_a_letter_whose_header_is_damaged_is_not_whole_and_not_lost() -> None:
    entry = one("SM", 1, ["+CMGR: 0,,3", PDU])
    assert entry is not None
    assert (entry.pdu, entry.whole) == (PDU, False)


@given(st.lists(st.one_of(st.text(max_size=40), st.sampled_from(["+CMGL: 1,0,,32", PDU, "+CMGL: 2,0,,3"]))))
def test_no_list_of_lines_raises(lines: list[str]) -> None:
    listed("SM", lines)
    one("SM", 1, lines)


# -- calls


@pytest.mark.parametrize(
    ("rest", "call"),
    [
        ('1,0,3,0,0,"+62812",145', Listed(id=1, outgoing=True, state=3, voice=True, number="+62812")),
        ('1,0,3,0,0,"+62812",145,""', Listed(id=1, outgoing=True, state=3, voice=True, number="+62812")),
        ('2,1,4,0,0,"",128', Listed(id=2, outgoing=False, state=4, voice=True, number="")),
        ('1,1,0,1,0,"",128', Listed(id=1, outgoing=False, state=0, voice=False, number="")),
        ("1,0", None),
        ("x,0,3,0", None),
    ],
)
def test_listed_calls_are_read_with_and_without_their_last_fields(rest: str, call: Listed | None) -> None:
    assert parse_listed(rest) == call


@pytest.mark.parametrize(
    ("codes", "outcome"),
    [
        ("^ORIG:1,0|^CONF:1|^CEND:1,0,29,16", Outcome.REJECTED),
        ("^ORIG:1,0|^CONF:1|^CONN:1,0|^CEND: 1, 12, 29", Outcome.ANSWERED),
        ("^ORIG:1,0|^CEND:1,0,104,17|BUSY", Outcome.BUSY),
        ("^ORIG:1,0|^CEND:1,0,104,34", Outcome.NO_NETWORK),
        ("^CONF:1|^CEND:1,0,29,19", Outcome.RANG),
        ("+CLCC: 1,0,2,0,0|+CLCC: 1,0,3,0,0|VOICE CALL: END: 000000|+CLCC: 1,0,6,0,0|NO CARRIER", Outcome.REJECTED),
        ("+CLCC: 1,0,3,0,0|VOICE CALL: BEGIN|VOICE CALL: END: 000004|NO CARRIER", Outcome.ANSWERED),
        ("MO RING|MO CONNECTED|NO CARRIER", Outcome.ANSWERED),
        ("MO RING|NO ANSWER", Outcome.RANG),
        ('+QIND: "ccinfo",2,0,3,0,0,"0812",129|+QIND: "ccinfo",2,0,-1,0,0,"0812",129|BUSY', Outcome.REJECTED),
        ("^DSCI: 2,0,7,0,+62,145|^DSCI: 2,0,6,0,+62,145|NO CARRIER", Outcome.REJECTED),
        ("NO CARRIER", Outcome.UNREACHABLE),
        ("NO DIALTONE", Outcome.NO_NETWORK),
        ("BUSY", Outcome.BUSY),
    ],
)
def test_the_codes_of_every_dialect_tell_how_a_call_ended(codes: str, outcome: Outcome) -> None:
    track = Track()
    for text in codes.split("|"):
        name, _, rest = text.partition(":")
        assert track.hear(Code(name, rest.strip())), text
    assert track.step is Step.ENDED
    assert outcome_of(track) is outcome


def test_somebody_elses_call_is_not_ours() -> None:
    track = Track()
    for name, rest in (
        ("+CLCC", '2,1,4,0,0,"0812",129'),
        ("+CLCC", '1,0,0,1,0,"",128'),
        ("^DSCI", "2,1,4,0,0812,129"),
        ("+QIND", '"ccinfo",2,1,4,0,0,"0812",129'),
        ("+QIND", '"csq",21,99'),
    ):
        assert not track.hear(Code(name, rest))
    track.list([Listed(id=2, outgoing=False, state=4, voice=True, number="")])
    assert track.step is Step.DIALLING


def test_a_call_missing_from_one_list_is_not_over_yet() -> None:
    track = Track()
    track.list([Listed(id=1, outgoing=True, state=3, voice=True, number="")])
    track.list([])
    assert track.step < Step.ENDED
    track.list([])
    assert track.step is Step.ENDED


def test_a_dial_that_fails_ends_the_call() -> None:
    track = Track()
    track.dialled(Final(verdict=Verdict.BUSY, text="BUSY"))
    assert outcome_of(track) is Outcome.BUSY


@pytest.mark.parametrize(
    ("code", "key"),
    [
        (Code("+DTMF", "1"), "1"),
        (Code("+RXDTMF", "#"), "#"),
        (Code("^DDTMF", "0"), "0"),
        (Code("+QTONEDET", "49"), "1"),
        (Code("+QTONEDET", "35"), "#"),
        (Code("+QTONEDET", "7"), None),
        (Code("+DTMF", "12"), None),
        (Code("+DTMF", "x"), None),
        (Code("+CSQ", "1"), None),
    ],
)
def test_tones_are_read_in_every_dialect(code: Code, key: str | None) -> None:
    assert tone_in(code) == key


@pytest.mark.parametrize(
    ("rest", "caller"),
    [
        ('"+6281234567890",145', "+6281234567890"),
        ('"6281234567890",145', "+6281234567890"),
        ('"081234567890",129,"",,"",0', "081234567890"),
        ('"",128,"",0,"",1', None),
        ("", None),
        ('"TELKOMSEL",208', None),
    ],
)
def test_a_caller_is_read_as_the_network_gave_it(rest: str, caller: str | None) -> None:
    assert caller_in(Code("+CLIP", rest)) == caller


# -- USSD


@pytest.mark.parametrize(("text", "hexed"), [("*100#", "AA180C3602"), ("*888#", "2A1C0E3702")])
def test_codes_are_packed_as_a_huawei_wants_them(text: str, hexed: str) -> None:
    assert packed(text) == hexed


@given(st.text("*#0123456789", min_size=2, max_size=24))
def test_what_is_packed_is_unpacked(text: str) -> None:
    assert unpacked(bytes.fromhex(packed(text))) == text


@pytest.mark.parametrize(
    ("text", "dcs", "read"),
    [
        ("Sisa pulsa Rp 12.500", 15, "Sisa pulsa Rp 12.500"),
        ("00500075006C00730061", 72, "Pulsa"),
        ("00500075006C00730061", 15, "Pulsa"),
        (packed("Pulsa Anda Rp 12"), 15, "Pulsa Anda Rp 12"),
        ("12500", 15, "12500"),
        ("", None, ""),
    ],
)
def test_a_credit_text_is_read_whatever_its_scheme_claims(text: str, dcs: int | None, read: str) -> None:
    assert readable(text, dcs) == read


@given(st.text(), st.one_of(st.none(), st.integers(0, 255)))
def test_reading_a_credit_text_never_raises(text: str, dcs: int | None) -> None:
    readable(text, dcs)


# -- profiles


@pytest.mark.parametrize(
    ("vendor", "model", "name"),
    [
        ("SIMCOM_Ltd", "SIMCOM_SIM800L", "sim800"),
        ("SIMCOM INCORPORATED", "SIMCOM_SIM7600E-H", "sim7600"),
        ("Quectel", "EC25", "ec25"),
        ("huawei", "E173", "huawei"),
        ("", "", "generic"),
        ("Wavecom", "FASTRACK", "generic"),
    ],
)
def test_a_profile_is_found_by_what_the_modem_says(vendor: str, model: str, name: str) -> None:
    assert profile_for(vendor, model).name == name


def test_every_profile_is_complete() -> None:
    assert GENERIC in PROFILES.values()
    for name, profile in PROFILES.items():
        assert profile.name == name
        assert profile.stores
        assert profile.submit_s >= 60
        assert "1" in profile.tone.format(key="1", call=1)


# -- queues


async def test_the_wire_goes_to_the_most_urgent_and_then_to_the_first() -> None:
    turns = Turns()
    order: list[str] = []

    async def take(name: str, rank: Turn) -> None:
        await turns.take(rank)
        order.append(name)
        turns.give()

    await turns.take(Turn.SUBMIT)
    waiting = [
        asyncio.ensure_future(take(name, rank))
        for name, rank in (("a", Turn.TELEMETRY), ("b", Turn.INBOUND), ("c", Turn.INBOUND), ("d", Turn.CALL))
    ]
    await asyncio.sleep(0)
    turns.give()
    await asyncio.gather(*waiting)
    assert order == ["d", "b", "c", "a"]
    assert not turns.taken


async def test_a_waiter_that_is_cancelled_as_it_is_given_the_wire_hands_it_on() -> None:
    turns = Turns()
    await turns.take(Turn.SUBMIT)
    first = asyncio.ensure_future(turns.take(Turn.CALL))
    second = asyncio.ensure_future(turns.take(Turn.INBOUND))
    await asyncio.sleep(0)
    turns.give()
    first.cancel()
    await asyncio.wait_for(second, 1)
    assert first.cancelled()


async def test_the_radio_goes_to_sirens_first_and_to_a_started_letter_before_a_new_one() -> None:
    radio = Radio()
    order: list[Air] = []

    async def use(want: Air) -> None:
        async with radio.use(want):
            order.append(want)

    async with radio.use(Air.LETTER):
        waiting = [asyncio.ensure_future(use(want)) for want in reversed(Air)]
        await asyncio.sleep(0)
        assert radio.call_wanted
    await asyncio.gather(*waiting)
    assert order == list(Air)
    assert radio.taken_by is None


async def test_the_second_letter_of_an_emergency_goes_before_the_officers_call_though_it_is_handed_over_late() -> None:
    radio, order = Radio(), list[str]()

    async def use(want: Air, name: str) -> None:
        async with radio.use(want):
            order.append(name)

    async with radio.use(Air.SIREN):
        first = asyncio.ensure_future(use(Air.EMERGENCY_LETTER, "offer"))
        call = asyncio.ensure_future(use(Air.OFFICER, "officer"))
        await asyncio.sleep(0)
    await first
    for name in ("kept", "third"):  # as an outbox does: the next is handed over when the last is settled
        await asyncio.sleep(0.02)
        await use(Air.EMERGENCY_LETTER, name)
    await call
    assert order == ["offer", "kept", "officer", "third"]
    assert radio.taken_by is None


async def test_a_call_waits_for_no_letter_that_does_not_come() -> None:
    radio = Radio()
    await _use(radio, Air.EMERGENCY_LETTER)
    await asyncio.wait_for(_use(radio, Air.SIREN), 0.1)
    await _use(radio, Air.EMERGENCY_LETTER)
    await asyncio.wait_for(_use(radio, Air.OFFICER), 2 * FOLLOW_S)


async def test_a_cancelled_wish_for_the_radio_blocks_nobody() -> None:
    radio = Radio()
    async with radio.use(Air.LETTER):
        first = asyncio.ensure_future(_use(radio, Air.SIREN))
        second = asyncio.ensure_future(_use(radio, Air.LETTER))
        await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait_for(second, 1)
    assert radio.taken_by is None


async def _use(radio: Radio, want: Air) -> None:
    async with radio.use(want):
        await asyncio.sleep(0)
