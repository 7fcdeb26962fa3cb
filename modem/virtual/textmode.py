"""Messages in text mode (AT+CMGF=1), for clients that ask for it: TS 27.005, 3.4 and 3.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modem.virtual import alphabet, tpdu
from modem.virtual.command import Command
from modem.virtual.reply import cms
from modem.virtual.storage import Stored

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

STATUS = ("REC UNREAD", "REC READ", "STO UNSENT", "STO SENT", "ALL")
LIST_TEST = "+CMGL: ({})".format(",".join(f'"{name}"' for name in STATUS))


def wanted(command: Command) -> int:
    """The status that AT+CMGL="…" asks for. Raises AtError."""
    name = command.parameters()[0].upper() or STATUS[0]
    if name not in STATUS:
        raise cms(305)
    return STATUS.index(name)


def listed(modem: VirtualModem, index: int, slot: Stored) -> str:
    """One entry of AT+CMGL."""
    sender, sent, text = _shown(modem, slot)
    return f'+CMGL: {index},"{STATUS[slot.status]}","{sender}",,"{sent}"\r\n{text}'


def read(modem: VirtualModem, status: int, slot: Stored) -> str:
    """The answer of AT+CMGR."""
    sender, sent, text = _shown(modem, slot)
    return f'+CMGR: "{STATUS[status]}","{sender}",,"{sent}"\r\n{text}'


def submit(modem: VirtualModem, to: str, text: str) -> tpdu.Submit:
    """What was typed, as one part. Raises AtError where it needs more than one."""
    try:
        parts = tpdu.user_data(modem.session.typed(text))
        number = to if modem.session.charset not in ("UCS2", "HEX") else modem.session.typed(to)
    except ValueError:
        raise cms(305) from None
    if len(parts) > 1:
        raise cms(305)
    report = int(modem.session.csmp.partition(",")[0] or "17") & 0x20 != 0
    return tpdu.Submit(reference=0, to=number, pid=0, data=parts[0], valid_s=None, report=report)


def _shown(modem: VirtualModem, slot: Stored) -> tuple[str, str, str]:
    octets = slot.octets[slot.tpdu_at :]
    try:
        digits, kind = octets[1], octets[2]
        at = 3 + (digits + 1) // 2
        sender = _sender(octets[3:at], digits, kind)
        data = tpdu.UserData(
            dcs=octets[at + 1], header=bool(octets[0] & 0x40), length=octets[at + 9], octets=octets[at + 10 :]
        )
        sent = "".join(f"{octet & 0x0F:x}{octet >> 4:x}" for octet in octets[at + 2 : at + 9])
    except (IndexError, tpdu.TpduError):
        return "", "", octets.hex().upper()
    stamp = f"{sent[0:2]}/{sent[2:4]}/{sent[4:6]},{sent[6:8]}:{sent[8:10]}:{sent[10:12]}+{sent[12:14]}"
    text = data.text()
    ucs2 = data.alphabet == tpdu.UCS2 and modem.session.charset != "UCS2"
    return (
        modem.session.shown(sender),
        stamp,
        text.encode("utf-16-be").hex().upper() if ucs2 else modem.session.shown(text),
    )


def _sender(octets: bytes, digits: int, kind: int) -> str:
    if kind & 0x70 == 0x50:
        return alphabet.decode(alphabet.unpack(octets, digits * 4 // 7))
    return tpdu.read_digits(octets, digits, kind)
