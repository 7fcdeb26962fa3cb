"""What a command handler gives back, and the error texts of TS 27.005 (3.2.5) and TS 27.007 (9.2)."""

from __future__ import annotations

from dataclasses import dataclass

CME_TEXTS = {
    3: "operation not allowed",
    4: "operation not supported",
    10: "SIM not inserted",
    13: "SIM failure",
    14: "SIM busy",
    16: "incorrect password",
    20: "memory full",
    21: "invalid index",
    30: "no network service",
    50: "incorrect parameters",
    100: "unknown",
}
CMS_TEXTS = {
    300: "ME failure",
    302: "operation not allowed",
    303: "operation not supported",
    304: "invalid PDU mode parameter",
    305: "invalid text mode parameter",
    310: "SIM not inserted",
    314: "SIM busy",
    321: "invalid memory index",
    322: "memory full",
    331: "no network service",
    332: "network timeout",
    340: "no +CNMA acknowledgement expected",
    500: "unknown error",
    512: "user abort",
    515: "please wait, init or command processing in progress",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """Information lines and the final result."""

    lines: tuple[str, ...] = ()
    final: str = "OK"


OK = Reply()


class AtError(Exception):
    """The command fails. ``kind`` CME or CMS with its code; without a code it is a plain ERROR."""

    def __init__(self, kind: str = "CME", code: int | None = None) -> None:
        super().__init__(f"{kind} {code}")
        self.kind, self.code = kind, code

    def final(self, level: int) -> str:
        """The final result at a level of AT+CMEE. CMS errors carry their code at every level but ERROR at 0
        only for CME (TS 27.005, 3.2.5: +CMS ERROR is not subject to CMEE; most firmware numbers it)."""
        if self.code is None or (level == 0 and self.kind == "CME"):
            return "ERROR"
        texts = CMS_TEXTS if self.kind == "CMS" else CME_TEXTS
        text = texts.get(self.code, "unknown error") if level == 2 else str(self.code)
        return f"+{self.kind} ERROR: {text}"


def cme(code: int) -> AtError:
    """An error of the equipment."""
    return AtError("CME", code)


def cms(code: int) -> AtError:
    """An error of the message service."""
    return AtError("CMS", code)
