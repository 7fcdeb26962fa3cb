"""What a resident sets of the own phone: language, quiet, panic button, notes for those who come. Each by one word.

A phone that must be quiet is sent nothing, so what that means is said before, and only a word from it ends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from eservices.registration.asked import said_last
from gateway.asking import again, chosen, label, left, means, tidy
from gateway.dialogue import Choice, Dialogue, Register, Screen, State, Step, Who
from gateway.nik import find_nik
from gateway.number import subscriber
from gateway.registry import LONGEST, Resident
from gateway.words import fold, normal

if TYPE_CHECKING:
    from config.city import City

NOTES = (("1", "heart"), ("2", "walk"), ("3", "deaf"), ("4", "blind"), ("5", "pregnant"))
CLEAR = "6"  # the line that empties the notes


class Wish(Dialogue):
    """What they share: only the phone itself, only a registered one."""

    def __init__(self, city: City) -> None:
        self._city = city

    def _refused(self, who: Who) -> Step | None:
        if who.doubt or not subscriber(who.number):
            return said_last(self._city, who, "talk_doubt")
        if who.resident is None:
            lines = (label(self._city, who, "1", "label_register"), label(self._city, who, "0", "label_menu"))
            text = self._city.text(who.language, "talk_unregistered")
            return Step(screen=Screen(text=text, choices=lines), state={"at": "unregistered"})
        return None

    def begin(self, who: Who, said: str = "") -> Step:
        refused = self._refused(who)
        return self._wished(who, who.resident, said) if refused is None and who.resident else refused or Step()

    def step(self, state: State, typed: str, who: Who) -> Step:
        if gone := left(self._city, typed, who):
            return gone
        refused = self._refused(who)
        if refused is None and who.resident is not None:
            return self._answered(who, who.resident, typed)
        if refused is not None and chosen(refused.screen.choices[:1], typed) is not None:
            return Step(goto="registration")
        return replace(refused, understood=False) if refused is not None else Step()

    def _wished(self, who: Who, line: Resident, said: str) -> Step:
        raise NotImplementedError

    def _answered(self, who: Who, line: Resident, typed: str) -> Step:
        return self._wished(who, line, typed)

    def _set(self, who: Who, line: Resident, key: str, *only: str, **fields: str) -> Step:
        """The end, with these fields of the line written."""
        return replace(said_last(self._city, who, key, **fields), effects=(Register(resident=line, only=only),))


class Language(Wish):
    """``BAHASA INGGRIS``, ``LANGUAGE EN``."""

    name = "language"

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.words: Sequence[str] = city.words["language_heads"]
        self.heads: Sequence[str] = city.words["language_heads"]
        self._named = [(name, code) for code in city.languages for name in (code, city.text(code, "language"))]

    def _wished(self, who: Who, line: Resident, said: str) -> Step:
        choices = tuple(
            Choice(key=str(nth), label=self._city.text(code, "language"))
            for nth, code in enumerate(self._city.languages, start=1)
        )
        choice = chosen(choices, said) if said else None
        code = self._city.languages[int(choice.key) - 1] if choice is not None else self._spoken(said)
        if code:
            return self._set(replace(who, language=code), replace(line, language=code), "reg_language", "language")
        back = label(self._city, who, "0", "label_menu")
        screen = Screen(text=self._city.text(who.language, "talk_language"), choices=(*choices, back))
        if said:
            return again(self._city, who, screen, {"at": "language"})
        return Step(screen=screen, state={"at": "language"})

    def _spoken(self, said: str) -> str:
        """By its own name or another tongue's: the first letters of "Inggris" and "Indonesia" differ at the third."""
        known = {**_TONGUES, **dict(self._named)}
        found = next((code for name, code in known.items() if fold(said).strip(" .!") == fold(name)), "")
        return found if found in self._city.languages else ""


_TONGUES = {"inggris": "en", "english": "en", "inggeris": "en", "indonesia": "id", "indonesian": "id", "melayu": "id"}


class QuietAsk(Wish):
    """What quiet means, before it is switched on. A bare DIAM is none of it: that is somebody who hides."""

    name = "quiet"

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.words: Sequence[str] = city.words["quiet_ask"]

    def _wished(self, who: Who, line: Resident, said: str) -> Step:
        lines = (label(self._city, who, "1", "label_button_yes"), label(self._city, who, "0", "label_menu"))
        text = self._city.text(who.language, "reg_quiet_ask")
        return Step(screen=Screen(text=text, choices=lines), state={"at": "quiet"})

    def _answered(self, who: Who, line: Resident, typed: str) -> Step:
        asked = self._wished(who, line, "")
        if means(self._city, "no", typed):
            return said_last(self._city, who, "talk_ended")
        if chosen(asked.screen.choices[:1], typed) is None and not means(self._city, "yes", typed):
            return again(self._city, who, asked.screen, {"at": "quiet"})
        return _quiet(self._city, who, line)


def _quiet(city: City, who: Who, line: Resident) -> Step:
    said = said_last(city, who, "reg_quiet")
    return replace(said, effects=(Register(resident=replace(line, quiet=True), only=("quiet",)),))


class QuietOn(Wish):
    """``DIAM YA``: no letter and no call to this phone from now on."""

    name = "quiet_on"

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.words: Sequence[str] = city.words["quiet_on"]

    def _wished(self, who: Who, line: Resident, said: str) -> Step:
        return _quiet(self._city, who, line)


class QuietOff(Wish):
    """``BUNYI``: the phone is written to and called again."""

    name = "quiet_off"
    for_quiet = True

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.words: Sequence[str] = city.words["quiet_off"]

    def _wished(self, who: Who, line: Resident, said: str) -> Step:
        return self._set(who, replace(line, quiet=False), "reg_quiet_off", "quiet")


class ButtonAsk(Wish):
    """What a panic button is, before it is switched on."""

    name = "button"

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self._bare = frozenset(city.words["button_ask"])
        self.words: Sequence[str] = [word for word in city.words["button_ask"] if word != "panik"]

    def hears(self, text: str) -> bool:
        return fold(text).strip(" .!") in self._bare

    def _wished(self, who: Who, line: Resident, said: str) -> Step:
        if not line.confirmed:
            return said_last(self._city, who, "reg_button_not")
        lines = (label(self._city, who, "1", "label_button_yes"), label(self._city, who, "0", "label_menu"))
        text = self._city.text(who.language, "reg_button_ask")
        return Step(screen=Screen(text=text, choices=lines), state={"at": "button"})

    def _answered(self, who: Who, line: Resident, typed: str) -> Step:
        asked = self._wished(who, line, "")
        if means(self._city, "no", typed):
            return said_last(self._city, who, "talk_ended")
        if not line.confirmed or (
            chosen(asked.screen.choices[:1], typed) is None and not means(self._city, "yes", typed)
        ):
            return again(self._city, who, asked.screen, {"at": "button"}) if line.confirmed else asked
        return _button(self._city, who, line, on=True)


def _button(city: City, who: Who, line: Resident, *, on: bool) -> Step:
    if on and not line.confirmed:
        return said_last(city, who, "reg_button_not")
    effect = Register(resident=replace(line, panic_button=on), only=("panic_button",))
    return replace(said_last(city, who, "reg_button_on" if on else "reg_button_off"), effects=(effect,))


class CallMe(Wish):
    """``TELEPON SAYA`` and ``SMS SAJA``: whether what would be written unasked is said by a call instead."""

    def __init__(self, city: City, *, on: bool) -> None:
        super().__init__(city)
        self._on = on
        self.name = "call_me_on" if on else "call_me_off"
        self.words: Sequence[str] = city.words[self.name]

    def _wished(self, who: Who, line: Resident, said: str) -> Step:
        return self._set(who, replace(line, call_me=self._on), f"reg_{self.name}", "call_me")


class ButtonSet(Wish):
    """``PANIK YA`` and ``PANIK TIDAK``."""

    def __init__(self, city: City, *, on: bool) -> None:
        super().__init__(city)
        self._on = on
        self.name = "button_on" if on else "button_off"
        self.words: Sequence[str] = city.words[self.name]

    def _wished(self, who: Who, line: Resident, said: str) -> Step:
        return _button(self._city, who, line, on=self._on)


class Notes(Wish):
    """``CATATAN jantung, tidak bisa jalan``: what those who come must know. Only an officer who accepted is told."""

    name = "notes"
    names_ills = True

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.words: Sequence[str] = city.words["notes_heads"]
        self.heads: Sequence[str] = city.words["notes_heads"]

    def _wished(self, who: Who, line: Resident, said: str) -> Step:
        if not said:
            return Step(screen=self._screen(who, line), state={"at": "notes"})
        if means(self._city, "notes_gone", said):
            return self._emptied(who, line)
        return self._kept(who, replace(line, notes=tidy(find_nik(said).rest)[: LONGEST["notes"]]), said)

    def _answered(self, who: Who, line: Resident, typed: str) -> Step:
        screen = self._screen(who, line)
        choice = chosen(screen.choices, typed)
        if choice is None:
            return again(self._city, who, screen, {"at": "notes"})
        if choice.key == CLEAR:
            return self._emptied(who, line)
        more = self._city.text(self._city.languages[0], f"label_note_{dict(NOTES)[choice.key]}")
        notes = ", ".join(dict.fromkeys(part for part in (*line.notes.split(", "), more) if part))
        return self._kept(who, replace(line, notes=notes[: LONGEST["notes"]]), typed if more in typed else more)

    def _kept(self, who: Who, line: Resident, said: str) -> Step:
        walks_not = line.cannot_walk or cannot_walk(self._city, said)
        return self._set(
            who, replace(line, cannot_walk=walks_not), "reg_notes_kept", "notes", "cannot_walk", notes=line.notes
        )

    def _emptied(self, who: Who, line: Resident) -> Step:
        return self._set(who, replace(line, notes="", cannot_walk=False), "reg_notes_gone", "notes", "cannot_walk")

    def _screen(self, who: Who, line: Resident) -> Screen:
        lines = tuple(label(self._city, who, key, f"label_note_{what}") for key, what in NOTES)
        gone = label(self._city, who, CLEAR, "label_note_gone") if line.notes else None
        text = self._city.text(who.language, "reg_notes_ask", notes=line.notes or "-")
        return Screen(text=text, choices=(*lines, *((gone,) if gone else ())))


def cannot_walk(city: City, said: str) -> bool:
    """Whether words say that somebody cannot walk."""
    folded = f" {normal(said)} "
    return any(f" {normal(phrase)} " in folded for phrase in city.words["cannot_walk"])


def wishes(city: City) -> tuple[Dialogue, ...]:
    """All of them."""
    return (
        Language(city),
        QuietAsk(city),
        QuietOn(city),
        QuietOff(city),
        CallMe(city, on=True),
        CallMe(city, on=False),
        ButtonAsk(city),
        ButtonSet(city, on=True),
        ButtonSet(city, on=False),
        Notes(city),
    )
