"""What seven real programs asked of a modem, replayed: every command is answered as they needed it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from modem.virtual import Behaviour, tpdu
from tests.modem.virtual.client import PERSON, Bench, bench

DIALOGUES = Path(__file__).parents[1] / "dialogues"
LIST = DIALOGUES / "commands.txt"
FINAL = re.compile(r"^(OK|ERROR|NO CARRIER|BUSY|\+CM[ES] ERROR: .+|> ?)$", re.MULTILINE)
PROFILES = ("generic", "SIM800", "SIM7600", "EC25", "Huawei")
DIALECT = {"python-gsmmodem-new-huawei": "Huawei", "python-gsmmodem-new-sim800": "SIM800"}
STORED_BEFORE = {"gammu-getallsms": ("SM", "ME", "ME"), "gnokii": ("SM",), "smstools3": ("SM",)}
CMTI = re.compile(r'\+CMTI: "(\w+)"')
REFUSED = {("SIM800", "AT+CNMI=2,1,0,2\r")}  # a real one may refuse ds=2; the peer then asks for ds=1
DIALLED = ("+628123", "+62812", "08123")
STEP_S = 0.05


@dataclass(slots=True)
class Asked:
    """One thing that a peer typed, and what came until it typed again."""

    typed: str
    answers: list[str] = field(default_factory=list)


def read(path: Path) -> list[Asked]:
    asked: list[Asked] = [Asked("")]
    for line in path.read_text().splitlines():
        _, way, text = line.split(maxsplit=2)
        plain = text.replace("<CR>", "\r").replace("<LF>", "\n").replace("<ESC>", "\x1b").replace("<^Z>", "\x1a")
        if way == ">":
            asked.append(Asked(plain))
        else:
            asked[-1].answers += [part for part in re.split(r"[\r\n]+", plain) if part]
    return asked


def final(lines: list[str]) -> str | None:
    results = [line.strip() for line in lines if FINAL.match(line)]
    return results[0] if results else None


@pytest.mark.parametrize("path", sorted(set(DIALOGUES.glob("*.txt")) - {LIST}), ids=lambda p: p.stem)
def test_a_recorded_program_finds_in_the_virtual_modem_what_it_found_then(path: Path) -> None:
    async def walk(here: Bench) -> None:
        for number in DIALLED:
            here.network.phone(number).behave(Behaviour(answer_after_s=0))
        for memory in STORED_BEFORE.get(path.stem, ()):
            put(here, memory)
        for asked in read(path):
            answer = await here.client.raw(asked.typed, STEP_S)
            for line in asked.answers:
                if stored := CMTI.match(line):
                    put(here, stored[1])  # the recorded fake kept all in SM, whatever CPMS said
                elif line.startswith("+CMT:"):
                    here.modem.session.cnmi[1] = 2  # the recorded fake delivered at once, whatever CNMI said
                    here.person.sms(here.modem.number, "TOLONG")
                    answer += await here.client.hear()
            if (profile, asked.typed) not in REFUSED:
                compare(asked, [line for line in re.split(r"[\r\n]+", answer) if line])

    profile = DIALECT.get(path.stem, "generic")
    bench(walk, profile, echo=True)


def put(here: Bench, memory: str) -> None:
    """Into slot 1, where the recorded fake had it; some dialects count from 0."""
    stamp = here.network.smsc.stamp(here.clock.now())
    while here.modem.storage.get(memory, 1) is None:
        here.modem.inbound.put(tpdu.deliver(PERSON, stamp, tpdu.user_data("TOLONG rampok")[0]), memory)


def compare(asked: Asked, lines: list[str]) -> None:
    expected = final([line for line in asked.answers if not line.startswith("+CMT")])
    if expected is None:
        return  # an ESC, or only codes from the network
    found = final(lines)
    assert found is not None, f"{asked.typed!r} is not answered: {lines}"
    if expected in ("OK", ">"):
        assert found == expected, f"{asked.typed!r}: {lines}, where {asked.answers} was wanted"
        for line in asked.answers:
            prefix = re.match(r"\+[A-Z]+(?=:)", line)
            if prefix and not prefix[0].startswith("+CMT") and not asked.typed.strip().endswith("=?"):
                assert any(one.startswith(prefix[0]) for one in lines), f"{asked.typed!r}: no {prefix[0]} in {lines}"


def all_commands() -> list[str]:
    lines = LIST.read_text().splitlines()
    return [line.rpartition(" : ")[0] for line in lines if " : " in line]


def concrete(command: str) -> str:
    """The list's ``n`` and ``…`` stand for what differs from time to time."""
    if command.startswith("AT+CUSD="):
        return command.replace("…", "*888#")
    if command.startswith("ATD"):
        return "ATD+628123456789;"
    return command.replace("=n", "=11" if "CMGS" in command else "=1").replace("…", "176,12258,0,0,10")


def test_the_list_has_the_135_commands_of_seven_programs() -> None:
    assert len(all_commands()) == 135


@pytest.mark.parametrize("profile", PROFILES)
def test_every_command_of_the_seven_programs_is_answered(profile: str) -> None:
    async def walk(here: Bench) -> None:
        here.person.behave(Behaviour(answer_after_s=0))  # with AT+COLP=1 a dialled call is answered before its OK
        silent = []
        for command in all_commands():
            lines = await here.client.at(concrete(command))
            if final(lines) is None:
                silent.append(command)
            await here.client.raw("\x1b")  # out of a prompt, if it opened one
        assert silent == []

    bench(walk, profile)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_command_that_no_modem_knows_is_refused_and_not_met_with_silence(profile: str) -> None:
    async def walk(here: Bench) -> None:
        for command in (
            "AT+MODE=2",
            "AT+SYNCML=?",
            "AT+CPROT=?",
            "AT$TSSPCSW=?",
            "AT+WIND=?",
            "AT+ZPAS=?",
            "AT*CNTI=2",
        ):
            lines = await here.client.at(command)
            assert lines == ["+CME ERROR: 4"], command

    bench(walk, profile)
