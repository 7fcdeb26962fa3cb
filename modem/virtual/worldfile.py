"""The world of ``simulate --world FILE``: a TOML file that says who is in the network, and how it behaves.

[network]   delay_s = 0.5, loss = 0.01 …      [ussd]   "*888#" = "Pulsa Rp 12.345"
[[modem]]   number = "+62…", profile = "EC25", imei = "", imsi = "", name = ""
[[phone]]   number = "+62…", answer_after_s = 4, keys = "1" …
[[siren]]   number = "+62…", mode = "timed", whitelist = ["+62…"], relay_sms_to = "", state = "well", close_s = 5
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

from modem.virtual import ask
from modem.virtual.ask import AskError, Fields
from modem.virtual.network import Network

MODEM = ("number", "profile", "imei", "imsi", "name")


def fill(network: Network, text: str) -> None:
    """Put into a network what the file's text says. Raises AskError that names the table and the field."""
    try:
        tables = Fields(tomllib.loads(text), ("network", "ussd", "modem", "phone", "siren"))
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AskError(f"not TOML: {error}") from None
    if tables.has("network"):
        ask.settings(_fields("network", body["network"], (*ask.TIMES, *ask.CHANCES)), network.settings)
    for code, answer in _table("ussd", body.get("ussd", {})).items():
        if not isinstance(answer, str):
            raise AskError(f"ussd: {code}: a text is wanted")
        network.ussd[code] = answer
    for where, row in _rows(body, "modem"):
        _modem(network, _fields(where, row, MODEM))
    for where, row in _rows(body, "phone"):
        fields = _fields(where, row, ("number", *ask.BEHAVIOUR))
        phone = network.phone(fields.text("number"))
        phone.behave(ask.behaviour(fields, phone.behaviour))
    for where, row in _rows(body, "siren"):
        fields = _fields(where, row, ("number", *ask.SIREN))
        ask.siren(network, fields.text("number"), fields)


def _modem(network: Network, fields: Fields) -> None:
    try:
        network.modem(
            fields.text("number"),
            profile=fields.text("profile", "generic"),
            imei=fields.maybe_text("imei") or None,
            imsi=fields.maybe_text("imsi") or None,
            name=fields.maybe_text("name") or None,
        )
    except AskError:
        raise
    except ValueError as error:
        raise AskError(f"modem: {error}") from None


def _fields(where: str, row: object, known: tuple[str, ...]) -> Fields:
    try:
        return Fields(row, known)
    except AskError as error:
        raise AskError(f"{where}: {error}") from None


def _table(where: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise AskError(f"{where}: a table is wanted")
    return value


def _rows(body: dict[str, object], name: str) -> Iterator[tuple[str, object]]:
    rows = body.get(name, [])
    if not isinstance(rows, list):
        raise AskError(f"{name}: write [[{name}]]")
    for at, row in enumerate(rows, 1):
        yield f"{name} {at}", row
