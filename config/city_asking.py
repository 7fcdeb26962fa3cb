"""Questions in a terminal, for ``kentongan city new``: each with what is taken when one only presses Enter."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from config.phones import E164, is_emergency

LEAVE = ("quit", "exit", "keluar")
TRUNK = "+62"  # for the 0 of a number as people write it
Wrong = Callable[[str], str]
"""What is wrong with an answer, or nothing."""


class Left(Exception):
    """The person left; what was answered stands in the pack."""


class Asker:
    """``read`` hands over the next line, None at the end of all; ``say`` shows one."""

    def __init__(self, read: Callable[[str], str | None], say: Callable[[str], None]) -> None:
        self._read, self.say = read, say

    def ask(self, what: str, usual: str = "", needed: bool = True, wrong: Wrong = lambda _: "") -> str:
        """One line, asked for until nothing is ``wrong`` with it. Raises Left."""
        while True:
            line = self._read(f"{what}{f' [{usual}]' if usual else ''}: ")
            if line is None or line.strip().lower() in LEAVE:
                raise Left
            answer = line.strip() or usual
            if not answer and needed:
                self.say("An answer is needed here, or 'quit' to go on another day.")
            elif answer and (why := wrong(answer)):
                self.say(why)
            else:
                return answer

    def choose(self, what: str, options: Sequence[str], usual: str = "") -> str:
        """One of them, capitals or not; an empty answer where ``usual`` is empty: none of them."""
        known = {one.lower(): one for one in options}
        said = self.ask(
            f"{what} ({', '.join(options)})", usual, needed=False,
            wrong=lambda answer: "" if answer.lower() in known else f"{answer!r} is none of them.",
        )  # fmt: skip
        return known[said.lower()] if said else ""

    def number(self, what: str, usual: str = "", needed: bool = True, wrong: Wrong = lambda _: "") -> str:
        """A telephone number, as people write it; handed over as E.164."""
        return e164(self.ask(what, usual, needed, lambda said: _no_number(e164(said)) or wrong(e164(said))))

    def yes(self, what: str, usual: bool = True) -> bool:
        return self.ask(f"{what} (yes/no)", "yes" if usual else "no").lower() in ("yes", "y", "ya")


def e164(said: str) -> str:
    """``0812-0000 0401`` as +6281200000401; what is none stays as it is, without its blanks."""
    digits = re.sub(r"[\s().-]", "", said)
    return TRUNK + digits[1:] if re.fullmatch(r"0[1-9]\d+", digits) else digits


def _no_number(said: str) -> str:
    if is_emergency(said):
        return f"{said} is an emergency short number: it is never called or written to."
    return "" if re.fullmatch(E164, said) else f"{said!r} is no telephone number. As +6281234567890, or 081234567890."
