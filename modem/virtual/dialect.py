"""What differs between modems, as a table. One row a modem family; the engine asks, and never names a vendor.

Sources: the vendors' AT manuals and the logs that ``modem/README.md`` cites; ``generic`` is TS 27.005 and 27.007,
and tells keys as many modems do (+DTMF, after AT+DDET=1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class CallCodes(StrEnum):
    """Unsolicited call progress."""

    NONE = "none"  # CLCC is polled
    CLCC = "clcc"  # +CLCC on change, after AT+CLCC=1 (SIM800)
    VOICE_CALL = "voice_call"  # the same, with VOICE CALL: BEGIN/END (SIM7600)
    DSCI = "dsci"  # ^DSCI, after AT^DSCI=1 or AT+QINDCFG="ccinfo",1 (EC25)
    HUAWEI = "huawei"  # ^ORIG ^CONF ^CONN ^CEND, after AT^CURC=1 (default on)


class ClassZero(StrEnum):
    """What becomes of a class 0 message with CNMI mt=1."""

    STORED = "stored"  # as any other (TS 27.005 3.4.1)
    CMT = "cmt"  # shown at once as +CMT
    CLASS0 = "class0"  # shown at once as +CLASS0:
    DROPPED = "dropped"  # shown only with mt 2 or 3


class UssdForm(StrEnum):
    """How a USSD string travels."""

    CHARSET = "charset"  # in the character set of AT+CSCS
    PACKED = "packed"  # GSM 7-bit packed, as hex, both ways (Huawei)
    UCS2 = "ucs2"  # answers in UCS-2 hex with dcs 72, whatever CSCS says


class AudioSwitch(StrEnum):
    """How a call's sound gets to the audio port."""

    NONE = "none"  # there is no such port (SIM800: analogue, and what it plays by itself)
    ALWAYS = "always"  # while a call is up
    CPCMREG = "cpcmreg"  # AT+CPCMREG=1, only in an answered call (SIM7600)
    QPCMV = "qpcmv"  # AT+QPCMV=1,0, at any time (EC25)
    DDSETEX = "ddsetex"  # AT^DDSETEX=2, while there is a call (Huawei)


class Plays(StrEnum):
    """What the modem plays into a call by itself."""

    NOTHING = "nothing"
    QPSND = "qpsnd"  # a WAV file: AT+QFUPL, AT+QPSND (EC25)
    CREC = "crec"  # an AMR file: AT+FSWRITE, AT+CREC=4 (SIM800)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One family of modems. ``settings`` are commands that only keep a value, with their first value;
    ``answers`` are fixed replies to a whole command; ``memories`` in the order of AT+CPMS=?, with their slots."""

    name: str
    vendor: str
    model: str
    revision: str
    memories: Mapping[str, int]
    memory: str  # used for all three purposes at start
    first_index: int = 1
    cnmi: tuple[int, ...] = (0, 0, 0, 0, 0)  # at start
    cnmi_ds: tuple[int, ...] = (0, 1, 2)
    missing_index_ok: bool = False  # CMGR of an empty slot answers OK with nothing
    clcc_alpha: bool = False  # +CLCC lines end in ,""
    data_line: bool = False  # AT+CLCC also lists the data bearer, mode 1
    call_codes: CallCodes = CallCodes.NONE
    call_codes_on: bool = False  # without being asked
    rejected: str = "NO CARRIER"  # final result when the far end turned the call away
    no_answer: str = "NO CARRIER"
    missed_call: bool = False  # MISSED_CALL: after an unanswered incoming call
    clip_tail: str = ""  # after number and type
    tone: str | None = None  # unsolicited key: {key}, or {ascii} for its code
    tone_switch: str | None = None  # the command that turns tones on; None: always off or on as ``tone`` says
    audio: AudioSwitch = AudioSwitch.NONE
    plays: Plays = Plays.NOTHING
    double_cr: bool = False  # vendor codes come as CR CR LF
    full: str | None = None  # unsolicited memory full: {memory}
    full_switch: tuple[str, str] | None = None  # (command, first argument) that turns it on
    class_zero: ClassZero = ClassZero.STORED
    ussd: UssdForm = UssdForm.CHARSET
    ussd_failed: str = "+CUSD: 4"  # a code that the network does not know
    boot: tuple[str, ...] = ("RDY", "+CPIN: READY")
    usb: bool = False  # a reset takes its ports away, and brings them back
    charsets: tuple[str, ...] = ("IRA", "GSM", "UCS2", "HEX")
    charset: str = "IRA"
    settings: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    refuses: frozenset[str] = frozenset()  # commands this one does not know


GENERIC = Dialect(
    name="generic",
    vendor="Kentongan",
    model="Virtual",
    revision="1.0.0",
    memories={"SM": 30, "ME": 100, "SR": 20},
    memory="SM",
    tone="+DTMF: {key}",
    tone_switch="+DDET",
    audio=AudioSwitch.ALWAYS,
)

SIM800 = Dialect(
    name="SIM800",
    vendor="SIMCOM_Ltd",
    model="SIMCOM_SIM800L",
    revision="Revision:1418B05SIM800L24",
    memories={"SM": 30, "ME": 50, "SM_P": 30, "ME_P": 50, "MT": 80},
    memory="SM",
    cnmi=(2, 1, 0, 0, 0),
    cnmi_ds=(0, 1),
    missing_index_ok=True,
    clcc_alpha=True,
    call_codes=CallCodes.CLCC,
    rejected="BUSY",
    no_answer="NO ANSWER",
    clip_tail=',"",0,"",0',
    plays=Plays.CREC,
    tone="+DTMF: {key}",
    tone_switch="+DDET",
    class_zero=ClassZero.CMT,
    ussd_failed="+CUSD: 2",
    boot=("RDY", "+CFUN: 1", "+CPIN: READY", "Call Ready", "SMS Ready"),
    settings={"+CLTS": "0", "+CSCLK": "0", "+MORING": "0", "+CMIC": "0,0", "+CGREG": "0", "+CEXTERNTONE": "0"},
)

SIM7600 = Dialect(
    name="SIM7600",
    vendor="SIMCOM INCORPORATED",
    usb=True,
    model="SIMCOM_SIM7600E-H",
    revision="+CGMR: LE20B04SIM7600M22",
    memories={"ME": 23, "MT": 53, "SM": 30, "SR": 20},
    memory="ME",
    first_index=0,
    cnmi=(2, 1, 0, 0, 0),
    clcc_alpha=False,
    call_codes=CallCodes.VOICE_CALL,
    missed_call=True,
    clip_tail=",,,,0",
    tone="+RXDTMF: {key}",
    audio=AudioSwitch.CPCMREG,
    tone_switch="+DDET",
    double_cr=True,
    full="+SMS FULL",
    class_zero=ClassZero.CLASS0,
    ussd=UssdForm.UCS2,
    boot=("RDY", "+CPIN: READY", "SMS DONE", "PB DONE"),
    settings={"+CVHU": "1", "+AUTOCSQ": "0,0", "+CNMP": "2", "+CEREG": "0"},
    answers={"+CPSI?": "+CPSI: LTE,Online,510-10,0x1A2B,12345678,123,EUTRAN-BAND3,1850,4,4,-94,-1040,-740,15"},
)

EC25 = Dialect(
    name="EC25",
    vendor="Quectel",
    usb=True,
    model="EC25",
    revision="EC25EFAR06A06M4G",
    memories={"ME": 255, "SM": 50, "MT": 305, "SR": 20},
    memory="ME",
    first_index=0,
    cnmi=(2, 1, 0, 0, 0),
    data_line=True,
    call_codes=CallCodes.DSCI,
    rejected="BUSY",
    clip_tail=',"",,"",0',
    tone="+QTONEDET: {ascii}",
    audio=AudioSwitch.QPCMV,
    plays=Plays.QPSND,
    tone_switch="+QTONEDET",
    full='+QIND: "smsfull","{memory}"',
    full_switch=("+QINDCFG", '"smsfull"'),
    class_zero=ClassZero.DROPPED,
    ussd_failed="+CUSD: 2",
    boot=("RDY", "+CFUN: 1", "+CPIN: READY", "+QUSIM: 1", "+QIND: SMS DONE", "+QIND: PB DONE"),
    charsets=("GSM", "IRA", "UCS2"),
    settings={
        "+QURCCFG": '"urcport","usbat"',
        "+QSCLK": "0",
        "+CEREG": "0",
        "+QDSIM": "0",
        "+QGPSCFG": '"outport","usbnmea"',
    },
    answers={"+QCSQ": '+QCSQ: "LTE",69,-94,146,-11', "+QSIMSTAT?": "+QSIMSTAT: 0,1"},
)

HUAWEI = Dialect(
    name="Huawei",
    vendor="huawei",
    usb=True,
    model="E173",
    revision="11.126.85.00.209",
    memories={"SM": 25, "ME": 23, "SR": 20},
    memory="SM",
    first_index=0,
    call_codes=CallCodes.HUAWEI,
    call_codes_on=True,
    clip_tail=",,,,0",
    tone="^DDTMF: {key}",
    audio=AudioSwitch.DDSETEX,
    tone_switch="^DDTMFCFG",
    full='^SMMEMFULL:"{memory}"',
    ussd=UssdForm.PACKED,
    ussd_failed="+CUSD: 4",
    boot=("^SIMST:1", "^SRVST:2", "^MODE:5,4"),
    settings={"^CURC": "1", "^USSDMODE": "1", "^STSF": "0,160,1", "^PORTSEL": "0"},
    answers={
        "^CVOICE?": "^CVOICE:0,8000,16,20",
        "^CVOICE=?": "^CVOICE:(0)",
        "^DTMF=?": "^DTMF:(1-7),(0-9,*,#,A-D)",
        "^SYSINFO": "^SYSINFO:2,3,0,5,1,,4",
        "^HWVER": '^HWVER:"CD6E1731"',
    },
)

DIALECTS: Mapping[str, Dialect] = {
    dialect.name.lower(): dialect for dialect in (GENERIC, SIM800, SIM7600, EC25, HUAWEI)
}


def dialect(name: str) -> Dialect:
    """A row by its name, whatever the case. Raises ValueError that lists the names."""
    found = DIALECTS.get(name.lower())
    if found is None:
        raise ValueError(f"profile {name!r} is not one of {', '.join(row.name for row in DIALECTS.values())}")
    return found
