"""Questions in a terminal, for ``kentongan city new``: each with what is taken when one only presses Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

LEAVE = ("quit", "exit", "keluar")


class Left(Exception):
    """The person left; what was answered stands in the pack."""


class Asker:
    """``read`` hands over the next line, None at the end of all; ``say`` shows one."""

    def __init__(self, read: Callable[[str], str | None], say: Callable[[str], None]) -> None:
        self._read, self.say = read, say

    def ask(self, what: str, usual: str = "", needed: bool = True) -> str:
        """One line. Raises Left."""
        while True:
            line = self._read(f"{what}{f' [{usual}]' if usual else ''}: ")
            if line is None or line.strip().lower() in LEAVE:
                raise Left
            answer = line.strip() or usual
            if answer or not needed:
                return answer
            self.say("An answer is needed here, or 'quit' to go on another day.")

    def choose(self, what: str, options: Sequence[str], usual: str = "") -> str:
        """One of them; an empty answer where ``usual`` is empty: none of them."""
        while True:
            answer = self.ask(f"{what} ({', '.join(options)})", usual, needed=False)
            if answer in options or not answer:
                return answer
            self.say(f"{answer!r} is none of them.")

    def yes(self, what: str, usual: bool = True) -> bool:
        return self.ask(f"{what} (yes/no)", "yes" if usual else "no").lower() in ("yes", "y", "ya")
