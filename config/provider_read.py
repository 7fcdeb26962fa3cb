"""A provider's description, from its file: every mistake by its line, all of them at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from config.fault import Fault
from config.provider import DeliveryIn, Description, SmsIn, Stamp, UssdIn, Way
from config.provider_parts import ZONE, check_holes, reply, way, zone_minutes
from config.provider_send import probe_section, send_section
from config.table import Table
from config.toml_lines import TomlFault, parse

LARGEST = 64 * 1024  # bytes of a description: the template with all its comments has 8
NAME = r"[a-z][a-z0-9-]{0,30}"  # a word of the callback's address
VALUE = r"[a-z][a-z0-9_]*"  # lower case, as the environment gives them
TAKEN = ("africastalking",)
STATE_WORDS = ("delivered", "read", "trying", "failed")


class ProviderFault(Exception):
    """The description cannot be used. ``faults``: every mistake."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def load_provider(path: Path) -> Description:
    """Raises ProviderFault with every mistake."""
    found, faults = read_provider(path)
    if found is None:
        raise ProviderFault(faults)
    return found


def read_provider(path: Path) -> tuple[Description | None, list[Fault]]:
    """The description where it has no mistake, and its mistakes from the file's top."""
    faults: list[Fault] = []
    written = _text(path, faults)
    if written is None:
        return None, faults
    try:
        toml = parse(written)
    except TomlFault as fault:
        return None, [Fault(file=str(path), line=fault.line, message=str(fault))]

    def where(key: str) -> tuple[str, int]:
        return str(path), toml.line(*key.split("."))

    found = _description(Table(toml.data, where, faults), str(path))
    return (None if faults else found), sorted(faults, key=lambda fault: fault.line)


def _text(path: Path, faults: list[Fault]) -> str | None:
    try:
        if path.stat().st_size > LARGEST:
            raise OSError(27, "is larger than 64 KiB")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        message = "there is no such file"
    except UnicodeDecodeError:
        message = "is not text in UTF-8"
    except OSError as fault:
        message = f"cannot be read ({fault.strerror})"
    faults.append(Fault(file=str(path), line=0, message=message))
    return None


def _description(top: Table, file: str) -> Description:
    values = _values(top.table("values"))
    sms = _sms(top.table("sms"), values) if "sms" in top.data else None
    delivery = _delivery(top.table("delivery"), values) if "delivery" in top.data else None
    ussd = _ussd(top.table("ussd"), values) if "ussd" in top.data else None
    described = Description(
        file=file,
        name=top.text("name", pattern=NAME, form="a name of small letters, digits and - (at most 31)"),
        title=top.text("title", ""),
        price=top.number("price", 0, 100_000, 0),
        values=values,
        sms=sms,
        delivery=delivery,
        ussd=ussd,
        send=send_section(top.table("send"), values) if "send" in top.data else None,
        probe=probe_section(top.table("probe"), values) if "probe" in top.data else None,
    )
    if described.name in TAKEN:
        top.fault("name", f"{described.name!r} is a provider that the program knows by itself: choose another name")
    if not (sms or ussd or described.send):
        top.fault("", "describes nothing: at least one of [sms], [ussd] and [send] is needed")
    if described.probe and not described.send:
        top.fault("probe", "there is nothing to probe without [send]")
    top.done()
    return described


def _values(table: Table) -> Mapping[str, str]:
    values = {}
    for key in table.data:
        if not re.fullmatch(VALUE, key):
            table.fault(key, "a value's name has small letters, digits and _ only")
        values[key] = table.text(key, "")
    return values


def _sms(table: Table, values: Mapping[str, str]) -> SmsIn:
    found = way(table, needed=("from", "text"), optional=("to", "id", "sent_at", "charset"))
    sms = SmsIn(way=found, stamp=_stamp(table), answer=reply(table.table("answer"), values, ("id",)))
    table.done()
    return sms


def _delivery(table: Table, values: Mapping[str, str]) -> DeliveryIn:
    found = way(table, needed=("reference", "status"), optional=("to", "why", "at"))
    words: dict[str, str] = {}
    states = table.table("states")
    for state in STATE_WORDS:
        for word in states.texts(state, ()):
            if words.get(word.casefold(), state) != state:
                states.fault(state, f"{word!r} already means {words[word.casefold()]}")
            words[word.casefold()] = state
    if not words:
        table.fault("states", "says of no status what it means")
    delivery = DeliveryIn(
        way=found,
        stamp=_stamp(table),
        states=words,
        otherwise=states.choice("otherwise", STATE_WORDS, "trying"),
        answer=reply(table.table("answer"), values, ("reference",)),
    )
    states.done()
    table.done()
    return delivery


def _ussd(table: Table, values: Mapping[str, str]) -> UssdIn:
    found = way(
        table, needed=("session", "number"), optional=("code", "path", "typed", "turn", "first", "ended", "error")
    )
    _typed(table, found)
    said = ("session", "number", "code", "turn")
    more, end = table.table("more"), table.table("end")
    ussd = UssdIn(
        way=found,
        first=_words(table, "first", found),
        ended=_words(table, "ended", found),
        more=reply(more, values, (*said, "text")),
        end=reply(end, values, (*said, "text")),
        over=reply(table.table("over"), values, said),
    )
    for word, answer in ((more, ussd.more), (end, ussd.end)):
        check_holes(word, "text", answer, needed="text")
    if ussd.more == ussd.end:
        end.fault(
            "", "[ussd.more] and [ussd.end] are the same: the provider could not tell whether the session goes on"
        )
    table.done()
    return ussd


def _typed(table: Table, found: Way) -> None:
    told = {"path", "typed"} & found.names.keys()
    if not told:
        table.fault("", "[ussd] needs typed (what was typed now) or path (everything typed, joined by *)")
    if len(told) == 2 and found.names["path"] == found.names["typed"]:
        table.fault("typed", "is the same field as path")


def _words(table: Table, key: str, found: Way) -> frozenset[str]:
    words = frozenset(word.casefold() for word in table.texts(f"{key}_is", ()))
    if words and key not in found.names:
        table.fault(f"{key}_is", f"needs {key}: the field that says it")
    if key in found.names and not words:
        table.fault(key, f"needs {key}_is: the values that say it")
    return words


def _stamp(table: Table) -> Stamp:
    form = table.text("time", "iso")
    if form not in ("iso", "unix", "unix_ms") and "%" not in form:
        table.fault("time", f"{form!r} is not iso, unix, unix_ms or a pattern like %Y-%m-%d %H:%M:%S")
    zone = table.text("zone", "+00:00", pattern=ZONE, form="a difference to UTC like +07:00")
    return Stamp(form=form, zone_minutes=zone_minutes(zone))
