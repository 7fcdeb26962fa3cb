"""What a password and a PIN must be (NIST SP 800-63B-4, 3.1.1.2), and one-time passwords to hand out."""

from __future__ import annotations

import secrets
from functools import cache
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize

LEAST = 15  # characters of a password that is the only proof
LEAST_BESIDE = 8  # of one beside a second factor
MOST = 256  # NIST: at least 64; a bound, so that nobody hashes books
PIN_LEAST, PIN_MOST = 6, 12  # digits
ONCE_GROUPS, ONCE_GROUP = 4, 4
PLAIN = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0 o 1 l i: it is read out and typed


class Unfit(Exception):
    """It may not be taken. ``why``: a key of words."""

    def __init__(self, why: str, **fields: str) -> None:
        super().__init__(why)
        self.why, self.fields = why, fields


def one_time_password() -> str:
    """79 bits, in groups for reading out."""
    return "-".join("".join(secrets.choice(PLAIN) for _ in range(ONCE_GROUP)) for _ in range(ONCE_GROUPS))


def fit_password(text: str, *, login: str, name: str, second_factor: bool) -> str:
    """The password as it is. Length counts and nothing else, but that it is not among the first that are guessed.
    Raises Unfit."""
    if len(text) > 4 * MOST:  # before any more is done with it
        raise Unfit("access.password_long", most=str(MOST))
    whole, least = normalize("NFKC", text), LEAST_BESIDE if second_factor else LEAST
    if len(whole) < least:
        raise Unfit("access.password_short", least=str(least))
    if len(whole) > MOST:
        raise Unfit("access.password_long", most=str(MOST))
    plain = _plain(whole)
    if _repeats(plain) or plain in _common():
        raise Unfit("access.password_common")
    own = {_plain(one) for one in (login, name, "kentongan") if len(one) > 2}
    rest = plain
    for one in sorted(own, key=len, reverse=True):
        rest = rest.replace(one, "")
    if len(rest) < len(plain) and len(rest) < LEAST_BESIDE // 2:
        raise Unfit("access.password_own")
    return text


def fit_pin(text: str) -> str:
    """Digits that are not a row. Raises Unfit."""
    if not (text.isascii() and text.isdigit() and PIN_LEAST <= len(text) <= PIN_MOST):
        raise Unfit("access.pin_form", least=str(PIN_LEAST), most=str(PIN_MOST))
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(text)}
    if steps <= {0} or steps <= {1} or steps <= {9} or text in _common() or _repeats(text):
        raise Unfit("access.pin_common")
    return text


def _plain(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


def _repeats(plain: str) -> bool:
    """One to four characters over and over."""
    return any(plain == (plain[:size] * len(plain))[: len(plain)] for size in range(1, 5))


@cache
def _common() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("commonest.txt").read_text(encoding="utf-8").split())
