"""Files that a modem keeps and plays by itself: uploads (EC25: AT+QFUPL …, SIM800: AT+FSCREATE …)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import TYPE_CHECKING

from modem.virtual.command import Command, Form
from modem.virtual.dialect import Plays
from modem.virtual.reply import OK, AtError, Reply, cme

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

ROOM = 2 * 1024 * 1024  # octets for files; a small modem has less, a larger one more
WRITE_MOST = 10_240  # octets of one AT+FSWRITE (SIM800 AT manual, FSWRITE)
UPLOAD_S = 5.0  # for which AT+QFUPL waits by default (Quectel FILE application note)
EXISTS, MISSING, TIMED_OUT = 407, 405, 421  # its errors


def belongs(modem: VirtualModem, plays: Plays) -> None:
    """Raises AtError where that is another vendor's command."""
    if modem.dialect.plays is not plays:
        raise cme(4)


def plain(name: str) -> str:
    """A file's name as all commands write it: ``UFS:a.wav`` is ``a.wav``."""
    return name.removeprefix("UFS:")


# -- Quectel


def _upload(modem: VirtualModem, command: Command) -> Reply | None:
    """AT+QFUPL="name",size[,timeout]: CONNECT, the octets, +QFUPL: size,checksum."""
    belongs(modem, Plays.QPSND)
    if command.form is not Form.SET:
        return Reply(("+QFUPL: <filename>,(1-2097152),(1-65535),(0,1)",))
    name, size, *more = command.parameters()
    if plain(name) in modem.files:
        raise AtError("CME", EXISTS)
    if not 0 < int(size) <= ROOM - sum(map(len, modem.files.values())):
        raise cme(20)

    def taken(data: bytes) -> Reply:
        modem.files[plain(name)] = data
        return Reply((f"+QFUPL: {len(data)},{_checksum(data):x}",))

    modem.collect("\r\nCONNECT\r\n", int(size), float(more[0]) if more else UPLOAD_S, TIMED_OUT, taken)
    return None


def _checksum(data: bytes) -> int:
    """Two octets at a time, exclusive or."""
    words = (int.from_bytes(data[at : at + 2].ljust(2, b"\0"), "big") for at in range(0, len(data), 2))
    return reduce(lambda one, other: one ^ other, words, 0)


def _erase(modem: VirtualModem, command: Command) -> Reply:
    belongs(modem, Plays.QPSND)
    name = command.parameters()[0]
    if name == "*":
        modem.files.clear()
    elif modem.files.pop(plain(name), None) is None:
        raise AtError("CME", MISSING)
    return OK


def _list(modem: VirtualModem, command: Command) -> Reply:
    belongs(modem, Plays.QPSND)
    return Reply(tuple(f'+QFLST: "{name}",{len(data)}' for name, data in modem.files.items()))


# -- SIMCom


def _create(modem: VirtualModem, command: Command) -> Reply:
    belongs(modem, Plays.CREC)
    if command.rest in modem.files or not command.rest:
        raise AtError()
    modem.files[command.rest] = b""
    return OK


def _write(modem: VirtualModem, command: Command) -> Reply | None:
    """AT+FSWRITE=path,mode,size,timeout: a prompt, the octets."""
    belongs(modem, Plays.CREC)
    name, mode, size, seconds = command.parameters()
    if name not in modem.files or mode not in ("0", "1") or not 0 < int(size) <= WRITE_MOST:
        raise AtError()

    def taken(data: bytes) -> Reply:
        modem.files[name] = (modem.files.get(name, b"") if mode == "1" else b"") + data
        return OK

    modem.collect("\r\n>", int(size), float(seconds), None, taken)
    return None


def _delete(modem: VirtualModem, command: Command) -> Reply:
    belongs(modem, Plays.CREC)
    if modem.files.pop(command.rest, None) is None:
        raise AtError()
    return OK


def _size(modem: VirtualModem, command: Command) -> Reply:
    belongs(modem, Plays.CREC)
    if command.rest not in modem.files:
        raise AtError()
    return Reply((f"+FSFLSIZE: {len(modem.files[command.rest])}",))


HANDLERS: Mapping[str, Callable[[VirtualModem, Command], Reply | None]] = {
    "+QFUPL": _upload,
    "+QFDEL": _erase,
    "+QFLST": _list,
    "+FSCREATE": _create,
    "+FSWRITE": _write,
    "+FSDEL": _delete,
    "+FSFLSIZE": _size,
}
