"""What people and providers really send in a USSD turn, read. Pure.

Providers say either the whole path of a session (``1*2*Jl Melati``) or what was typed last. A ``*`` parts inputs, and
may be inside of one; an input may carry the ``#`` that sends it; a phone that was dialled with ``*384*1*2#`` says the
whole path at once. Posts are repeated, come out of order, and some providers give a session's id again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.callback import UssdReply, UssdTurn
from gateway.paging import NEXT
from gateway.store.sessions import Session
from gateway.words import fold, squash

SESSION_S = 600.0  # no network holds a session longer (180 s are usual); a counter that comes again later is a new one
STAR = "*"

_DIALLED = re.compile(r"\*[\d*]+#")  # how a code is dialled: in digits and stars
_NUMBERED = re.compile(r"\W*(\d{1,4})\W*")
_LIKE_DIGITS = str.maketrans({"o": "0", "q": "0", "l": "1", "i": "1", "|": "1", "!": "1"})
_SEEN_AS_DIGITS = re.compile(r"[\doqil|!]{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """A session begins here; ``typed`` is what it began with. ``run``: how often its id was used before."""

    typed: str
    path: str
    run: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """The session goes on with ``typed``; its path is then ``path``."""

    typed: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """This turn was answered before, with that."""

    reply: UssdReply


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """An earlier turn than the newest, never seen before: it is shown where the session stands."""


Reading = Begin | Onward | Again | Late


def read_turn(turn: UssdTurn, session: Session | None, now: datetime) -> Reading:
    """What the turn is to the session as it is known; None: nothing is known under that id and number."""
    if session is None:
        return Begin(typed=_first(turn), path=_path(turn, ""))
    anew = Begin(typed=_first(turn), path=_path(turn, ""), run=session.run + 1)
    aged = (now - session.at).total_seconds() > SESSION_S
    if aged and _counted(session) and not turn.turn:
        return anew
    answered = session.answers.get(turn_key(turn, session))
    if answered is not None:
        return Again(reply=answered)
    if turn.path is None:
        fresh = turn.first or session.over
        return anew if fresh else Onward(typed=turn.typed or "", path=_path(turn, session.path))
    if not turn.path and session.over:  # a repeat of how it began would be known: another session of the same id
        return anew
    found = _compared(turn.path, session.path)
    return anew if found is None or (turn.first and isinstance(found, Onward)) else found


def _compared(path: str, known: str) -> Onward | Late | None:
    """What is new in ``path``; None when it does not go on from the path that is known."""
    now, before = _items(path), _items(known)
    shared = min(len(now), len(before))
    if [_loose(one) for one in now[:shared]] != [_loose(one) for one in before[:shared]]:
        return None
    if len(now) <= len(before):
        return Late()
    return Onward(typed=STAR.join(now[len(before) :]), path=path)


def _items(path: str) -> list[str]:
    return path.split(STAR) if path else []


def _loose(item: str) -> str:
    """Providers differ from one turn to the next in blanks and in the ``#`` that sent an input."""
    return " ".join(item.replace("#", " ").replace("+", " ").split())


def _counted(session: Session) -> bool:
    """Whether the id may come again: a counter's number, the phone's own, or none. One with letters is taken to be
    unique, and a post of it is a repeat however late it comes."""
    return not any(char.isalpha() for char in session.session)


def _path(turn: UssdTurn, before: str) -> str:
    if turn.path is not None:
        return turn.path
    typed = turn.typed or ""
    return f"{before}{STAR}{typed}" if before else typed


def _first(turn: UssdTurn) -> str:
    """What a session begins with, without the code that was dialled."""
    said = (turn.path if turn.path is not None else turn.typed or "").strip()
    code = turn.code.strip("*# ")
    if not _DIALLED.fullmatch(said):
        return said
    inner = said[1:-1]
    if inner == code:
        return ""
    if code and inner.startswith(code + STAR):
        return inner[len(code) + 1 :]
    return inner.partition(STAR)[2]  # whatever the code is, it comes first


def turn_key(turn: UssdTurn, session: Session | None) -> str:
    """What names this turn within its session's run: the whole path, or the provider's id of the turn."""
    if turn.path is not None:
        named = f"{STAR}{turn.path}"
    elif turn.turn:
        named = f"#{turn.turn}"
    else:
        named = f"{STAR}{_path(turn, session.path if session is not None else '')}"
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()


def split(typed: str) -> tuple[str, str | None]:
    """The first of several inputs, and the rest (None: there is none)."""
    first, star, rest = typed.partition(STAR)
    return first, rest if star else None


def written(typed: str) -> str:
    """What was meant as words: without the ``#`` that sent it, and the stars around it."""
    return typed.strip().rstrip("#").strip(" *\t\r\n")


def pressed(typed: str, keys: Mapping[str, str], turns: Mapping[str, str], digits: Mapping[str, str]) -> str | None:
    """Which of ``keys`` (what may be typed → the dialogue's own key) or ``turns`` (0, 9 → their words) was meant, as it
    is typed; "" for a turn beyond the last page; None where it is none of them (a label, words). ``digits``: the
    language's words for numbers."""
    said = fold(typed).replace("#", " ").strip(" *\t\r\n.,;:()")
    forms = _forms(said, digits)
    own = {key: seen for seen, key in keys.items()}
    for form in forms:
        if form in keys or form in turns:
            return form
        if form == NEXT and keys and turns:
            return ""  # who turns pages beyond the last does not choose
        if form in own:  # shown with a 0 before it only because of the pages
            return own[form]
    return next((key for key, word in turns.items() if said and squash(said) == squash(word)), None)


def _forms(said: str, digits: Mapping[str, str]) -> list[str]:
    """The number that may be meant, surest first."""
    forms = [said]
    if number := _NUMBERED.fullmatch(said):
        forms += [number[1], number[1].lstrip("0") or "0"]
    if said in digits:
        forms.append(digits[said])
    if _SEEN_AS_DIGITS.fullmatch(said):
        forms.append(said.translate(_LIKE_DIGITS))
    return forms
