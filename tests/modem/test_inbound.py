"""Letters in, against the virtual modem: nothing is lost, nothing is deleted that is not kept (modem.md 1.1, 4.8)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from modem.codes import Code
from modem.driver import State
from modem.pdu import StatusReport, decode, encode
from modem.session import Fill
from modem.virtual import tpdu
from modem.virtual.faultlist import BAD_PDU
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from tests.modem.rig import EPOCH, NUMBER, RESIDENT, Rig, on_a_modem, text_of


def letter(text: str, sender: str = RESIDENT) -> bytes:
    """A TPDU as the centre delivers it."""
    return tpdu.deliver(sender, tpdu.stamp(EPOCH, timedelta(hours=7)), tpdu.user_data(text)[0])


async def quiet(rig: Rig, seconds: float = 1.0) -> None:
    await rig.clock.sleep(seconds)


def test_a_letter_is_kept_then_deleted() -> None:
    async def walk(rig: Rig) -> None:
        mark = rig.mark()
        rig.network.phone(RESIDENT).sms(NUMBER, "TOLONG RAMPOK")
        await quiet(rig)
        assert rig.listener.texts() == ["TOLONG RAMPOK"]
        assert rig.commands(mark) == ["AT+CMGR=1", "AT+CMGD=1"]
        assert rig.stored() == 0

    on_a_modem(walk)


def test_five_announcements_in_one_read_are_five_letters() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("burst", for_s=0.2)
        for at in range(5):
            rig.network.phone(RESIDENT).sms(NUMBER, f"nomor {at}")
        await quiet(rig)
        assert sorted(map(str, rig.listener.texts())) == [f"nomor {at}" for at in range(5)]
        assert rig.stored() == 0

    on_a_modem(walk)


def test_a_call_and_a_letter_in_one_read_are_both_seen() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("burst", for_s=0.2)
        rig.network.phone(RESIDENT).call(NUMBER)
        rig.network.phone("+6281200000002").sms(NUMBER, "KEBAKARAN")
        await quiet(rig, 5)
        assert rig.listener.texts() == ["KEBAKARAN"]
        assert [caller for caller, _ in rig.listener.calls] == [RESIDENT]

    on_a_modem(walk)


@pytest.mark.parametrize("at_byte", range(0, 26, 2))
def test_codes_inside_an_answer_are_heard_at_every_byte(at_byte: int) -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("stray_code", at_byte=at_byte)
        await rig.modem.look()
        rig.network.phone(RESIDENT).sms(NUMBER, "TOLONG")
        await rig.until(lambda: rig.stored() == 0 and bool(rig.listener.letters), within_s=60)
        assert rig.listener.texts() == ["TOLONG"]
        assert rig.modem.state is State.READY

    on_a_modem(walk)


def test_an_announcement_inside_another_answer_is_not_swallowed() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.inbound.put(letter("di dalam"))
        rig.virtual.wire.tap(9, lambda: rig.virtual.wire.insert(b'\r\n+CMTI: "SM",1\r\n'))
        await rig.modem.look()
        await quiet(rig)
        assert rig.listener.texts() == ["di dalam"]
        assert rig.modem.signal == 21

    on_a_modem(walk)


@pytest.mark.parametrize("at_byte", [0, 3, 17, 40, 75, 120])
def test_noise_bytes_lose_no_letter_and_no_answer(at_byte: int) -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("noise", at_byte=at_byte)
        rig.network.phone(RESIDENT).sms(NUMBER, "TOLONG RAMPOK DI PASAR")
        await quiet(rig, 120)
        assert set(rig.listener.texts()) == {"TOLONG RAMPOK DI PASAR"}
        assert rig.stored() == 0
        await rig.modem.look()

    on_a_modem(walk)


def test_output_in_threes_and_doubled_line_ends_change_nothing() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("split_lines")
        rig.virtual.fault("double_cr")
        for at in range(4):
            rig.network.phone(RESIDENT).sms(NUMBER, f"pecah {at}")
        await quiet(rig, 20)
        assert sorted(map(str, rig.listener.texts())) == [f"pecah {at}" for at in range(4)]
        assert rig.stored() == 0

    on_a_modem(walk)


def test_a_bad_pdu_between_good_ones_is_kept_raw_and_blocks_none() -> None:
    def prepare(network: Network, virtual: VirtualModem) -> None:
        virtual.inbound.put(letter("sebelum"), "SM")
        virtual.inbound.put(BAD_PDU, "SM")
        virtual.inbound.put(letter("sesudah"), "SM")

    async def walk(rig: Rig) -> None:
        await quiet(rig)
        assert rig.listener.texts() == ["sebelum", None, "sesudah"]
        assert rig.listener.letters[1].pdu_hex.endswith(BAD_PDU.hex().upper())
        assert rig.stored() == 0

    on_a_modem(walk, prepare=prepare)


def test_both_memories_of_the_modem_are_swept_and_each_letter_deleted_in_its_own() -> None:
    def prepare(network: Network, virtual: VirtualModem) -> None:
        virtual.inbound.put(letter("di kartu"), "SM")
        virtual.inbound.put(letter("di modem"), "ME")
        virtual.inbound.put(letter("di modem dua"), "ME")

    async def walk(rig: Rig) -> None:
        await quiet(rig)
        assert {(sms.memory, text_of(sms)) for sms in rig.listener.letters} == {
            ("SM", "di kartu"),
            ("ME", "di modem"),
            ("ME", "di modem dua"),
        }
        assert rig.stored("SM") == rig.stored("ME") == 0

    on_a_modem(walk, prepare=prepare)


def test_a_letter_announced_in_the_other_memory_while_one_is_being_kept_is_not_deleted_in_its_place() -> None:
    async def walk(rig: Rig) -> None:
        rig.listener.slow_s = 3.0
        rig.network.phone(RESIDENT).sms(NUMBER, "di kartu")  # SM 1
        await quiet(rig, 1)
        rig.virtual.inbound.put(letter("di modem"), "ME")  # ME 1, arrives while SM 1 is being kept
        rig.virtual.code('+CMTI: "ME",1')
        await quiet(rig, 20)
        assert rig.listener.texts() == ["di kartu", "di modem"]
        assert rig.stored() == 0

    on_a_modem(walk)


def test_nothing_is_deleted_while_the_listener_cannot_keep_and_all_is_kept_when_it_can_again() -> None:
    async def walk(rig: Rig) -> None:
        rig.listener.failing = 3
        rig.network.phone(RESIDENT).sms(NUMBER, "TOLONG")
        await quiet(rig, 8)
        assert rig.listener.letters == []
        assert rig.stored() == 1
        assert rig.modem.state is State.DEGRADED
        assert "disk full" in rig.modem.detail
        await rig.until(lambda: rig.stored() == 0, within_s=60)
        assert rig.listener.texts() == ["TOLONG"]
        await rig.ready(within_s=60)

    on_a_modem(walk)


def test_an_unannounced_letter_is_found_by_the_next_sweep() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("lost_cmti")
        rig.network.phone(RESIDENT).sms(NUMBER, "diam-diam")
        await quiet(rig, 5)
        assert rig.listener.letters == []
        await quiet(rig, 60)
        assert rig.listener.texts() == ["diam-diam"]

    on_a_modem(walk)


@pytest.mark.parametrize("profile", ["generic", "sim800", "sim7600", "ec25", "huawei"])
def test_a_full_memory_is_emptied_and_what_the_network_held_back_comes(profile: str) -> None:
    def prepare(network: Network, virtual: VirtualModem) -> None:
        network.settings.retry_s = 5
        first = virtual.dialect.memory
        virtual.storage.resize(first, 4)
        virtual.storage.resize({"SM": "ME", "ME": "SM"}[first], 4)

    async def walk(rig: Rig) -> None:
        rig.listener.failing = 2
        for at in range(9):
            rig.network.phone(RESIDENT).sms(NUMBER, f"penuh {at}")
        await quiet(rig, 1)
        assert rig.stored() >= 4
        await rig.until(lambda: len(rig.listener.letters) >= 9, within_s=300)
        await quiet(rig, 5)
        assert set(rig.listener.texts()) == {f"penuh {at}" for at in range(9)}
        assert rig.stored() == 0

    on_a_modem(walk, profile=profile, prepare=prepare)


def test_a_nearly_full_memory_is_shown() -> None:
    def prepare(network: Network, virtual: VirtualModem) -> None:
        virtual.storage.resize("SM", 5)

    async def walk(rig: Rig) -> None:
        rig.listener.failing = 100
        for at in range(5):
            rig.network.phone(RESIDENT).sms(NUMBER, f"{at}")
        await quiet(rig, 60)
        assert "memory SM holds 5 of 5" in rig.modem.detail
        assert rig.modem.storage["SM"] == Fill(used=5, total=5)

    on_a_modem(walk, prepare=prepare)


@pytest.mark.parametrize("profile", ["generic", "sim800", "sim7600"])
def test_a_class_0_letter_is_kept_and_then_acknowledged(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        mark = rig.mark()
        _flash(rig, "KEBAKARAN")
        await quiet(rig, 3)
        assert rig.listener.texts() == ["KEBAKARAN"]
        if rig.listener.letters[0].direct:
            assert "AT+CNMA=0" in rig.commands(mark)
        await quiet(rig, 60)
        assert rig.listener.texts() == ["KEBAKARAN"], "acknowledged: it does not come again"

    on_a_modem(walk, profile=profile)


def _flash(rig: Rig, text: str) -> None:
    data = tpdu.user_data(text, dcs_class=0)[0]
    flash = tpdu.Submit(reference=0, to=NUMBER, pid=0, data=data, valid_s=None, report=False)
    rig.network.smsc.submit(RESIDENT, flash)


def test_a_direct_letter_that_could_not_be_kept_is_not_acknowledged() -> None:
    async def walk(rig: Rig) -> None:
        rig.listener.failing = 1
        mark = rig.mark()
        _flash(rig, "TOLONG")
        await quiet(rig, 2)
        assert "AT+CNMA=0" not in rig.commands(mark)
        await quiet(rig, 20)
        assert rig.listener.texts() == ["TOLONG"]
        assert "AT+CNMA=0" in rig.commands(mark)

    on_a_modem(walk, profile="sim800")


def test_when_an_acknowledgement_came_too_late_reception_is_switched_on_again() -> None:
    async def walk(rig: Rig) -> None:
        rig.network.settings.retry_s = 5
        rig.listener.slow_s = 30.0  # longer than the network waits: the modem sets CNMI's mt and ds to 0
        _flash(rig, "TOLONG")
        await quiet(rig, 31)
        rig.listener.slow_s = 0
        await quiet(rig, 40)  # the network has sent it again meanwhile, into the slow listener
        assert rig.virtual.session.cnmi[1] == 1
        rig.network.phone("+6281200000002").sms(NUMBER, "masih sampai")
        await quiet(rig, 2)
        assert "masih sampai" in rig.listener.texts()

    on_a_modem(walk, profile="sim800")


def test_a_status_report_reaches_the_listener() -> None:
    async def walk(rig: Rig) -> None:
        (pdu,) = encode(RESIDENT, "halo", reference=7, report=True)
        rig.network.phone(RESIDENT)
        reference = await rig.modem.send(RESIDENT, pdu, urgent=True)
        await quiet(rig, 5)
        read = [decode(sms.pdu_hex) for sms in rig.listener.letters]
        assert [each.reference for each in read if isinstance(each, StatusReport)] == [reference]
        assert rig.stored("SR") == 0

    on_a_modem(walk)


@pytest.mark.parametrize("profile", ["generic", "sim800", "sim7600", "ec25"])
def test_a_backlog_costs_at_most_1_2_commands_a_letter_and_is_kept_in_one_batch_a_memory(profile: str) -> None:
    count = 100

    def prepare(network: Network, virtual: VirtualModem) -> None:
        memory = virtual.dialect.memory
        virtual.storage.resize(memory, count)
        for at in range(count):
            virtual.inbound.put(letter(f"tunggakan {at}"), memory)

    async def walk(rig: Rig) -> None:
        mark = rig.mark()
        await rig.until(lambda: rig.stored() == 0, within_s=60)
        assert len(rig.listener.letters) == count
        assert rig.listener.batches == [count]
        commands = rig.commands(mark)
        assert len(commands) <= 1.2 * count, len(commands)
        assert "AT+CMGD=1,4" not in commands

    on_a_modem(walk, profile=profile, prepare=prepare)


def test_a_letter_that_comes_while_a_backlog_is_deleted_is_read_before_the_rest_is_deleted() -> None:
    def prepare(network: Network, virtual: VirtualModem) -> None:
        virtual.pace.answer_s = 0.05
        for at in range(20):
            virtual.inbound.put(letter(f"lama {at}"), "SM")

    async def walk(rig: Rig) -> None:
        await rig.until(lambda: rig.stored() < 18, within_s=60)
        rig.network.phone(RESIDENT).sms(NUMBER, "TOLONG")
        await rig.until(lambda: "TOLONG" in rig.listener.texts(), within_s=60)
        assert rig.stored() > 10
        await rig.until(lambda: rig.stored() == 0, within_s=60)

    on_a_modem(walk, prepare=prepare)


def test_a_huawei_is_never_asked_for_a_list() -> None:
    def prepare(network: Network, virtual: VirtualModem) -> None:
        virtual.fault("cmgl_hang")
        for at in (0, 1, 2):
            virtual.inbound.put(letter(f"indeks {at}"), "SM")
        del virtual.storage.own("SM").slots[1]

    async def walk(rig: Rig) -> None:
        await quiet(rig, 2)
        assert rig.listener.texts() == ["indeks 0", "indeks 2"]
        assert not any(command.startswith("AT+CMGL") for command in rig.commands())
        assert rig.stored() == 0

    on_a_modem(walk, profile="huawei", prepare=prepare)


def test_a_letter_that_the_modem_will_not_delete_is_kept_once() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("cms_500_at_delete", for_s=200.0)
        rig.network.phone(RESIDENT).sms(NUMBER, "TOLONG")
        await quiet(rig, 150)
        assert rig.listener.texts() == ["TOLONG"]
        assert rig.stored() == 1
        await quiet(rig, 120)
        assert rig.stored() == 0
        assert rig.listener.texts() == ["TOLONG"]

    on_a_modem(walk)


def test_a_crash_between_keeping_and_deleting_leaves_the_letter_in_the_modem() -> None:
    class Killed(BaseException):
        pass

    passed: list[str] = []

    def crash(point: str) -> None:
        passed.append(point)
        if point == "keep":
            raise Killed

    async def walk(rig: Rig) -> None:
        rig.network.phone(RESIDENT).sms(NUMBER, "TOLONG")
        with pytest.raises(Killed):
            await asyncio.wait_for(asyncio.shield(rig.running), 30)
        assert rig.listener.texts() == ["TOLONG"]
        assert rig.stored() == 1
        assert passed == ["keep"]

    on_a_modem(walk, crash=crash)


def test_the_crash_points_are_passed_in_order() -> None:
    passed: list[str] = []

    async def walk(rig: Rig) -> None:
        rig.network.phone(RESIDENT).sms(NUMBER, "TOLONG")
        await quiet(rig)
        assert passed == ["keep", "forget"]

    on_a_modem(walk, crash=passed.append)


def test_settings_lost_by_a_silent_reboot_are_told_again_and_letters_go_on() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("forget_settings")
        assert rig.virtual.session.cnmi[1] == 0
        rig.virtual.session.memories = ["ME", "ME", "ME"]
        rig.network.phone(RESIDENT).sms(NUMBER, "tanpa tanda")
        await quiet(rig, 60)
        assert rig.virtual.session.cnmi[1] == 1
        assert rig.listener.texts() == ["tanpa tanda"]
        mark = rig.mark()
        rig.network.phone(RESIDENT).sms(NUMBER, "dengan tanda")
        await quiet(rig, 1)
        assert rig.listener.texts()[-1] == "dengan tanda"
        assert len(rig.commands(mark)) <= 3

    on_a_modem(walk)


def test_a_reboot_between_keeping_and_deleting_deletes_nobody_elses_letter() -> None:
    async def walk(rig: Rig) -> None:
        rig.listener.slow_s = 3.0
        rig.network.phone(RESIDENT).sms(NUMBER, "di kartu")  # SM 1, being kept
        await quiet(rig, 1)
        rig.virtual.inbound.put(letter("belum dibaca"), "ME")  # ME 1
        rig.virtual.reboot(0.5)
        rig.virtual.session.memories = ["ME", "ME", "ME"]  # what its firmware wakes up with
        await quiet(rig, 150)
        assert "belum dibaca" in rig.listener.texts()
        assert "di kartu" in rig.listener.texts()
        assert rig.stored() == 0

    on_a_modem(walk)


def test_a_code_with_its_number_lost_leads_to_a_sweep() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.inbound.put(letter("rusak"))
        rig.virtual.code('+CMTI: "S')
        await quiet(rig, 1)
        assert rig.listener.texts() == ["rusak"]
        assert Code("+CMTI", '"S').fields() == ["S"]

    on_a_modem(walk)
