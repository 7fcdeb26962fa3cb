"""Messages from the client's side: stores, listing, reading, deleting, sending (TS 27.005)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from modem.virtual import textmode, tpdu
from modem.virtual.command import Command, Form
from modem.virtual.reply import OK, Reply, cme, cms
from modem.virtual.storage import READ, UNREAD, UNSENT, Stored

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

LONGEST_TPDU = 178  # octets; 176 are possible, firmware lets a little more pass to the check that follows


def _format(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.TEST:
        return Reply(("+CMGF: (0,1)",))
    if command.form is Form.READ:
        return Reply((f"+CMGF: {modem.session.cmgf}",))
    value = int(command.rest)
    if value not in (0, 1):
        raise cms(302)
    modem.session.cmgf = value
    return OK


def _service(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.TEST:
        return Reply(("+CSMS: (0,1)",))
    if command.form is Form.READ:
        return Reply((f"+CSMS: {modem.session.csms},1,1,1",))
    value = int(command.rest)
    if value not in (0, 1):
        raise cms(302)
    modem.session.csms = value
    return Reply(("+CSMS: 1,1,1",))


def _memories(modem: VirtualModem, command: Command) -> Reply:
    session, storage = modem.session, modem.storage
    if command.form is Form.TEST:
        names = ",".join(f'"{name}"' for name in storage.names)
        return Reply((f"+CPMS: ({names}),({names}),({names})",))
    if command.form is Form.SET:
        for at, name in enumerate(command.parameters()[:3]):
            if name not in storage.names:
                raise cms(302)
            session.memories[at] = name
        counters = ",".join("{},{}".format(*modem.inbound.used(name)) for name in session.memories)
    else:
        counters = ",".join('"{}",{},{}'.format(name, *modem.inbound.used(name)) for name in session.memories)
    return Reply((f"+CPMS: {counters}",))


def _indications(modem: VirtualModem, command: Command) -> Reply:
    ds = ",".join(str(value) for value in modem.dialect.cnmi_ds)
    if command.form is Form.TEST:
        return Reply((f"+CNMI: (0,1,2),(0,1,2,3),(0,2),({ds}),(0,1)",))
    cnmi = modem.session.cnmi
    if command.form is Form.READ:
        return Reply(("+CNMI: " + ",".join(str(value) for value in cnmi),))
    values = [old if new is None else new for old, new in zip(cnmi, [*command.numbers(), *[None] * 5], strict=False)]
    allowed = ((0, 1, 2), (0, 1, 2, 3), (0, 2), modem.dialect.cnmi_ds, (0, 1))
    if len(command.parameters()) > 5 or any(v not in of for v, of in zip(values, allowed, strict=True)):
        raise cms(302)
    modem.session.cnmi = values
    modem.inbound.flush()
    return OK


def _list(modem: VirtualModem, command: Command) -> Reply | None:
    if modem.faults.cmgl_hangs():
        return None  # the firmware never answers again; only a reset cures it
    if command.form is Form.TEST:
        return Reply((textmode.LIST_TEST if modem.session.cmgf else "+CMGL: (0-4)",))
    wanted = textmode.wanted(command) if modem.session.cmgf else int(command.rest or "0")
    if wanted not in (0, 1, 2, 3, 4):
        raise cms(302)
    memory = modem.session.memories[0]
    lines: list[str] = []
    for index, slot in modem.storage.entries(memory):
        if wanted not in (4, slot.status):
            continue
        if modem.session.cmgf:
            lines.append(textmode.listed(modem, index, slot))
        else:
            lines.append(f"+CMGL: {index},{slot.status},,{slot.length}\r\n{slot.octets.hex().upper()}")
        slot.status = READ if slot.status == UNREAD else slot.status
    return Reply(tuple(lines))


def _read(modem: VirtualModem, command: Command) -> Reply:
    if command.form is not Form.SET:
        return OK
    slot = modem.storage.get(modem.session.memories[0], int(command.rest))
    if slot is None:
        if modem.dialect.missing_index_ok:
            return OK
        raise cms(321)
    status, slot.status = slot.status, READ if slot.status == UNREAD else slot.status
    if modem.session.cmgf:
        return Reply((textmode.read(modem, status, slot),))
    return Reply((f"+CMGR: {status},,{slot.length}\r\n{slot.octets.hex().upper()}",))


def _delete(modem: VirtualModem, command: Command) -> Reply:
    memory, storage = modem.session.memories[0], modem.storage
    if command.form is not Form.SET:
        indexes = ",".join(str(index) for index, _ in storage.entries(memory))
        return Reply((f"+CMGD: ({indexes}),(0-4)",))
    index, flag = [*command.numbers(), 0][:2]
    if flag == 0:
        if index is None or not storage.valid(memory, index):
            raise cms(321)
        storage.delete(memory, index)
    else:
        gone = {1: (1,), 2: (1, 3), 3: (1, 2, 3), 4: (0, 1, 2, 3)}.get(flag or 0)
        if gone is None:
            raise cms(302)
        for at, slot in list(storage.entries(memory)):
            if slot.status in gone:
                storage.delete(memory, at)
    modem.inbound.space()
    return OK


def _send(modem: VirtualModem, command: Command) -> Reply | None:
    if command.form is not Form.SET:
        return OK
    if modem.session.cmgf:
        to = command.parameters()[0]
        modem.prompt(lambda text: _submit(modem, textmode.submit(modem, to, text)))
        return None
    length = int(command.rest)
    if not 7 < length <= LONGEST_TPDU:
        raise cms(304)
    modem.prompt(lambda text: _submit(modem, _submitted(modem, length, text)))
    return None


def _submitted(modem: VirtualModem, length: int, text: str) -> tpdu.Submit:
    """The PDU typed at the prompt: service centre's address, then exactly ``length`` octets."""
    try:
        octets = bytes.fromhex(text)
        centre = 1 + octets[0]
    except (ValueError, IndexError):
        raise cms(304) from None
    if len(octets) - centre != length:
        raise cms(304)
    try:
        return tpdu.parse_submit(octets[centre:], modem.network.clock.now())
    except tpdu.TpduError:
        raise cms(304) from None


def _submit(modem: VirtualModem, submit: tpdu.Submit) -> None:
    modem.faults.at_body()
    if not modem.on_air:
        raise cms(331)
    air_s = modem.network.settings.air_s
    if air_s == 0:
        _sent(modem, submit)
    else:
        modem.later(air_s, lambda: _sent(modem, submit))


def _sent(modem: VirtualModem, submit: tpdu.Submit) -> None:
    if not modem.on_air:
        modem.finish(cms(332))
        return
    modem.finish(Reply((f"+CMGS: {modem.network.submit(modem, submit)}",)))


def _write(modem: VirtualModem, command: Command) -> Reply | None:
    if command.form is not Form.SET or modem.session.cmgf:
        raise cms(303)
    length = command.numbers()[0]

    def keep(text: str) -> None:
        try:
            octets = bytes.fromhex(text)
        except ValueError:
            raise cms(304) from None
        memory = modem.storage.own(modem.session.memories[1])
        if not octets or len(octets) - 1 - octets[0] != length:
            raise cms(304)
        if memory.full:
            raise cms(322)
        index = memory.add(Stored(octets, 1 + octets[0], UNSENT))
        modem.finish(Reply((f"+CMGW: {index}",)))

    modem.prompt(keep)
    return None


def _acknowledge(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.TEST:
        return Reply(("+CNMA: (0-2)",))
    how = int(command.rest.partition(",")[0] or "0")
    if not modem.inbound.acknowledge(kept=how != 2):
        raise cms(340)
    return OK


def _centre(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.SET:
        return OK
    if command.form is Form.TEST:
        return OK
    return Reply((f'+CSCA: "{modem.session.shown(modem.network.settings.centre)}",145',))


def _parameters(modem: VirtualModem, command: Command) -> Reply:
    if command.form is Form.SET:
        modem.session.csmp = command.rest
        return OK
    if command.form is Form.TEST:
        raise cme(4)
    return Reply((f"+CSMP: {modem.session.csmp}",))


HANDLERS: Mapping[str, Callable[[VirtualModem, Command], Reply | None]] = {
    "+CMGF": _format,
    "+CSMS": _service,
    "+CPMS": _memories,
    "+CNMI": _indications,
    "+CMGL": _list,
    "+CMGR": _read,
    "+CMGD": _delete,
    "+CMGS": _send,
    "+CMGW": _write,
    "+CNMA": _acknowledge,
    "+CSCA": _centre,
    "+CSMP": _parameters,
}
