"""The settings: one frozen value, from defaults < file < environment, every mistake reported at once.

The defaults are ``config/defaults.toml``, which a person copies and changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from config.fault import Fault
from config.provider_settings import ProviderSettings, provider, unlike
from config.settings_channels import (
    PRICE,
    RICHEST,
    CreditSettings,
    ProofSettings,
    SpendingSettings,
    Tariff,
    TechnicianSettings,
    credit,
    proof,
    spending,
    tariff,
    technician,
)
from config.settings_console import ConsoleSettings, console
from config.settings_retention import retention
from config.settings_sources import merged
from config.settings_systems import SourceSettings, sources
from config.settings_trackers import TrackerSettings, trackers
from config.table import Table

DEFAULT_FILE = "kentongan.toml"  # read from the current folder when nobody names another
PROFILES = ("auto", "generic", "sim800", "sim7600", "ec25", "huawei")
USES = ("all", "calls", "letters")
VOICE_LINES = 4  # calls of ours at once over a provider: each costs by the minute
POLL_S = 300.0  # between two looks into a provider's inbox; after an outage it is looked into at once
HOST_FORM = r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"  # RFC 952 and 1123; those below it are meant too
CALLBACK_FORM = r"[A-Za-z0-9_-]{22,}"  # 22 characters of base64 hold 128 bits


class SettingsFault(Exception):
    """The settings cannot be used. ``faults`` holds every mistake as one line, "kentongan.toml:12: …"."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """``url`` empty: SQLite in ``data_dir``. It may hold a password, and stays out of every repr and message."""

    url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Where the program listens. ``port`` 0: any free one. ``cert``, ``key``: files of the TLS certificate with its
    chain, and of its key (PEM); without them only this machine reaches the program."""

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    cert: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModemSettings:
    """One modem. ``port`` is a path, a glob or socket://host:port. ``use``: all, calls or letters. ``audio``: the port
    of its calls' voice, named like ``port`` ("": none). ``answer``: calls that come in are answered with the menu."""

    name: str
    port: str
    imei: str = ""
    number: str = ""
    profile: str = "auto"
    use: str = "all"
    audio: str = ""
    answer: bool = False
    tariff: Tariff = field(default_factory=Tariff)
    credit: CreditSettings = field(default_factory=CreditSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class AfricasTalkingSettings:
    """The provider's account; empty ``username``: not used. Secrets stay out of every repr. ``price``: Rupiah a part;
    ``poll_s``: how often its inbox is looked into for what it could not post. ``voice_number`` empty: no calls;
    ``voice_lines``: calls of ours at once; ``recording_hosts``: whence recordings are fetched, besides its own."""

    username: str = ""
    api_key: str = field(default="", repr=False)
    sender: str = ""
    voice_number: str = ""
    voice_lines: int = VOICE_LINES
    recording_hosts: tuple[str, ...] = ()
    sms_url: str = ""
    voice_url: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    price: float = PRICE
    poll_s: float = POLL_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the city's technician decides. ``source`` is the file that was read, if one was."""

    city: str
    data_dir: Path
    store: StoreSettings = StoreSettings()
    http: HttpSettings = HttpSettings()
    modem: tuple[ModemSettings, ...] = ()
    africastalking: AfricasTalkingSettings = AfricasTalkingSettings()
    provider: tuple[ProviderSettings, ...] = ()
    spending: SpendingSettings = field(default_factory=SpendingSettings)
    proof: ProofSettings = field(default_factory=ProofSettings)
    technician: TechnicianSettings = field(default_factory=TechnicianSettings)
    console: ConsoleSettings = field(default_factory=ConsoleSettings)
    trackers: TrackerSettings = field(default_factory=TrackerSettings)
    retention: Mapping[str, int] = field(default_factory=dict, hash=False)  # days by class
    sources: tuple[SourceSettings, ...] = ()
    source: Path | None = None


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read ``path``, else ``$KENTONGAN_SETTINGS``, else ``./kentongan.toml`` if it is there, over the defaults; the
    environment wins. Raises SettingsFault with every mistake."""
    chosen = path or Path(environ.get("KENTONGAN_SETTINGS") or DEFAULT_FILE)
    named = path is not None or bool(environ.get("KENTONGAN_SETTINGS"))
    faults: list[Fault] = []
    top = merged(chosen, named, environ, faults)
    settings = _settings(top, chosen if chosen.is_file() else None)
    _unlike(top, settings)
    if faults:
        faults.sort(key=lambda fault: (fault.line == 0, fault.line))  # the file from its top, then the environment
        raise SettingsFault([str(fault) for fault in faults])
    return settings


def _settings(top: Table, source: Path | None) -> Settings:
    settings = Settings(
        city=top.text("city"),
        data_dir=Path(top.text("data_dir")),
        store=_store(top.table("store")),
        http=_http(top.table("http")),
        modem=tuple(_modem(one, place) for place, one in enumerate(top.tables("modem"))),
        africastalking=_africastalking(top.table("africastalking")),
        provider=tuple(provider(one, source, CALLBACK_FORM) for one in top.tables("provider")),
        spending=spending(top.table("spending")),
        proof=proof(top.table("proof")),
        technician=technician(top.table("technician")),
        console=console(top.table("console")),
        trackers=trackers(top.table("trackers"), CALLBACK_FORM),
        retention=retention(top.table("retention")),
        sources=sources(top.tables("source")),
        source=source,
    )
    top.done()
    return settings


def _store(table: Table) -> StoreSettings:
    url = table.text("url", "")
    if url and not re.fullmatch(r"(sqlite\+aiosqlite:///|postgresql\+asyncpg://).+", url):
        table.fault("url", "is no database this program knows (sqlite+aiosqlite:///… or postgresql+asyncpg://…)")
        url = ""
    table.done()
    return StoreSettings(url=url)


def _http(table: Table) -> HttpSettings:
    http = HttpSettings(
        host=table.text("host"),
        port=table.whole("port", 0, 65535),
        public_url=_address(table, "public_url"),
        cert=table.text("cert", ""),
        key=table.text("key", ""),
    )
    if bool(http.cert) != bool(http.key):
        table.fault("key" if http.cert else "cert", "is missing: [http] cert and key go together")
    if not (http.cert or _only_here(http.host)):
        why = "reaches beyond this machine, and without TLS passwords could be read on the way"
        table.fault("host", f"{http.host} {why}: set cert and key ('kentongan certificate' makes them)")
    table.done()
    return http


def _only_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _modem(table: Table, place: int) -> ModemSettings:
    modem = ModemSettings(
        name=table.text("name", f"modem{place + 1}", pattern=r"[\w.-]+", form="a name of letters, digits, - . _"),
        port=table.text("port"),
        imei=table.text("imei", "", pattern=r"\d{14,16}", form="an IMEI (15 digits)"),
        number=table.phone("number", ""),
        profile=table.choice("profile", PROFILES, "auto"),
        use=table.choice("use", USES, "all"),
        audio=table.text("audio", ""),
        answer=table.flag("answer", False),
        tariff=tariff(table),
        credit=credit(table),
    )
    table.done()
    return modem


def _africastalking(table: Table) -> AfricasTalkingSettings:
    account = AfricasTalkingSettings(
        username=table.text("username", ""),
        api_key=table.text("api_key", ""),
        sender=table.text("sender", ""),
        voice_number=table.phone("voice_number", ""),
        voice_lines=table.whole("voice_lines", 1, 100, VOICE_LINES),
        recording_hosts=_hosts(table, "recording_hosts"),
        sms_url=_address(table, "sms_url"),
        voice_url=_address(table, "voice_url"),
        secrets=table.secrets("secrets", CALLBACK_FORM),
        price=table.number("price", 0, RICHEST, PRICE),
        poll_s=table.number("poll_s", 10, 86400, POLL_S),
    )
    if account.username and not (account.api_key.isascii() and account.api_key.isprintable() and account.api_key):
        table.fault("api_key", "is missing, or not plain ASCII: it goes with the username")  # never what it says
    table.done()
    return account


def _hosts(table: Table, key: str) -> tuple[str, ...]:
    found = table.texts(key, ())
    for host in found:
        if not re.fullmatch(HOST_FORM, host):
            table.fault(key, f"{host!r} is no name of a host, like recordings.example.com")
    return found


def _address(table: Table, key: str) -> str:
    return table.text(key, "", pattern=r"https?://[^\s/]+\S*", form="an address like https://host/path")


def _unlike(top: Table, settings: Settings) -> None:
    """Two modems must not claim the same name, port, IMEI or number, two channels not the same name."""
    ports = {modem.port for modem in settings.modem}
    for key in ("name", "port", "audio", "imei", "number"):
        seen: set[str] = set()
        for place, modem in enumerate(settings.modem):
            value = getattr(modem, key)
            if value and value in seen:
                top.fault(f"modem.{place}.{key}", f"{value!r} is another modem's {key} already")
            elif value and key == "audio" and value in ports:
                top.fault(f"modem.{place}.{key}", f"{value!r} is the port of a modem's commands, not of its voice")
            seen.add(value)
    unlike(top, settings.provider, tuple(modem.name for modem in settings.modem))
