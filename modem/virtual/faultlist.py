"""The faults of a virtual modem by name: what each does when it begins, and when it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modem.virtual import registration
from modem.virtual.smsc import Carried, Taken

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

STALL_S = 1.0
BURST_S = 0.5
NOISE = b"\xff\x00\x80\x1b"
STRAY_CODE = '\r\n+QIND: "csq",21,99\r\n'
BAD_PDU = bytes.fromhex("040D91261832547698F000F56250")  # ends within its time stamp, alphabet reserved

Act = Callable[["VirtualModem"], None]


def nothing(modem: VirtualModem) -> None:
    """Most faults are asked for by the engine where they matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One row. ``once``: strikes a single moment unless ``for_s`` is given. ``lasts_s``: its own duration."""

    what: str
    once: bool = False
    lasts_s: float | None = None
    begin: Act = nothing
    end: Act = nothing


def _mute(modem: VirtualModem) -> None:
    modem.wire.muted = True


def _unmute(modem: VirtualModem) -> None:
    modem.wire.muted = False


def _lose_network(modem: VirtualModem) -> None:
    modem.network.exchange.drop(modem)
    registration.tell(modem)


def _find_network(modem: VirtualModem) -> None:
    registration.tell(modem)
    modem.network.smsc.available(modem.number)


def _bad_pdu(modem: VirtualModem) -> None:
    now = modem.network.clock.now()
    carried = Carried(sender="", to=modem.number, octets=BAD_PDU, data=None, sent_at=now, expires_at=now)
    modem.inbound.receive(carried, _ignore)


def _ignore(taken: Taken) -> None:
    """Nobody waits for this delivery."""


def _double_cr(on: bool) -> Act:
    def act(modem: VirtualModem) -> None:
        modem.wire.double_cr = on

    return act


def _split(split: tuple[int, float] | None) -> Act:
    def act(modem: VirtualModem) -> None:
        modem.wire.split = split

    return act


def _forget(modem: VirtualModem) -> None:
    modem.session.cnmi = [0, 0, 0, 0, 0]
    modem.session.clip = modem.session.creg = 0


def _memory_freed(modem: VirtualModem) -> None:
    modem.inbound.space()


def _wake(modem: VirtualModem) -> None:
    modem.reboot(0.0)


FAULTS: Mapping[str, Fault] = {
    # -- on the wire
    "noise": Fault(
        what="four bytes of line noise",
        once=True,
        begin=lambda modem: modem.wire.insert(NOISE),
    ),
    "stray_code": Fault(
        what="an unsolicited code in the middle of whatever is being said",
        once=True,
        begin=lambda modem: modem.wire.insert(STRAY_CODE.encode()),
    ),
    "stall": Fault(
        what="one second of silence within the output, then the rest",
        once=True,
        begin=lambda modem: modem.wire.stall(STALL_S),
    ),
    "burst": Fault(
        what="output gathers for half a second (or for_s) and comes in one write",
        lasts_s=BURST_S,
        begin=lambda modem: modem.wire.join(True),
        end=lambda modem: modem.wire.join(False),
    ),
    "split_lines": Fault(what="output comes three bytes at a time", begin=_split((3, 0.002)), end=_split(None)),
    "double_cr": Fault(what="every line ends CR CR LF", begin=_double_cr(True), end=_double_cr(False)),
    "eof": Fault(
        what="the line drops and can be opened again at once", once=True, begin=lambda m: m.wire.hangup("eof")
    ),
    "eio": Fault(
        what="the line drops with an error and can be opened again",
        once=True,
        begin=lambda m: m.wire.hangup("eio"),
    ),
    "unplugged": Fault(
        what="pulled out; plugged in again after for_s",
        begin=lambda modem: modem.unplug(),
        end=lambda modem: modem.plug(),
    ),
    # -- answers
    "silence": Fault(what="deaf and mute, then as if nothing had been", begin=_mute, end=_unmute),
    "hang": Fault(what="deaf and mute until its power is cut", begin=_mute, end=_unmute),
    "late_prompt": Fault(what="the prompt comes after 8 s", once=True),
    "no_prompt": Fault(what="the prompt is never shown, yet a body is awaited", once=True),
    "late_answer": Fault(what="the final result comes after 8 s", once=True),
    "lost_answer": Fault(what="the answer is never sent; the command was done", once=True),
    "late_submit_answer": Fault(what="the answer to a submitted PDU comes after 8 s", once=True),
    "lost_submit_answer": Fault(what="a PDU goes out and is never answered", once=True),
    "cmgl_hang": Fault(what="AT+CMGL hangs the firmware; only a power cut cures it", once=True, end=_wake),
    # -- errors; any other code and stage can be named too
    "cme_14": Fault(what="SIM busy, at any command", once=True),
    "cms_500_at_prompt": Fault(what="unknown error instead of the prompt", once=True),
    "cms_515_at_prompt": Fault(what="please wait, instead of the prompt", once=True),
    "cms_500_at_pdu": Fault(what="unknown error after the PDU", once=True),
    "cms_515_at_pdu": Fault(what="please wait, after the PDU", once=True),
    "cms_38_at_pdu": Fault(what="network out of order, after the PDU", once=True),
    "cme_100_at_dial": Fault(what="unknown error at ATD", once=True),
    "cms_321_at_read": Fault(what="invalid index at AT+CMGR", once=True),
    "cms_500_at_list": Fault(what="unknown error at AT+CMGL", once=True),
    "cms_500_at_delete": Fault(what="unknown error at AT+CMGD", once=True),
    # -- messages
    "storage_full": Fault(what="no slot is free: the centre keeps and tries again", end=_memory_freed),
    "bad_pdu": Fault(what="an undecodable PDU is delivered", once=True, begin=_bad_pdu),
    "lost_cmti": Fault(what="a message is stored without a code", once=True),
    "forget_settings": Fault(what="CNMI, CLIP and CREG fall back unasked", once=True, begin=_forget),
    # -- calls and USSD
    "no_caller_id": Fault(what="+CLIP without a number"),
    "odd_caller_id": Fault(what="+CLIP with the national number, type 129"),
    "ring_clip_apart": Fault(what="one second between RING and +CLIP"),
    "dial_fails": Fault(what="ATD answers NO CARRIER at once"),
    "stuck_call": Fault(what="hanging up answers OK and does not end the call"),
    "no_tones": Fault(what="the modem does not report the far end's keys; their tones are still to be heard"),
    # -- sound
    "audio_refused": Fault(what="the command for sound is refused; where none is wanted, the audio port hangs up"),
    "audio_dead": Fault(what="the audio port opens, and no sound passes either way"),
    "audio_noise": Fault(what="noise on the sound both ways, about -30 dBFS"),
    "late_audio": Fault(what="sound passes only 1.5 s after it should, both ways"),
    "ussd_silent": Fault(what="USSD is accepted and never answered"),
    "ussd_ended": Fault(what="USSD is answered +CUSD: 2 without a string"),
    # -- the modem and its network
    "reboot": Fault(what="restarts by itself", once=True, begin=lambda modem: modem.reboot()),
    "no_network": Fault(what="registration lost", begin=_lose_network, end=_find_network),
    "no_sim": Fault(what="SIM not inserted"),
}
