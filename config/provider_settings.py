"""``[[provider]]`` of the settings: which description, and what it needs from the city: account, secrets, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.provider import Description
from config.provider_read import NAME, TAKEN, read_provider
from config.table import Table
from config.template import Template, holes

SHIPPED = Path(__file__).with_name("providers")
ADDRESS = r"https?://[^/?#\s@]+(/[^?#\s]*)?"  # no user or password in it: they would stand in logs of others
PLAIN = r"[^\x00-\x1f\x7f]*"  # a value may stand in a header
SENDER = r"\+[1-9]\d{7,14}|\d{3,8}|[A-Za-z0-9 ._-]{1,11}"  # E.164, a short code, or an alphanumeric sender (23.040)
CALLBACK_HOLES = ("delivery_url", "sms_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """A provider described in a file. ``values`` fill the description's holes (an account's name and password: in no
    repr), ``senders`` are our own numbers there, the first is the one letters are sent by. ``price``: Rupiah for each
    message on the wire, where the contract differs from the description. ``described``: what the file says; None only
    where a test makes settings by hand."""

    description: str
    name: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    senders: tuple[str, ...] = ()
    price: float = 0.0
    described: Description | None = field(default=None, repr=False)


def provider(table: Table, beside: Path | None, callback_form: str) -> ProviderSettings:
    """One ``[[provider]]``. ``beside``: the settings' own file; every fault of the description is noted too."""
    written = table.text("description")
    described: Description | None = None
    if written:
        path = find_description(written, beside)
        if path is None:
            shipped = ", ".join(sorted(one.stem for one in SHIPPED.glob("*.toml")))
            table.fault("description", f"there is no file {written!r}, and no such description ships ({shipped})")
        else:
            described, faults = read_provider(path)
            table.faults.extend(faults)
    found = ProviderSettings(
        description=written,
        name=table.text("name", described.name if described else "", pattern=NAME, form="a name of small letters"),
        secrets=table.secrets("secrets", callback_form),
        values=_values(table.table("values"), described),
        senders=_senders(table),
        price=table.number("price", 0, 100_000, described.price if described else 0),
        described=described,
    )
    if found.described is not None:
        _enough(table, found, found.described)
    table.done()
    return found


def find_description(written: str, beside: Path | None = None) -> Path | None:
    """The file: a path from here or from the settings' folder, or the name of a description that ships."""
    asked = Path(written).expanduser()
    places = [asked, SHIPPED / f"{written}.toml"]
    if beside is not None:
        places.insert(1, beside.parent / asked)
    if asked.parent.parts[-2:] == ("config", "providers"):
        places.append(SHIPPED / asked.name)
    return next((place for place in places if place.is_file()), None)


def unlike(top: Table, providers: tuple[ProviderSettings, ...], modems: tuple[str, ...]) -> None:
    """No two channels have one name."""
    seen = {*modems, *TAKEN}
    for place, one in enumerate(providers):
        if one.name and one.name in seen:
            top.fault(
                f"provider.{place}", f"{one.name!r} is another channel's name already: give this one its own name"
            )
        seen.add(one.name)


def _values(table: Table, described: Description | None) -> dict[str, str]:
    """The description's values with the settings' over them. What a value says is never in a fault."""
    values = dict(described.values) if described else {}
    for key, written in table.data.items():
        if described and key not in described.values:
            known = ", ".join(sorted(described.values)) or "none"
            table.fault(key, f"the description has no such value (it has: {known})")
        elif isinstance(written, bool) or not isinstance(written, str | int):
            table.fault(key, "must be text in quotes")
        elif not re.fullmatch(PLAIN, str(written)):
            table.fault(key, "has a control character")
        else:
            values[key] = str(written)
    return values


def _senders(table: Table) -> tuple[str, ...]:
    senders = table.texts("senders", ())
    for sender in senders:
        if not re.fullmatch(SENDER, sender):
            table.fault("senders", f"{sender!r} is no number (+62…), short code or name of at most 11 characters")
    return senders


def _enough(table: Table, found: ProviderSettings, described: Description) -> None:
    """Everything that the description needs is there."""
    for key in described.values:
        if not found.values.get(key):
            table.fault("", f"provider.values.{key} is missing: the description needs it")
    for template in _addresses(described):
        key = template.names[0] if template.texts[0] == "" and template.names else ""
        if found.values.get(key) and not re.fullmatch(ADDRESS, found.values[key]):
            table.fault(f"values.{key}", "is no address like https://host/path")
    used = set(_holes(described))
    if "sender" in used and not found.senders:
        table.fault("", "provider.senders is missing: the description sends by a number of ours")
    if used & set(CALLBACK_HOLES) and not found.secrets:
        table.fault("", "provider.secrets is missing: the description tells the provider our callbacks' addresses")


def _addresses(described: Description) -> Iterator[Template]:
    if described.send is not None:
        yield described.send.url
    if described.probe is not None:
        yield described.probe.url


def _holes(described: Description) -> Iterator[str]:
    """Every hole of what goes out by itself."""
    for template in _addresses(described):
        yield from template.names
    if described.probe is not None:
        yield from holes(described.probe.headers)
    if described.send is not None:
        yield from holes(described.send.headers)
        for fields in (described.send.fields, described.send.ucs2):
            if fields is not None:
                for group in (fields.query, fields.form, fields.json):
                    yield from holes(group)
