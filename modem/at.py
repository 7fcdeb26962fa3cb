"""Bytes from a modem → lines → what each line is. Pure: no port, no clock, no waiting.

What a line is depends on the command that is outstanding, so the parser is told it (``expect``) and forgets it at the
final result. In this order (modem/README.md says what goes wrong otherwise): second line of a two-line code → echo →
final result → the command's own answer → unsolicited code → free text of the answer → stray.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modem.codes import (
    KNOWN_CODES,
    TWO_LINES,
    Code,
    Echo,
    Event,
    Final,
    Prompt,
    Stray,
    Text,
    code_name,
    fields,
    final_result,
    fits,
    is_pdu,
    number_in,
)

LONGEST_LINE = 4096  # bytes; a PDU line has 352, AT+CLAC's answer about 2,000: longer is noise
LONGEST_USSD = 12  # lines of one +CUSD text; a screen of 182 characters does not have more

_ECHO = re.compile(r"AT(?:$|[+^&$%*#]|[EHIZV]\d?$|D[\d+*#]+;?$)", re.ASCII)
_REGISTRATION_CODE = re.compile(r"\+C(?:|G|E)REG:\s*\d+\s*(?:$|,(?!\s*\d{1,2}\s*(?:,|$)))", re.ASCII)
"""``+CREG: stat[,"lac"…]`` is the code, ``+CREG: n,stat[…]`` the answer (27.007, 7.2)."""

_NOT_TEXT = dict.fromkeys([*range(0x20), 0x7F])


class Parser:
    """Feeds on bytes in any chunks; the same bytes give the same events however they are cut. Never raises."""

    def __init__(self) -> None:
        self._buffer = b""
        self._command: str | None = None
        self._prefixes: tuple[str, ...] = ()
        self._free = self._dial = self._prompt = False
        self._head: Code | None = None  # a two-line code whose second line is awaited
        self._ussd: list[str] = []  # lines of a +CUSD text whose quote is open

    def expect(
        self,
        command: str,
        *,
        prefixes: tuple[str, ...] = (),
        free: bool = False,
        dial: bool = False,
        prompt: bool = False,
    ) -> None:
        """``command`` was sent. Its answer's lines begin with a prefix (``"+CSQ:"``) or, when ``free``, with anything.
        ``dial``: NO CARRIER, BUSY and their like end it. ``prompt``: it asks for a PDU, or a file, first."""
        self._command, self._prefixes = command, prefixes
        self._free, self._dial, self._prompt = free, dial, prompt

    def idle(self) -> None:
        """No command is outstanding any more (its time is over): what still comes of it is stray."""
        self.expect("")
        self._command = None

    def feed(self, data: bytes) -> list[Event]:
        """What these bytes complete, in order."""
        self._buffer += data
        return list(self._events())

    def _events(self) -> Iterator[Event]:
        while True:
            if self._prompt and self._buffer.lstrip(b" \r\n\0").startswith(b">"):
                self._buffer = self._buffer.lstrip(b" \r\n\0")[1:]
                self._prompt = False
                yield Prompt()
                continue
            raw = self._next_line()
            if raw is None:
                return
            line = raw.decode("latin-1").translate(_NOT_TEXT).strip()
            if line:
                yield from self._classify(line)

    def _next_line(self) -> bytes | None:
        window = self._buffer[: LONGEST_LINE + 1]
        ends = [at for at in (window.find(b"\r"), window.find(b"\n")) if at >= 0]
        if ends:
            raw, self._buffer = self._buffer[: min(ends)], self._buffer[min(ends) + 1 :]
            return raw
        if len(window) > LONGEST_LINE:
            self._buffer = self._buffer[LONGEST_LINE:]
            return window[:LONGEST_LINE]
        return None

    def _classify(self, line: str) -> Iterator[Event]:
        if self._ussd:
            yield from self._more_ussd(line)
            return
        plain = line.encode("ascii", "ignore").decode()  # noise round a code must not hide it
        if self._head is not None and self._is_second(plain):
            head, self._head = self._head, None
            yield Code(head.name, head.rest, plain)
            return
        if _ECHO.match(plain) or (self._command and plain.upper() == self._command.upper()):
            yield Echo(line)
            return
        if self._prompt and plain == "CONNECT":
            self._prompt = False
            yield Prompt()  # a Quectel's, for a file
            return
        final = final_result(plain, dial=self._dial)
        if final is not None:
            yield from self._ended(final)
            return
        yield from self._answer_or_code(line, plain)

    def _answer_or_code(self, line: str, plain: str) -> Iterator[Event]:
        if (
            self._command is not None
            and plain.startswith(self._prefixes or ("\0",))
            and not _REGISTRATION_CODE.match(plain)
        ):
            yield Text(plain)
            return
        name = code_name(plain)
        if name is not None and not (self._free and self._command is not None and name not in KNOWN_CODES):
            yield from self._code(name, line, plain)
        elif self._command is not None and self._free:
            yield Text(plain)
        else:
            yield Stray(line)

    def _code(self, name: str, line: str, plain: str) -> Iterator[Event]:
        body = line if name == "+CUSD" else plain
        rest = body.partition(":")[2].strip() if ":" in body else ""
        if name in TWO_LINES:
            if self._head is not None:
                yield Code(self._head.name, self._head.rest)  # its second line was lost
            self._head = Code(name, rest)
        elif name == "+CUSD" and rest.count('"') % 2:
            self._ussd = [rest]
        else:
            yield Code(name, rest)

    def _more_ussd(self, line: str) -> Iterator[Event]:
        """A +CUSD text may run over lines; it ends with its quote. An answer that is awaited is not swallowed."""
        final = final_result(line) if self._command is not None else None
        if final is None:
            self._ussd.append(line)
        text = "\n".join(self._ussd)
        if final is not None or text.count('"') % 2 == 0 or len(self._ussd) >= LONGEST_USSD:
            self._ussd = []
            yield Code("+CUSD", text)
        if final is not None:
            yield from self._ended(final)

    def _is_second(self, plain: str) -> bool:
        assert self._head is not None
        if is_pdu(plain) and fits(plain, self._octets()):
            return True
        # damaged on the way: it is still this code's, unless it can be something else
        return final_result(plain) is None and code_name(plain) is None and not (self._command and self._free)

    def _octets(self) -> int | None:
        """The length a two-line code announces: its last number (+CMT: [alpha],length; +CDS: length)."""
        assert self._head is not None
        return number_in(fields(self._head.rest)[-1])

    def _ended(self, final: Final) -> Iterator[Event]:
        if self._head is not None:
            head, self._head = self._head, None
            yield head
        if self._command is None:
            yield Stray(final.text)
        else:
            self.idle()
            yield final
