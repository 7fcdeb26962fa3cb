"""The network as the modem sees it: CREG, CGREG, COPS, CSQ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from modem.virtual.command import Command, Form
from modem.virtual.reply import OK, Reply, cme

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

AREA, CELL = "1A2B", "0C3D"
UNKNOWN_SIGNAL = 99


def status(modem: VirtualModem) -> int:
    """<stat> of +CREG: 1 at home, 2 searching, 0 not looking (TS 27.007, 7.2)."""
    if modem.on_air:
        return 1
    return 2 if modem.registered else 0


def tell(modem: VirtualModem) -> None:
    """The unsolicited +CREG of a change, where AT+CREG=1 or 2 asked for it."""
    if modem.session.creg == 2 and status(modem) == 1:
        modem.code(f'+CREG: 1,"{AREA}","{CELL}"')
    elif modem.session.creg:
        modem.code(f"+CREG: {status(modem)}")


def _creg(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.TEST:
        return Reply(("+CREG: (0-2)",))
    if command.form is Form.SET:
        value = int(command.rest)
        if value not in (0, 1, 2):
            raise cme(50)
        modem.session.creg = value
        return OK
    place = f',"{AREA}","{CELL}"' if modem.session.creg == 2 and status(modem) == 1 else ""
    return Reply((f"+CREG: {modem.session.creg},{status(modem)}{place}",))


def _packet(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.TEST:
        return Reply((f"{command.name}: (0-2)",))
    if command.form is Form.SET:
        modem.session.values[command.name] = str(int(command.rest))
        return OK
    return Reply((f"{command.name}: {modem.session.values.get(command.name, '0')},{status(modem)}",))


def _operator(modem: VirtualModem, command: Command) -> Reply:
    settings = modem.network.settings
    if command.form is Form.TEST:
        name = modem.session.shown(settings.operator)
        return Reply((f'+COPS: (2,"{name}","{name[:8]}","{settings.mcc_mnc}",2),,(0-4),(0-2)',))
    if command.form is Form.SET:
        mode, form = [*command.numbers(), None][:2]
        if mode == 3 and form in (0, 1, 2):
            modem.session.cops_format = form
        elif mode not in (0, 1, 4):
            raise cme(50)
        return OK
    if not modem.on_air:
        return Reply(("+COPS: 0",))
    form = modem.session.cops_format
    name = settings.mcc_mnc if form == 2 else modem.session.shown(settings.operator)
    return Reply((f'+COPS: 0,{form},"{name}",2',))


def _signal(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.TEST:
        return Reply(("+CSQ: (0-31,99),(0-7,99)",))
    return Reply((f"+CSQ: {modem.signal if modem.on_air else UNKNOWN_SIGNAL},0",))


HANDLERS: Mapping[str, Callable[[VirtualModem, Command], Reply | None]] = {
    "+CREG": _creg,
    "+CGREG": _packet,
    "+CEREG": _packet,
    "+COPS": _operator,
    "+CSQ": _signal,
}
