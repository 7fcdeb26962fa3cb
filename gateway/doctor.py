"""``kentongan doctor``: what is missing or wrong on this machine, each with the command that mends it."""

from __future__ import annotations

import contextlib
import os
import shutil
from argparse import Namespace
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.city import City
from config.clock import Clock
from config.command import DONE, NOT_SO, Command, Context, Needs
from config.settings import Settings
from gateway.audit_anchor import NAME as ANCHOR
from gateway.audit_anchor import anchors
from gateway.commanding import STORE
from gateway.store import Store, StoreEmpty, StoreFault, StoreRefused
from gateway.store.audit import head
from gateway.store.unfinished import MARK
from modem.port import PortLost, PortTaken, open_port

WARN_FREE = 0.20  # share of the disk: below it the technician is warned
CLOCK_SYNC = Path("/run/systemd/timesync/synchronized")
MANAGER = Path("/usr/sbin/ModemManager")
RULES = "78-kentongan-modems.rules"  # as config/systemd ships it
UDEV = (Path("/etc/udev/rules.d"), Path("/run/udev/rules.d"), Path("/usr/lib/udev/rules.d"))  # the first one counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. ``well`` None: worth knowing, not wrong. ``mend``: the command or act that mends it."""

    subject: str
    well: bool | None
    saw: str
    mend: str = ""


def _city(city: City, settings: Settings) -> Iterator[Finding]:
    samples = city.samples()
    if samples:
        saw = f"{len(samples)} entries of the pack are sample data, among them {', '.join(samples[:3])}"
        mend = "put the real numbers into the pack before the first real alarm"
        yield Finding(subject="city pack", well=None, saw=saw, mend=mend)
    else:
        yield Finding(
            subject="city pack",
            well=True,
            saw=f"{city.title}: {len(city.areas)} {city.levels.of('en').called('areas')}, no sample data",
        )
    callers = {modem.number for modem in settings.modem if modem.use in ("all", "calls")}
    if not callers and any(station.siren for station in city.stations.values()):
        saw = "no modem may place calls: no siren is rung and no officer called, they are told by SMS only"
        yield Finding(subject="calls", well=None, saw=saw, mend="attach one modem (README, 'Attach a real modem')")
    yield from sirens(city, callers)


def sirens(city: City, callers: Collection[str]) -> Iterator[Finding]:
    """What is wrong with their controllers, as the pack has them. ``callers``: modems that may ring them."""
    for station in city.stations.values():
        missing = sorted({*callers} - station.siren.whitelist) if station.siren else []
        if missing:
            saw = f"{station.name}: the siren does not know {', '.join(missing)}"
            mend = "add the number at the controller, then to 'whitelist' in stations.toml"
            yield Finding(subject="siren", well=False, saw=saw, mend=mend)
    mute = [one.name for one in city.stations.values() if one.siren and one.siren.relay and not one.siren.says]
    if mute:
        saw = f"any SMS of the siren counts as proof that it sounds, its words are not known: {', '.join(mute)}"
        mend = "write what it sends when the relay closes as 'says' into stations.toml"
        yield Finding(subject="siren", well=None, saw=saw, mend=mend)


def _disk(data_dir: Path) -> Iterator[Finding]:
    folder = next(path for path in (data_dir, *data_dir.absolute().parents) if path.exists())
    usage = shutil.disk_usage(folder)
    share = usage.free / usage.total
    saw = f"{share:.0%} free at {data_dir}"
    yield Finding(
        subject="disk", well=share >= WARN_FREE, saw=saw, mend="" if share >= WARN_FREE else "free some space"
    )
    if not os.access(folder, os.W_OK):
        mend = f"sudo chown -R $USER {folder}"
        yield Finding(subject="disk", well=False, saw=f"{folder} cannot be written", mend=mend)


async def store_found(settings: Settings, clock: Clock) -> list[Finding]:
    """What is to be said of the store."""
    path, url = settings.data_dir / STORE, settings.store.url
    if not path.exists() and not url and not path.with_name(MARK).exists():
        return [Finding(subject="store", well=None, saw=f"{path} is not there yet; the first start makes it")]
    try:
        return [Finding(subject="store", well=True, saw=await Store.inspect(path, clock, url=url))]
    except StoreEmpty as error:
        return [Finding(subject="store", well=None, saw=str(error), mend="kentongan run   (the first start makes it)")]
    except StoreRefused as error:
        mend = "restore a copy, or install the newer program"
        if url:
            mend = "correct [store] url, or ask who keeps that server"
        return [Finding(subject="store", well=False, saw=str(error), mend=mend)]


async def brought_back(settings: Settings, clock: Clock) -> list[Finding]:
    """A store that is older than what this machine remembers of it."""
    known, path = anchors(settings.data_dir), settings.data_dir / STORE
    try:
        async with await Store.open_reader(path, clock, url=settings.store.url) as store:
            here = await store.read(head)
    except StoreFault:
        return []  # ``store_found`` tells
    if not known or here.seq >= known[-1].head.seq:
        return []
    saw = f"its audit ends at line {here.seq}, and this machine wrote down line {known[-1].head.seq}: an older copy?"
    mend = f"kentongan restore --in-place DAY   before the program starts on it; done already: move {ANCHOR} away"
    return [Finding(subject="store", well=False, saw=saw, mend=mend)]


async def _ports(settings: Settings) -> list[Finding]:
    found = []
    for modem in settings.modem:
        subject = f"modem {modem.name}"
        try:
            port = await open_port(modem.port)
            port.close()
            found.append(Finding(subject=subject, well=True, saw=f"{modem.port} can be opened"))
        except PortTaken as error:
            mend = f"fuser -v {modem.port}   (a running Kentongan holds its own modems: that is well)"
            found.append(Finding(subject=subject, well=None, saw=str(error), mend=mend))
        except PortLost as error:
            mend = "ls -l /dev/serial/by-id/   and: sudo usermod -aG dialout $USER"
            found.append(Finding(subject=subject, well=False, saw=str(error), mend=mend))
    if not settings.modem:
        mend = "add [[modem]] to kentongan.toml (README, 'Attach a real modem'), or 'kentongan demo' to try without one"
        found.append(Finding(subject="modem", well=None, saw="no modem is set", mend=mend))
    return found


def modem_manager(program: Path = MANAGER, udev: Sequence[Path] = UDEV) -> Iterator[Finding]:
    """Whether it is there, and kept off our modems by the rule that is shipped."""
    if not program.exists():
        return
    rules = next((path for folder in udev if (path := folder / RULES).exists()), None)
    with contextlib.suppress(OSError):
        if rules and "ID_MM_DEVICE_IGNORE" in rules.read_text(encoding="utf-8", errors="replace"):
            saw = f"ModemManager is installed; {rules} keeps it off modems of the makers it names"
            yield Finding(subject="machine", well=True, saw=saw)
            return
    saw = "ModemManager is installed and grabs modems"
    mend = f"sudo apt-get purge -y modemmanager   or install config/systemd/{RULES} (its first line says how)"
    yield Finding(subject="machine", well=False, saw=saw, mend=mend)


def _machine() -> Iterator[Finding]:
    yield from modem_manager(Path(shutil.which("ModemManager") or MANAGER))
    if not shutil.which("espeak-ng"):
        saw = "no espeak-ng: calls play the fixed warnings only, and the rest is in the SMS"
        yield Finding(subject="voice", well=None, saw=saw, mend="sudo apt-get install -y espeak-ng")
    if Path("/run/systemd/timesync").exists() and not CLOCK_SYNC.exists():
        mend = "timedatectl status"
        yield Finding(
            subject="clock", well=None, saw="the clock has not been set by the network since start", mend=mend
        )


async def _doctor(context: Context, more: Sequence[Look]) -> int:
    settings, city = context.settings, context.city
    found = [
        *_machine(),
        *_disk(settings.data_dir),
        *await store_found(settings, context.clock),
        *await brought_back(settings, context.clock),
        *_city(city, settings),
    ]
    found += await _ports(settings)
    for look in more:
        found += await look(context)
    for finding in found:
        mark = {True: "well ", False: "WRONG", None: "note "}[finding.well]
        text = f"{mark}  {finding.subject}: {finding.saw}" + (f"\n       -> {finding.mend}" if finding.mend else "")
        row = {"subject": finding.subject, "well": finding.well, "saw": finding.saw, "mend": finding.mend}
        context.out.row(row, text)
    return NOT_SO if any(finding.well is False for finding in found) else DONE


Look = Callable[[Context], Awaitable[Sequence[Finding]]]
"""What another room looks at."""


def doctor(more: Sequence[Look] = ()) -> Command:
    """The command; ``more``: of rooms above this one."""

    async def run(context: Context, _arguments: Namespace) -> int:
        return await _doctor(context, more)

    return Command(
        name=("doctor",),
        help="say what is missing or wrong on this machine, and the command that mends it",
        needs=Needs.CITY,
        run=run,
    )
