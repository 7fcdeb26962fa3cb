"""What differs by vendor, as a table. Facts and their sources: modem/README.md.

Everything that is not here is the same on every modem, or is asked and taken as optional (``modem/setup.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Ussd(StrEnum):
    """How a USSD string is written into AT+CUSD (27.007, 7.15)."""

    PLAIN = "plain"
    PACKED = "packed"  # GSM 7-bit packed, in hexadecimal, whatever the alphabet set says


class Sweep(StrEnum):
    """How a memory is read whole."""

    LIST = "list"  # AT+CMGL=4
    INDEX = "index"  # AT+CPMS's count, then AT+CMGR each: AT+CMGL hangs some firmware for good


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicePort:
    """The commands of calls' voice on a serial port: 8 kHz, s16le, mono. ``on``: told when a call is up ("": it flows
    by itself). ``off``: told before a call and after it, the first that is taken. ``once``: told when the port was
    opened; who refuses those works without. ``asks``: a question, and how the answer of a modem that can do it begins.
    ``test``: what ``modem probe`` asks. ``where``: which of its ports it usually is."""

    on: str = ""
    off: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    asks: tuple[str, str] | None = None
    test: str = ""
    where: str = ""


class Coding(StrEnum):
    """What a modem plays; the value ends its files' names."""

    WAV = "wav"  # 8 kHz, s16le, mono
    AMR = "amr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The commands of a modem that plays files into the call. ``write`` asks for ``size`` octets, at most ``piece`` a
    command (``more``: 1 to append); ``ended``: the code that tells the end. ``room``: octets that ours may take."""

    coding: Coding
    list: str
    write: str
    delete: str
    play: str
    stop: str
    ended: str
    room: int
    create: str = ""
    piece: int = 10_000_000
    test: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One vendor's dialect. ``marks``: what AT+CGMI/+CGMM answers hold, in capitals. ``extra``: commands of the start,
    each optional. ``tone``: AT command of one key tone, ``{key}`` and ``{call}`` filled in. ``progress``: the modem
    reports the steps of a call by itself, so that AT+CLCC is only the backstop. ``submit_s``: how long a submit may
    take before it counts as unanswered. ``stores``: memories for SMS; the first is where new ones are to go. ``voice``:
    its voice port; None: it has none; ``files``: it plays into the call by itself, where no voice port is set."""

    name: str
    marks: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    tone: str = "AT+VTS={key}"
    progress: bool = False
    submit_s: float = 60.0
    stores: tuple[str, ...] = ("SM", "ME")
    sweep: Sweep = Sweep.LIST
    ussd: Ussd = Ussd.PLAIN
    voice: VoicePort | None = VoicePort()
    files: Files | None = None


GENERIC = Profile(name="generic", extra=("AT+DDET=1",))  # who has no such command says ERROR, and that is all

PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        GENERIC,
        Profile(
            name="sim800",
            marks=("SIM800", "SIM808", "SIM868", "SIM900"),
            extra=("AT+DDET=1", "AT+CLCC=1", "AT+MORING=1"),
            tone='AT+VTS="{key}"',
            progress=True,
            voice=None,
            files=Files(
                coding=Coding.AMR,
                list="AT+FSLS=C:\\User\\",
                create="AT+FSCREATE=C:\\User\\{name}",
                write="AT+FSWRITE=C:\\User\\{name},{more},{size},{wait}",
                piece=10_240,  # octets that one AT+FSWRITE takes
                delete="AT+FSDEL=C:\\User\\{name}",
                play='AT+CREC=4,"C:\\User\\{name}",0,90',  # 0: to the far end; 90: loud
                stop="AT+CREC=5",
                ended="+CREC",
                room=60_000,  # of about 90,000: a minute of speech
                test="AT+CREC=?",
            ),
        ),
        Profile(
            name="sim7600",
            marks=("SIM76", "SIM75", "A7600", "A7670", "A7672"),
            extra=("AT+DDET=1", "AT+CLCC=1", "AT+AUTOCSQ=1,1"),
            progress=True,
            submit_s=120.0,
            stores=("ME", "SM"),
            voice=VoicePort(
                on="AT+CPCMREG=1",  # refused before the call is up
                off=("AT+CPCMREG=0,1", "AT+CPCMREG=0"),
                test="AT+CPCMREG=?",
                where="ttyUSB4",
            ),
        ),
        Profile(
            name="ec25",
            marks=("EC25", "EC21", "EC20", "EG25", "EG21", "EG91", "EG95"),
            extra=(
                'AT+QURCCFG="urcport","usbat"',
                "AT+QTONEDET=1",
                'AT+QINDCFG="smsfull",1',
                'AT+QINDCFG="ccinfo",1',
                "AT^DSCI=1",
            ),
            progress=True,
            submit_s=120.0,
            stores=("ME", "SM"),
            voice=VoicePort(
                on="AT+QPCMV=1,0",
                off=("AT+QPCMV=0",),
                once=('AT+QGPSCFG="outport","none"',),  # else the positions of its GPS are on that port
                test="AT+QPCMV=?",
                where="ttyUSB1",
            ),
            files=Files(
                coding=Coding.WAV,
                list='AT+QFLST="*"',
                write='AT+QFUPL="{name}",{size},{wait}',
                delete='AT+QFDEL="{name}"',
                play='AT+QPSND=1,"{name}",0,1,1',  # once, to the far end only
                stop="AT+QPSND=0",
                ended="+QPSND",
                room=2_000_000,  # two minutes of speech
                test="AT+QPSND=?",
            ),
        ),
        Profile(
            name="huawei",
            marks=("HUAWEI", "E1750", "E173", "E3131", "E1550", "K3765"),
            extra=("AT^CURC=1", "AT^DDTMFCFG=0,1"),
            tone="AT^DTMF={call},{key}",
            progress=True,
            sweep=Sweep.INDEX,
            ussd=Ussd.PACKED,
            voice=VoicePort(
                on="AT^DDSETEX=2",  # after ^CONN; it ends with the call
                asks=("AT^CVOICE?", "^CVOICE: 0"),  # 1: the firmware is locked against voice
                test="AT^DDSETEX=?",
                where="ttyUSB1",
            ),
        ),
    )
}


def profile_for(vendor: str, model: str) -> Profile:
    """The profile of a modem that names itself so; the model outranks the vendor. ``GENERIC`` when none fits."""
    for said in (model.upper(), vendor.upper()):
        for profile in PROFILES.values():
            if any(mark in said for mark in profile.marks):
                return profile
    return GENERIC
