"""What a modem forgets at a reboot: echo, error level, character set, chosen stores, switched-on codes."""

from __future__ import annotations

from dataclasses import dataclass, field

from modem.virtual import alphabet
from modem.virtual.dialect import Dialect

KEPT_VALUES = {
    "+CCWA": "0",
    "+CGDCONT": '1,"IP","internet"',
    "+CGREG": "0",
    "+CLIR": "0",
    "+CMMS": "0",
    "+COLP": "0",
    "+CSSN": "0,0",
    "+CSTA": "129",
    "+CVHU": "0",
    "+IFC": "0,0",
    "+IPR": "0",
}
"""Settings that every dialect takes and that change nothing a client could see here."""


@dataclass(slots=True)
class Session:
    """State since power-on. ``cnmi`` is mode, mt, bm, ds, bfr; ``memories`` are mem1, mem2, mem3."""

    charset: str
    memories: list[str]
    cnmi: list[int]
    values: dict[str, str]
    call_codes: bool
    echo: bool = True
    verbose: bool = True
    quiet: bool = False
    cmee: int = 0
    cmgf: int = 0
    csms: int = 0
    csmp: str = "17,167,0,0"
    clip: int = 0
    crc: int = 0
    cusd: int = 0
    creg: int = 0
    cops_format: int = 0
    tones: bool = False
    full_code: bool = False
    held: list[str] = field(default_factory=list)  # codes buffered by CNMI mode 0

    @classmethod
    def fresh(cls, dialect: Dialect) -> Session:
        """As it is after power-on."""
        return cls(
            charset=dialect.charset,
            memories=[dialect.memory] * 3,
            cnmi=list(dialect.cnmi),
            values={**KEPT_VALUES, **dialect.settings},
            call_codes=dialect.call_codes_on,
            full_code=dialect.full_switch is None,
        )

    def profile(self) -> None:
        """ATZ and AT&F: the line's own settings and the codes of calls go back; stores and CNMI stay."""
        self.echo, self.verbose, self.quiet = True, True, False
        self.cmee = self.cmgf = self.clip = self.crc = 0

    def shown(self, text: str) -> str:
        """A string as the chosen character set writes it (AT+CSCS)."""
        if self.charset == "UCS2":
            return text.encode("utf-16-be").hex().upper()
        if self.charset == "HEX":
            return bytes(alphabet.encode(text) or [0x3F]).hex().upper()
        return text

    def typed(self, text: str) -> str:
        """A string as the client typed it in the chosen character set. Raises ValueError."""
        if self.charset == "UCS2":
            return bytes.fromhex(text).decode("utf-16-be")
        if self.charset == "HEX":
            return alphabet.decode(octet & 0x7F for octet in bytes.fromhex(text))
        return text
