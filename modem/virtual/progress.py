"""How each dialect tells the progress of a call, unasked. The forms are in ``dialect.CallCodes``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modem.virtual.dialect import CallCodes
from modem.virtual.exchange import Call, CallState, Cause

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

# <stat> of +CLCC (TS 27.007, 7.18) and of ^DSCI
ACTIVE, DIALLING, ALERTING, INCOMING, RELEASED = 0, 2, 3, 4, 6
_DSCI = {ACTIVE: 3, DIALLING: 2, ALERTING: 7, INCOMING: 4, RELEASED: 6}


def dialled(modem: VirtualModem, call: Call) -> None:
    """ATD was taken, and its OK is out."""
    _if_on(modem, call, DIALLING, "^ORIG:1,0")


def incoming(modem: VirtualModem, call: Call) -> None:
    """Before the first RING."""
    _if_on(modem, call, INCOMING, None)


def changed(modem: VirtualModem, call: Call, *, result: bool) -> None:
    """The call is alerting, active or over. ``result``: its end has not been told by ATD's own answer."""
    if call.state is CallState.ALERTING:
        _if_on(modem, call, ALERTING, "^CONF:1")
    elif call.state is CallState.ACTIVE:
        _active(modem, call)
    elif call.state is CallState.ENDED:
        _ended(modem, call, result)


def clcc(modem: VirtualModem, call: Call, stat: int | None = None) -> str:
    """One line of +CLCC."""
    stat = _stat(modem, call) if stat is None else stat
    identity = 2 if modem.dialect.data_line else 1
    return f"+CLCC: {identity},{_direction(modem, call)},{stat},0,0,{_number(modem, call)}{_alpha(modem)}"


def final(modem: VirtualModem, call: Call) -> str | None:
    """The result code that ends a call which this modem did not hang up itself; None where it did."""
    if call.ended_by is modem:
        return None
    if call.caller is modem:
        if call.cause is Cause.BUSY:
            return "BUSY"
        if call.cause is Cause.REJECTED:
            return modem.dialect.rejected
        if call.cause is Cause.NO_ANSWER:
            return modem.dialect.no_answer
    return "NO CARRIER"


def _active(modem: VirtualModem, call: Call) -> None:
    _if_on(modem, call, ACTIVE, "^CONN:1,0")
    if modem.dialect.call_codes is CallCodes.VOICE_CALL:
        modem.vendor_code("VOICE CALL: BEGIN")


def _ended(modem: VirtualModem, call: Call, tells: bool) -> None:
    assert call.cause is not None
    seconds = _duration(call)
    _if_on(modem, call, RELEASED, f"^CEND:1,{seconds},{0 if call.answered_at else 104},{call.cause.code}")
    result = final(modem, call) if tells else None
    codes = [] if result is None else [result]
    if modem.dialect.call_codes is CallCodes.VOICE_CALL:
        if call.answered_at is not None:
            codes.insert(0, f"VOICE CALL: END: {seconds:06d}")
        elif call.caller is modem:
            codes.append("VOICE CALL: END")
        elif modem.dialect.missed_call:
            at = modem.network.clock.now().strftime("%I:%M%p")
            codes.append(f"MISSED_CALL: {at} {call.caller_shown}")
    for code in codes:
        modem.code(code)


def _if_on(modem: VirtualModem, call: Call, stat: int, huawei: str | None) -> None:
    """The dialect's code of a state, where it is switched on."""
    if not modem.session.call_codes:
        return
    form = modem.dialect.call_codes
    number = _number(modem, call)
    if form in (CallCodes.CLCC, CallCodes.VOICE_CALL):
        modem.vendor_code(clcc(modem, call, stat))
    elif form is CallCodes.HUAWEI and huawei is not None:
        modem.vendor_code(huawei)
    elif form is CallCodes.DSCI:
        direction = _direction(modem, call)
        if modem.session.values.get("ccinfo") == "1":
            state = -1 if stat == RELEASED else stat
            modem.vendor_code(f'+QIND: "ccinfo",2,{direction},{state},0,0,{number}')
        if modem.session.values.get("^DSCI") == "1":
            kind = 145 if number.startswith('"+') else 129
            modem.vendor_code(f"^DSCI: 2,{direction},{_DSCI[stat]},0,{number.split(chr(34))[1]},{kind}")


def _stat(modem: VirtualModem, call: Call) -> int:
    if call.state is CallState.ACTIVE:
        return ACTIVE
    if call.callee is modem:
        return INCOMING
    return ALERTING if call.state is CallState.ALERTING else DIALLING


def _direction(modem: VirtualModem, call: Call) -> int:
    return 0 if call.caller is modem else 1


def _number(modem: VirtualModem, call: Call) -> str:
    number = call.far_number(modem)
    return f'"{number}",{145 if number.startswith("+") else 129 if number else 128}'


def _alpha(modem: VirtualModem) -> str:
    return ',""' if modem.dialect.clcc_alpha else ""


def _duration(call: Call) -> int:
    if call.answered_at is None or call.ended_at is None:
        return 0
    return int((call.ended_at - call.answered_at).total_seconds())
