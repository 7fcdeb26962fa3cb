"""USSD: one code, one answer, in the dialect's form (TS 27.007, 7.15; TS 23.038, 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from modem.virtual import alphabet
from modem.virtual.command import Command, Form
from modem.virtual.dialect import UssdForm
from modem.virtual.reply import OK, Reply, cme

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

DCS_GSM7, DCS_UCS2 = 15, 72


def _cusd(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.TEST:
        return Reply(("+CUSD: (0-2)",))
    if command.form is Form.READ:
        return Reply((f"+CUSD: {modem.session.cusd}",))
    if command.form is Form.RUN:
        raise cme(50)
    mode, *request = command.parameters()
    if mode not in ("0", "1", "2"):
        raise cme(50)
    if mode != "2":
        modem.session.cusd = int(mode)
    if not request:
        return OK
    if not modem.on_air:
        raise cme(30)
    code = typed(modem, request[0])
    if not modem.faults.has("ussd_silent"):
        modem.later(modem.network.settings.ussd_s, lambda: modem.code(answer(modem, code)))
    return OK


def typed(modem: VirtualModem, text: str) -> str:
    """The code as the client meant it. Raises AtError where the dialect cannot read it."""
    if modem.dialect.ussd is UssdForm.PACKED and modem.session.values.get("^USSDMODE") != "0":
        try:
            octets = bytes.fromhex(text)
        except ValueError:
            return text  # newer firmware takes plain text as well
        return alphabet.decode(alphabet.unpack(octets, len(octets) * 8 // 7)).rstrip("@")
    try:
        return modem.session.typed(text)
    except ValueError:
        raise cme(50) from None


def answer(modem: VirtualModem, code: str) -> str:
    """The +CUSD code that answers; without a string where the network does not know the code."""
    text = modem.network.ussd.get(code)
    if text is None or modem.faults.has("ussd_ended"):
        return "+CUSD: 2" if text is not None else modem.dialect.ussd_failed
    septets = alphabet.encode(text)
    if modem.dialect.ussd is UssdForm.UCS2 or septets is None:
        return f'+CUSD: 0,"{text.encode("utf-16-be").hex().upper()}",{DCS_UCS2}'
    if modem.dialect.ussd is UssdForm.PACKED and modem.session.values.get("^USSDMODE") != "0":
        return f'+CUSD: 0,"{alphabet.pack(septets).hex().upper()}",{DCS_GSM7}'
    return f'+CUSD: 0,"{modem.session.shown(text)}",{DCS_GSM7}'


HANDLERS: Mapping[str, Callable[[VirtualModem, Command], Reply | None]] = {"+CUSD": _cusd}
