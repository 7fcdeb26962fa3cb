"""How a city speaks: its voice (``[voice]`` of city.toml) and the words of every call (``prompts/<lang>.toml``).

The prompts ship with the language. A pack may put any of them differently in its own ``prompts/<lang>.toml``; what it
does not give in a language that does not ship is said in Indonesian, and waits for a translation. Recordings of whole
prompts are ``recordings/<lang>/<id>.wav``.
"""

from __future__ import annotations

import functools
import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.city_files import PackFiles
from config.city_levels import USUAL, Level, Levels
from config.table import CLOCK, Table
from config.texts import TEXTS
from config.wording import BASE

SHIPPED = Path(__file__).with_name("prompts")
DAWN_H, DUSK_H = 7, 18  # hours between which a test may begin: it lasts up to two hours
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """``[voice]``. ``variant``: of the first language, as the machine calls it; ``variants`` of others. Words a minute
    for an incident and for a menu. ``test_days`` (0 is Monday) and ``test_at`` (minutes after midnight): when every
    officer is asked whether he hears the city; no day: never by itself. ``test_within_days``: whoever passed no such
    test for so long is shown. ``drill_minutes``: a drill ends by itself after them."""

    variant: str = "id+f3"
    variants: Mapping[str, str] = field(default_factory=dict)
    incident_wpm: int = 130
    menu_wpm: int = 115
    test_days: tuple[int, ...] = ()
    test_at: int = 600
    test_within_days: int = 35
    drill_minutes: int = 15

    def variant_of(self, lang: str) -> str:
        """The machine's voice for that language. The first language has no entry of its own."""
        return self.variants.get(lang, self.variant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """By language: ``prompts`` by id; ``screens``: texts of phones, by key, as they are spoken; ``unsaid``: patterns of
    sentences in all other texts that are not spoken at all ("Balas 1 …")."""

    prompts: Mapping[str, Mapping[str, str]]
    screens: Mapping[str, Mapping[str, str]]
    unsaid: Mapping[str, tuple[str, ...]]


def spoken(template: str, fields: Mapping[str, object]) -> str:
    """The words, blanks single. "" where every field that the template has is empty. Raises KeyError for a missing
    one."""
    names = placeholders(template)
    values = {name: " ".join(str(fields[name]).split()) for name in names}
    if names and not any(values.values()):
        return ""
    return " ".join(template.format_map(values).split())


def placeholders(template: str) -> frozenset[str]:
    """The fields that it names. Raises ValueError for a stray brace."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)


def read_voice(table: Table, languages: tuple[str, ...]) -> Voice:
    """The table ``[voice]``, every key of which has a default."""
    usual = Voice()
    form = {"pattern": r"[a-z][a-z0-9-]*(\+[A-Za-z0-9]+)?", "form": "a voice like id+f3"}
    others = table.table("variants")
    variant = table.text("variant", _usual_voice(languages[0]), **form)
    voice = Voice(
        variant=variant,
        variants={lang: others.text(lang, _usual_voice(lang), **form) for lang in languages[1:]},
        incident_wpm=table.whole("incident_wpm", 80, 260, usual.incident_wpm),
        menu_wpm=table.whole("menu_wpm", 80, 260, usual.menu_wpm),
        test_days=_days(table),
        test_at=_by_day(table),
        test_within_days=table.whole("test_within_days", 1, 400, usual.test_within_days),
        drill_minutes=table.whole("drill_minutes", 1, 120, usual.drill_minutes),
    )
    others.done()
    table.done()
    return voice


def _usual_voice(lang: str) -> str:
    """Its own, or the Indonesian one for a language that does not ship: no machine may speak it."""
    return f"{lang if shipped(lang) else BASE}+f3"


def _days(table: Table) -> tuple[int, ...]:
    named = table.texts("test_days", ())
    for day in named:
        if day not in DAYS:
            table.fault("test_days", f"{day!r} is no day ({', '.join(DAYS)})")
    return tuple(sorted({DAYS.index(day) for day in named if day in DAYS}))


def _by_day(table: Table) -> int:
    """Minutes after midnight. Nobody is called for a test at night."""
    written = table.text("test_at", "10:00", pattern=CLOCK, form="a time like 10:00")
    minutes = _minutes(written)
    if not DAWN_H * 60 <= minutes <= DUSK_H * 60:
        table.fault("test_at", f"{written} is at night: between {DAWN_H:02}:00 and {DUSK_H:02}:00")
    return minutes


def _minutes(written: str) -> int:
    hours, minutes = written.split(":")
    return int(hours) * 60 + int(minutes)


@functools.cache
def shipped(lang: str) -> Mapping[str, str]:
    """The prompts of that language; empty where it is not shipped."""
    prompts: Mapping[str, str] = _toml(f"{lang}.toml").get("prompts", {})
    return prompts


@functools.cache
def shipped_screens(lang: str) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """How its texts are spoken, and what of them is not."""
    top = _toml(f"{lang}.screens.toml")
    return top.get("screens", {}), tuple(top.get("unsaid", ()))


def _toml(name: str) -> dict[str, Any]:
    path = SHIPPED / name
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def read_said(files: PackFiles, languages: tuple[str, ...], city: Mapping[str, str], levels: Levels) -> Said:
    """What is said in every language of the pack, its faults noted in ``files``. ``city``: what is the same in every
    call ({title}, {call}); it is filled in here, so that such a prompt can be recorded."""
    read = {lang: _of_language(files, lang, levels.of(lang)) for lang in languages}
    folder = files.folder / "prompts"
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        if path.stem not in languages:
            files.fault(f"prompts/{path.name}", 0, "is a language that city.toml does not list")
    return Said(
        prompts={lang: {id: _filled(said, city) for id, said in one[0].items()} for lang, one in read.items()},
        screens={lang: one[1] for lang, one in read.items()},
        unsaid={lang: one[2] for lang, one in read.items()},
    )


def _filled(template: str, city: Mapping[str, str]) -> str:
    """What is the same in every call stands in it; braces of its own stay braces."""
    known = {f"{{{name}}}": value.replace("{", "{{").replace("}", "}}") for name, value in city.items()}
    return re.sub("|".join(map(re.escape, known)), lambda found: known[found[0]], template) if known else template


def _of_language(
    files: PackFiles, lang: str, level: Level
) -> tuple[Mapping[str, str], Mapping[str, str], tuple[str, ...]]:
    """Prompts, screens, and what is unsaid: the pack's own where it puts them differently."""
    spare = lang if shipped(lang) else BASE
    prompts, (screens, unsaid) = shipped(spare), shipped_screens(spare)
    name = f"prompts/{lang}.toml"
    if spare == lang and not (files.folder / name).is_file():
        return _put(level, prompts), _put(level, screens), unsaid
    top = files.toml(name)
    model = {id: placeholders(template) for id, template in _put(USUAL, shipped(BASE)).items()}
    own, shown = top.table("prompts"), top.table("screens")
    if spare != lang:
        files.wait(name, lang, "prompts", [id for id in prompts if id not in own.data], len(prompts))
        files.wait(name, lang, "[screens]", [key for key in screens if key not in shown.data], len(screens))
    prompts = _put(level, {id: own.text(id, prompts.get(id)) for id in model})
    screens = _put(level, {key: text for key in TEXTS if (text := shown.text(key, screens.get(key, "")))})
    for table, said, may in ((own, prompts, model), (shown, screens, TEXTS)):
        table.done()
        for id, template in said.items():
            if problem := _problem(template, may[id]):
                table.fault(id, problem)
    unsaid = _patterns(top, top.texts("unsaid", unsaid))
    top.done()
    return prompts, screens, unsaid


def _put(level: Level, said: Mapping[str, str]) -> Mapping[str, str]:
    return {key: level.fill(text) for key, text in said.items()}


def _patterns(table: Table, written: tuple[str, ...]) -> tuple[str, ...]:
    for one in written:
        try:
            re.compile(one)
        except re.error as fault:
            table.fault("unsaid", f"{one!r} is no pattern: {fault}")
            return ()
    return written


def _problem(template: str, may: frozenset[str]) -> str:
    """What is wrong with the words of a prompt, or nothing."""
    try:
        unknown = sorted(placeholders(template) - may)
    except ValueError as fault:
        return f"has a stray brace ({fault})"
    if unknown:
        allowed = ", ".join(f"{{{name}}}" for name in sorted(may)) or "none"
        return f"unknown placeholder {{{unknown[0]}}} (it may use: {allowed})"
    if re.search(r"\{\w*[!:.\[]", template):
        return "a placeholder is only its name in braces"
    return ""
