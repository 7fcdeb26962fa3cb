"""Whatever people, machines and networks send: nothing crashes, each letter is kept and stands in a named state, and
the next cry for help rings its siren. The whole house, driver and modem, on virtual time.

Each room holds the same for itself with more cases: PDUs in tests/modem/test_pdu_reading.py, texts, parts and repeats
in tests/gateway/test_keeping.py, numbers in tests/modem/test_outbound.py and test_calls.py, pages in
tests/dispatch/console.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

import kentongan
from config.command import USAGE
from dispatch import store as verbs
from dispatch.case import Case, Role
from dispatch.incident import State
from gateway.store import Tx
from gateway.store.inbound import RAW
from modem.virtual import NetworkSettings, tpdu
from tests.fixtures.whole import on_one_engine
from tests.walks.house import GINA, PACK
from tests.walks.indoors import OFFSET, Indoors, indoors

pytestmark = on_one_engine("what is kept of such letters: tests/gateway/test_keeping.py, on both")
HULU_SIREN = "+6285500001001"
NAUGHTY = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\x1a",
    "\x1b",
    "\x1b\x1a AT+CMGD=1,4",
    "a\r\nb",
    "\r\nOK\r\n",
    '\r\n+CMTI: "SM",1\r\n',
    "\r\nRING\r\n",
    "'; DROP TABLE inbound; --",
    '" OR ""="',
    "<script>alert(1)</script>",
    "{kind} {0} %s %n \\x00",
    "*#06#",
    "*123#",
    '=HYPERLINK("http://x","y")',
    "+CMD|' /C calc'!A0",
    "-1+1",
    "@SUM(A1)",
    "\tx",
    "\u202egnolot\u202c",
    "\u2066\u200b\ufeff\u2069",
    "e\u0301\u0323\u0302" * 10,
    "😀👍🏽",
    "👩‍👩‍👧‍👦" * 8,
    "€^{}[]~|\\",
    "null",
    "NaN",
    "1e309",
    "0",
    "9" * 159,
    "x" * 160,
    "x" * 161,
    "y" * 306,
    "z" * 307,
    "w" * 1530,
    "€" * 80,
    "ж" * 70,
    "ж" * 71,
    "ж" * 201,
    "Ω" * 160,
    "\uffff\ufffe",
    "ا" * 30,
)
STATES = {"read", "unread"}


async def _well(town: Indoors, *, incidents: int) -> None:
    """Nothing is lost, nothing hangs, and the next cry rings the siren."""
    await town.clock.sleep(120)
    came = await town.came()
    assert {one.state for one in came} <= STATES, [one for one in came if one.state not in STATES]
    assert not [one for one in came if one.fault]
    assert town.on_the_sim() == 0
    assert all(town.part(loop).status == "ok" for loop in ("inbox", "outbox", "dispatch"))
    assert len(await _cases(town)) == incidents
    rang = len(town.network.sirens[HULU_SIREN].rings_seen)
    await town.sms(GINA, "TOLONG RAMPOK", then=10)
    assert len(town.network.sirens[HULU_SIREN].rings_seen) == rang + 1
    assert (await _cases(town))[0].incident.state is State.CONFIRMED


async def _cases(town: Indoors) -> list[Case]:
    """Newest first."""
    found = await town.house.store.read(lambda tx: verbs.listed(tx, latest=1000))
    return sorted(found, key=lambda case: -case.incident.id)


async def _roles(town: Indoors, case: Case) -> list[Role]:
    """What each letter is to the incident."""
    letters = await town.house.store.read(lambda tx: verbs.letters_of(tx, case.incident.id))
    return [role for _, role in letters]


def test_naughty_texts_are_kept_as_they_were_typed_and_make_no_alarm(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        phones = [f"+62812777{at:05d}" for at in range(len(NAUGHTY))]
        for phone, text in zip(phones, NAUGHTY, strict=True):
            town.network.phone(phone).sms(town.modem.number, text)
        await town.clock.sleep(300)
        kept = {(one.other, one.text) for one in await town.came()}
        for phone, text in zip(phones, NAUGHTY, strict=True):
            assert (phone, text.replace("\x00", "\ufffd")) in kept, (phone, text)
        for phone, text in zip(phones, NAUGHTY, strict=True):
            assert len(town.network.phone(phone).inbox) == 1, "answered once, in true words"
            words = "1 DARURAT" if text == "0" else "disimpan"  # 0 alone: the key that leads to the menu
            assert words in town.network.phone(phone).inbox[0].text
        await _well(town, incidents=0)

    indoors(tmp_path, scene)


@pytest.mark.parametrize(
    "around", ["\x1a{}\x1b", "<b>{}</b>", "'; {} --", "\u202e{}\u202c", "🔥🔥 {} 🔥🔥", "{}\r\nOK\r\n"]
)
def test_a_cry_inside_naughty_text_is_an_alarm(around: str, tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        await town.sms(GINA, around.format("TOLONG RAMPOK"), then=10)
        (case,) = await _cases(town)
        assert (case.incident.state, case.incident.kind) == (State.CONFIRMED, "robbery")
        assert town.network.sirens[HULU_SIREN].rings_seen

    indoors(tmp_path, scene)


def test_names_short_codes_and_foreign_numbers_are_heard_and_machines_never_answered(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        for sender in ("Telkomsel", "BANK-X", "363", "112", "?"):
            (data,) = tpdu.user_data("Selamat, Anda menang", 1)
            town.deliver(sender, data)
        (cry,) = tpdu.user_data("TOLONG KEBAKARAN", 1)
        town.deliver("Warga", cry)
        abroad = town.network.phone("+6591234567")
        abroad.sms(town.modem.number, "TOLONG RAMPOK di Jl. Cemara")
        await town.clock.sleep(60)
        foreign, nameless = await _cases(town)
        assert (foreign.incident.caller, nameless.incident.caller) == ("+6591234567", "Warga")
        for case in (foreign, nameless):
            assert case.incident.state is State.CONFIRMED, "a caller is never refused"
            assert not case.incident.registered
            rows = await town.house.store.read(lambda tx, number=case.incident.id: verbs.followed_ledger(tx, number))  # type: ignore[misc]
            kinds = {row.effect.kind.value for row in rows if row.attempted_at or row.settled_at}
            assert "siren" not in kinds, "the siren waits for a person"
            assert kinds
        left = {
            event.fields["to"] for event in town.network.log.of("submit") if event.fields["from"] == town.modem.number
        }
        assert not left & {"Telkomsel", "BANK-X", "363", "112", "?", "Warga"}
        assert len(await town.came()) == 7
        for case in (foreign, nameless):
            await town.house.store.write(lambda tx, case=case: _cancelled(tx, town, case))  # type: ignore[misc]
        town.house.wake()
        await _well(town, incidents=2)

    indoors(tmp_path, scene)


def _cancelled(tx: Tx, town: Indoors, case: Case) -> None:
    from dispatch.acceptance import Who, cancel

    cancel(tx, town.city, case.incident.id, Who(name="Sari", how="page"), town.clock.now())


def test_missing_repeated_late_and_shuffled_parts_lose_nothing(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        text = "cerita yang panjang sekali tentang beras, " * 10
        one, two, three = tpdu.user_data(text, 9)
        for part in (three, one, one, three):  # the second never comes, the others twice
            town.deliver("+6281277700001", part)
        for part in tpdu.user_data(text, 10)[::-1]:
            town.deliver("+6281277700002", part)
        town.deliver("+6281277700003", tpdu.user_data("satu " * 100, 11)[1])
        await town.clock.sleep(30)
        assert text in [letter.text for letter in await town.came()]
        await town.clock.sleep(120)
        holes = [letter.text for letter in await town.came() if "hilang" in letter.text]
        assert len(holes) == 2
        assert any("[2/3 hilang]" in text for text in holes)
        town.deliver("+6281277700001", two)
        await town.clock.sleep(30)
        assert [letter.text for letter in await town.came()].count(text) == 2
        await _well(town, incidents=0)

    indoors(tmp_path, scene)


def test_the_first_part_of_a_long_cry_is_enough_and_the_whole_makes_no_second_alarm(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        first, second, third = tpdu.user_data("TOLONG ada rampok bawa senjata tajam di rumah saya, " * 8, 3)
        town.deliver(GINA, first)
        await town.clock.sleep(10)
        assert len(await _cases(town)) == 1
        assert town.network.sirens[HULU_SIREN].rings_seen
        town.deliver(GINA, third)
        town.deliver(GINA, second)
        await town.clock.sleep(30)
        (case,) = await _cases(town)
        roles = await _roles(town, case)
        assert (roles.count(Role.PART), roles.count(Role.WHOLE)) == (2, 1), roles

    indoors(tmp_path, scene)


def test_a_network_that_delivers_everything_twice_makes_one_alarm(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        await town.sms(GINA, "TOLONG RAMPOK", then=20)
        assert len(await _cases(town)) == 1
        assert len(await town.came()) <= 3, "the cry once, and the siren's own report"
        assert len(town.network.sirens[HULU_SIREN].rings_seen) == 1

    indoors(tmp_path, scene, network=NetworkSettings(duplicate=1.0))


def test_undecodable_messages_are_kept_raw_and_stop_no_other(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        good = tpdu.user_data("bantuan beras kapan?", 1)[0]
        head = tpdu.deliver("+6281277700001", tpdu.stamp(town.clock.now(), OFFSET), good)
        broken = [b"\x00", b"\xff" * 30, head[:9], head[:-5], bytes(175), b"\x04\x0b\x91" + b"\xff" * 20, b"AT\r\n" * 8]
        broken += [head[:1] + bytes((octet,)) + head[2:] for octet in (0x00, 0x0C, 0x7F, 0xFF)]  # lengths that lie
        for at, octets in enumerate(broken):
            town.network.smsc.inject(town.modem.number, octets)
            town.deliver(f"+62812777100{at:02d}", good)
        await town.clock.sleep(120)
        read = [one for one in await town.came() if one.text == "bantuan beras kapan?"]
        assert len({one.other for one in read if one.other.startswith("+62812777100")}) == len(broken)
        raw = await town.house.store.read(lambda tx: tx.execute(RAW.select()).all())
        assert len(raw) == 2 * len(broken)
        assert [row for row in raw if row.fault]
        assert len([row for row in raw if not row.fault]) == len(await town.came()), "a letter, or raw with its fault"
        await _well(town, incidents=0)

    indoors(tmp_path, scene)


def test_time_stamps_of_another_century_are_only_time_stamps(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        good = tpdu.user_data("TOLONG RAMPOK", 1)[0]
        stamps = [bytes(7), b"\xff" * 7, b"\x99" * 7, tpdu.stamp(town.clock.now() + timedelta(days=400), OFFSET)]
        for stamp in stamps:
            town.network.smsc.inject(town.modem.number, tpdu.deliver(GINA, stamp, good))
            await town.clock.sleep(5)
        (case,) = await _cases(town)
        assert (await _roles(town, case)).count(Role.REPEAT) == len(stamps) - 1, "each is kept, all join the one alarm"

    indoors(tmp_path, scene)


def test_a_cry_among_200_advertisements_rings_first(tmp_path: Path) -> None:
    async def scene(town: Indoors) -> None:
        town.modem.storage.resize(town.modem.dialect.memory, 300)
        for at in range(200):
            town.network.phone(f"+628127{at:06d}").sms(town.modem.number, "promo pulsa murah")
        before = town.clock.now()
        await town.sms(GINA, "TOLONG RAMPOK")
        while not town.network.sirens[HULU_SIREN].rings_seen:
            await town.clock.sleep(1)
            assert town.clock.now() - before < timedelta(seconds=5)
        await town.clock.sleep(300)
        assert [one.state for one in await town.came() if "promo" in one.text] == ["unread"] * 200

    indoors(tmp_path, scene)


# -- settings


def test_five_mistakes_in_the_settings_are_said_at_once_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All kinds of mistakes: tests/config/test_settings.py."""
    file = tmp_path / "kentongan.toml"
    file.write_text(
        f'city = "{PACK}"\ncolour = "red"\n[http]\nport = 99999\npublic_url = 7\n'
        '[[modem]]\nport = "/dev/ttyUSB0"\nuse = "everything"\nnumber = "0812;ATD113"\n'
    )
    monkeypatch.chdir(tmp_path)
    assert kentongan.main(["run", "--json"]) == USAGE
    out, err = capsys.readouterr()
    assert out == ""
    said = err.splitlines()
    assert [line.split(":")[1] for line in said] == ["2", "4", "5", "8", "9"]
    assert all(line.startswith("kentongan.toml:") for line in said)
    assert not (tmp_path / "var").exists(), "nothing was begun"


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"city = [", b"\x00" * 100, json.dumps({"city": 1}).encode()])
def test_a_settings_file_that_is_none_is_one_line(
    body: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kentongan.toml").write_bytes(body)
    monkeypatch.chdir(tmp_path)
    assert kentongan.main(["doctor"]) == USAGE
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1), err
