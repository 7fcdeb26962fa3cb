"""Who the modem is, and its line's own settings: CGMI, CGSN, CIMI, ATI, ATE, ATZ, CMEE, CSCS, CPIN, CFUN, CBC …"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from modem.virtual import registration
from modem.virtual.command import Command, Form
from modem.virtual.reply import OK, Reply, cme

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

Told = Callable[["VirtualModem"], str]


def told(text: Told) -> Callable[[VirtualModem, Command], Reply]:
    """A command that tells one line, and answers OK to its test."""

    def run(modem: VirtualModem, command: Command) -> Reply:
        if command.form is Form.SET:
            raise cme(4)
        return OK if command.form is Form.TEST else Reply((text(modem),))

    return run


def _sim(modem: VirtualModem) -> VirtualModem:
    if modem.faults.has("no_sim"):
        raise cme(10)
    return modem


def _number(modem: VirtualModem) -> str:
    kind = 145 if modem.number.startswith("+") else 129
    return f'+CNUM: "","{_sim(modem).session.shown(modem.number)}",{kind}'


def _identify(modem: VirtualModem, command: Command) -> Reply:
    row = modem.dialect
    if command.rest not in ("", "0"):
        return OK
    return Reply((row.vendor, row.model, f"Revision: {row.revision}"))


def _echo(modem: VirtualModem, command: Command) -> Reply:
    modem.session.echo = command.rest == "1"
    return OK


def _verbose(modem: VirtualModem, command: Command) -> Reply:
    modem.session.verbose = command.rest != "0"
    return OK


def _quiet(modem: VirtualModem, command: Command) -> Reply:
    modem.session.quiet = command.rest == "1"
    return OK


def _reset(modem: VirtualModem, command: Command) -> Reply:
    modem.session.profile()
    return OK


def _accepted(modem: VirtualModem, command: Command) -> Reply:
    return OK


def _error_level(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.SET:
        level = int(command.rest)
        if level not in (0, 1, 2):
            raise cme(50)
        modem.session.cmee = level
        return OK
    if command.form is Form.TEST:
        return Reply(("+CMEE: (0-2)",))
    return Reply((f"+CMEE: {modem.session.cmee}",))


def _charset(modem: VirtualModem, command: Command) -> Reply:
    names = modem.dialect.charsets
    if command.form is Form.TEST:
        return Reply(("+CSCS: ({})".format(",".join(f'"{name}"' for name in names)),))
    if command.form is Form.READ:
        return Reply((f'+CSCS: "{modem.session.charset}"',))
    name = command.parameters()[0].upper()
    if name not in names:
        raise cme(50)
    modem.session.charset = name
    return OK


def _pin(modem: VirtualModem, command: Command) -> Reply:
    _sim(modem)
    if command.form is Form.SET:
        raise cme(3)
    return Reply(("+CPIN: READY",)) if command.form is Form.READ else OK


def _power(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.TEST:
        return Reply(("+CFUN: (0,1,4),(0,1)",))
    if command.form is Form.READ:
        return Reply((f"+CFUN: {1 if modem.registered else 0}",))
    level, reset = [*command.numbers(), 0][:2]
    if reset == 1:
        modem.later(0.0, modem.restart)  # after its OK
    elif level == 1 and not modem.registered:
        modem.later(modem.network.settings.boot_s, modem.inbound.registered)
    elif level in (0, 4):
        modem.registered = False
        modem.network.exchange.drop(modem)
        registration.tell(modem)
    elif level != 1:
        raise cme(50)
    return OK


def _battery(modem: VirtualModem, command: Command) -> Reply:
    return OK if command.form is Form.TEST else Reply(("+CBC: 0,85,3960",))


HANDLERS: Mapping[str, Callable[[VirtualModem, Command], Reply | None]] = {
    **dict.fromkeys(("+CGMI", "+GMI"), told(lambda modem: modem.dialect.vendor)),
    **dict.fromkeys(("+CGMM", "+GMM"), told(lambda modem: modem.dialect.model)),
    **dict.fromkeys(("+CGMR", "+GMR"), told(lambda modem: modem.dialect.revision)),
    **dict.fromkeys(("+CGSN", "+GSN"), told(lambda modem: modem.imei)),
    "+CIMI": told(lambda modem: _sim(modem).imsi),
    "+CCID": told(lambda modem: f"+CCID: {_sim(modem).iccid}"),
    "+GCAP": told(lambda modem: "+GCAP: +CGSM,+DS,+ES"),
    "+CNUM": told(_number),
    "I": _identify,
    "E": _echo,
    "V": _verbose,
    "Q": _quiet,
    "Z": _reset,
    "&F": _reset,
    **dict.fromkeys(("X", "&C", "&D", "&W", "&K", "S0", "S3", "S4", "S5", "S7", "L", "M"), _accepted),
    "+CMEE": _error_level,
    "+CSCS": _charset,
    "+CPIN": _pin,
    "+CFUN": _power,
    "+CBC": _battery,
    "+KENTONGAN": told(lambda modem: "+KENTONGAN: virtual"),  # how a client knows that nobody real is behind it
}
