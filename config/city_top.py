"""Reads ``city.toml``: the city's name, clocks, own numbers and quiet rules."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.city import Modem, Post
from config.city_clocks import Clocks, read_clocks
from config.city_files import PackFiles
from config.city_levels import Levels, read_levels
from config.city_voice import Voice, read_voice
from config.table import Table

FILE = "city.toml"
CALLED = r"\d{3,12}"
USSD = r"[*#][*#0-9]{1,20}#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """What ``city.toml`` says. ``table`` is the file itself, for faults that show only beside the other files.
    ``clocks`` None: at least one is missing or wrong, and a fault says which."""

    table: Table
    name: str
    title: str
    timezone: ZoneInfo
    version: int
    languages: tuple[str, ...]
    levels: Levels
    emergency_call: str
    sample_prefix: str
    clocks: Clocks | None
    modems: tuple[Modem, ...]
    operators: tuple[Post, ...]
    voice: Voice
    quiet: Table
    quiet_kinds: tuple[str, ...]
    menu: Table
    further: tuple[str, ...]
    ussd: str

    def ringing(self) -> list[str]:
        """The gateway's numbers that may ring a siren."""
        return sorted(modem.number for modem in self.modems if modem.use != "letters" and modem.number)


def read_top(files: PackFiles) -> Top:
    """Everything in ``city.toml``, its faults noted in ``files``."""
    table = files.toml(FILE)
    quiet, menu, languages = table.table("quiet"), table.table("menu"), _languages(table)
    top = Top(
        table=table,
        name=table.text("name"),
        title=table.text("title"),
        timezone=_timezone(table),
        version=table.whole("version", 1, 9999, 1),
        languages=languages,
        levels=read_levels(table.table("levels"), languages),
        emergency_call=table.text("emergency_call", pattern=CALLED, form="a number to call"),
        sample_prefix=table.text("sample_prefix", "", pattern=r"\+\d{5,12}", form="the beginning of a number"),
        clocks=read_clocks(table.table("clocks")),
        modems=tuple(_modem(one) for one in table.tables("modem")),
        operators=tuple(_post(one) for one in table.tables("command_centre")),
        voice=read_voice(table.table("voice"), languages),
        quiet=quiet,
        quiet_kinds=quiet.texts("kinds"),
        menu=menu,
        further=menu.texts("more", ()),
        ussd=menu.text("ussd", "", pattern=USSD, form="a USSD code like *384#"),
    )
    quiet.done()
    menu.done()
    table.done()
    if not top.ringing():
        table.fault("", "no [[modem]] may call: a siren must be rung by one at the least")
    if not top.operators:
        table.fault("", "no [[command_centre]]: somebody must be told when nobody accepts")
    return top


def _timezone(table: Table) -> ZoneInfo:
    name = table.text("timezone")
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        table.fault("timezone", f"{name!r} is no time zone (Asia/Jakarta, Asia/Makassar, Asia/Jayapura …)")
        return ZoneInfo("UTC")


def _languages(table: Table) -> tuple[str, ...]:
    languages = table.texts("languages")
    for lang in languages:
        if not is_language(lang):
            table.fault("languages", f"{lang!r} is no language code (id, en …)")
    if not languages and "languages" in table.data:
        table.fault("languages", "needs one language at the least")
    return tuple(lang for lang in languages if lang.isalpha()) or ("id",)


def is_language(code: str) -> bool:
    """Whether it has the form of one (ISO 639)."""
    return code.isascii() and code.isalpha() and code.islower() and 2 <= len(code) <= 3


def _modem(table: Table) -> Modem:
    modem = Modem(
        number=table.phone("number"),
        use=table.choice("use", ("all", "calls", "letters"), "all"),
        sample=table.flag("sample", False),
    )
    table.done()
    return modem


def _post(table: Table) -> Post:
    post = Post(name=table.text("name"), number=table.phone("number"), sample=table.flag("sample", False))
    table.done()
    return post
