"""The parser: bytes in any pieces, events always the same; nothing raises."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from modem.at import LONGEST_LINE, Parser
from modem.codes import Code, Echo, Event, Final, Prompt, Stray, Text, Verdict, fields
from tests.fixtures.whole import examples

PDU = "06912618010000040D91261832547698F00000621112910000820DD427F3E93C82A4C126F4B904"
CMT = f"+CMT: ,32\r\n{PDU}\r\n"

PIECES = st.one_of(
    st.sampled_from(
        [
            "\r\nOK\r\n",
            "\r\nERROR\r\n",
            "\r\n+CMS ERROR: 500\r\n",
            '\r\n+CMTI: "SM",3\r\n',
            "\r\nRING\r\n",
            '\r\n+CLIP: "+6281234567890",145,"",0,"",0\r\n',
            "\r\n+CSQ: 21,99\r\n",
            f"\r\n{CMT}",
            f"\r\n+CMGL: 1,0,,32\r\n{PDU}\r\n",
            '\r\n+CUSD: 0,"Sisa pulsa\r\nRp 12.500",15\r\n',
            "\r\n> ",
            "\r\r\n+RXDTMF: 1\r\n",
            "AT+CSQ\r",
            "NO CARRIER\r\n",
        ]
    ).map(str.encode),
    st.binary(max_size=20),
)


def expecting(**how: object) -> Parser:
    parser = Parser()
    parser.expect("AT+CSQ", prefixes=("+CSQ:",), **how)  # type: ignore[arg-type]
    return parser


def all_at_once(data: bytes, **how: object) -> list[Event]:
    return expecting(**how).feed(data)


@settings(max_examples=examples(300), deadline=None)
@given(pieces=st.lists(PIECES, max_size=12), cuts=st.lists(st.integers(0, 400), max_size=20), data=st.data())
def test_the_same_bytes_give_the_same_events_however_they_are_cut(
    pieces: list[bytes], cuts: list[int], data: st.DataObject
) -> None:
    whole = b"".join(pieces)
    how = {name: data.draw(st.booleans(), label=name) for name in ("free", "dial", "prompt")}
    edges = sorted({min(cut, len(whole)) for cut in cuts} | {0, len(whole)})
    cut_up = expecting(**how)
    found = [event for a, b in itertools.pairwise(edges) for event in cut_up.feed(whole[a:b])]
    assert found == all_at_once(whole, **how)
    byte_by_byte = expecting(**how)
    assert [event for at in range(len(whole)) for event in byte_by_byte.feed(whole[at : at + 1])] == found


@settings(max_examples=examples(300), deadline=None)
@given(noise=st.lists(st.binary(max_size=200), max_size=20))
def test_noise_never_raises_and_never_reads_as_an_answer_that_nobody_awaits(noise: list[bytes]) -> None:
    parser = Parser()
    for data in noise:
        for event in parser.feed(data):
            assert not isinstance(event, Final | Prompt | Text)


@settings(max_examples=examples(100), deadline=None)
@given(noise=st.binary(max_size=60).filter(lambda data: b"\r" not in data and b"\n" not in data))
def test_after_noise_the_next_line_is_read_as_ever(noise: bytes) -> None:
    parser = Parser()
    parser.feed(noise)
    assert Code("+CMTI", '"SM",3') in parser.feed(b'\r\n+CMTI: "SM",3\r\n')


def test_an_endless_line_is_given_up_and_what_follows_is_read() -> None:
    parser = expecting()
    events = parser.feed(b"x" * (3 * LONGEST_LINE) + b"\r\n+CSQ: 7,0\r\nOK\r\n")
    assert [event for event in events if not isinstance(event, Stray)] == [
        Text("+CSQ: 7,0"),
        Final(verdict=Verdict.OK, text="OK"),
    ]


def test_a_code_inside_an_answer_goes_to_its_own_reader() -> None:
    events = all_at_once(b'\r\n+CMTI: "SM",4\r\n\r\n+CSQ: 7,0\r\n\r\n+CLIP: "0812",129\r\n\r\nOK\r\n')
    assert events == [
        Code("+CMTI", '"SM",4'),
        Text("+CSQ: 7,0"),
        Code("+CLIP", '"0812",129'),
        Final(verdict=Verdict.OK, text="OK"),
    ]


def test_five_announcements_in_one_read_are_five_codes() -> None:
    data = b"".join(b'\r\n+CMTI: "SM",%d\r\n' % index for index in range(1, 6))
    assert Parser().feed(data) == [Code("+CMTI", f'"SM",{index}') for index in range(1, 6)]


def test_a_late_answer_without_a_command_is_stray() -> None:
    assert Parser().feed(b"\r\n+CMGS: 7\r\n\r\nOK\r\n")[-1] == Stray("OK")


def test_a_direct_letter_keeps_its_second_line_inside_another_answer() -> None:
    parser = Parser()
    parser.expect("AT+CMGL=4", prefixes=("+CMGL:",), free=True)
    events = parser.feed(f"+CMGL: 1,0,,32\r\n{CMT}{PDU}\r\nOK\r\n".encode())
    assert events == [
        Text("+CMGL: 1,0,,32"),
        Code("+CMT", ",32", PDU),
        Text(PDU),
        Final(verdict=Verdict.OK, text="OK"),
    ]


def test_the_answer_that_follows_a_lost_second_line_is_not_taken_for_it() -> None:
    parser = Parser()
    parser.expect("AT+CGSN", free=True)
    events = parser.feed(b"+CMT: ,32\r\n860000000000017\r\nOK\r\n")
    assert Text("860000000000017") in events
    assert Code("+CMT", ",32") in events


def test_a_damaged_second_line_still_belongs_to_its_letter() -> None:
    assert Parser().feed(b"+CDS: 30\r\n0791FFzz\r\n") == [Code("+CDS", "30", "0791FFzz")]


def test_registration_as_a_code_and_as_an_answer_are_told_apart_while_it_is_asked() -> None:
    parser = Parser()
    parser.expect("AT+CREG?", prefixes=("+CREG:",))
    events = parser.feed(b'+CREG: 2\r\n+CREG: 5,"00C3","A1B2",7\r\n+CREG: 2,1,"00C3","A1B2",7\r\nOK\r\n')
    assert events[:2] == [Code("+CREG", "2"), Code("+CREG", '5,"00C3","A1B2",7')]
    assert events[2] == Text('+CREG: 2,1,"00C3","A1B2",7')


def test_text_that_begins_like_a_final_result_ends_nothing() -> None:
    parser = Parser()
    parser.expect("ATI", free=True)
    events = parser.feed(b"OKE SIAP\r\nERROR-FREE MODEM\r\nOK\r\n")
    assert events[:2] == [Text("OKE SIAP"), Text("ERROR-FREE MODEM")]
    assert isinstance(events[2], Final)


def test_an_error_in_words_is_an_error() -> None:
    event = all_at_once(b"+CME ERROR: SIM not inserted\r\n")[0]
    assert isinstance(event, Final)
    assert (event.verdict, event.cme, event.cms) == (Verdict.ERROR, None, None)


def test_no_carrier_ends_a_dial_and_nothing_else() -> None:
    assert all_at_once(b"NO CARRIER\r\n") == [Code("NO CARRIER")]
    assert all_at_once(b"NO CARRIER\r\n", dial=True) == [Final(verdict=Verdict.NO_CARRIER, text="NO CARRIER")]


def test_a_credit_text_that_holds_ring_or_runs_over_lines_is_one_code() -> None:
    data = '+CUSD: 1,"PROMO SPRING\r\nRING\r\nOK\r\n1. Pulsa",15\r\n'
    assert Parser().feed(data.encode()) == [Code("+CUSD", '1,"PROMO SPRING\nRING\nOK\n1. Pulsa",15')]


def test_a_credit_text_whose_quote_is_lost_does_not_swallow_the_answer() -> None:
    events = all_at_once(b'+CUSD: 0,"Pulsa\r\n+CSQ: 7,0\r\nOK\r\n')
    assert isinstance(events[-1], Final)


def test_the_prompt_is_seen_only_where_one_is_awaited() -> None:
    assert all_at_once(b"\r\n> ", prompt=True) == [Prompt()]
    assert all_at_once(b"\r\n> \r\n") == [Stray(">")]


def test_an_echo_is_known_as_such() -> None:
    assert all_at_once(b"AT+CSQ\r\r\n+CSQ: 7,0\r\n")[:2] == [Echo("AT+CSQ"), Text("+CSQ: 7,0")]


def test_fields_keep_commas_within_quotes() -> None:
    assert fields('1,"a,b",,2') == ["1", "a,b", "", "2"]
