"""Reads ``codes.toml`` and ``texts/<lang>.toml``: what people type, and what the program says."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass

from config.city import Code
from config.city_files import PackFiles
from config.city_findings import read_findings
from config.city_levels import Level, Levels
from config.gsm7 import ONE_SMS, septets
from config.table import Table
from config.texts import PHRASES, SERVICE_WORDS, TEXTS, WIDTHS, WORDS
from config.wording import BASE, shipped_words, ships, usual_texts

FILE = "codes.toml"
_PAIR = re.compile(r"\s*[^\s=]+\s*=\s*[^\s=][^=]*")  # one word, and one or more for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """What people type. ``words``: cancel, quiet and the like, by meaning."""

    codes: tuple[Code, ...]
    agencies: dict[str, Mapping[str, str]]
    words: dict[str, tuple[str, ...]]
    findings: Mapping[str, Mapping[str, str]]


def read_codes(files: PackFiles, languages: tuple[str, ...]) -> Codes:
    """Kinds of emergency, their agencies, and the words of dialogue."""
    top = files.toml(FILE)
    names = _Names(languages)
    agencies = _agencies(top.table("agencies"), names)
    findings = read_findings(top.table("findings") if "findings" in top.data else None, languages)
    codes = tuple(_code(table, agencies, names) for table in top.tables("code"))
    if not codes:
        top.fault("", "holds no [[code]]")
    words = top.table("words")
    said = {meaning: words.texts(meaning) for meaning in sorted(WORDS)}
    shipped = shipped_words(languages)
    said |= {meaning: words.texts(meaning, shipped.get(meaning)) for meaning in sorted(SERVICE_WORDS)}
    said["outside"] = words.texts("outside", ())
    said["slang"] = words.texts("slang", ())
    for one in said["slang"]:
        if not _PAIR.fullmatch(one):
            words.fault("slang", f"{one!r} must be a word, '=', and what it stands for: \"kede = warung\"")
    words.done()
    top.done()
    for lang, waits in names.waiting.items():
        files.wait(FILE, lang, "names", waits, len(agencies) + len(codes))
        typed = [meaning for meaning in sorted(SERVICE_WORDS) if meaning not in words.data]
        files.wait(FILE, lang, "lists of [words]", typed, len(SERVICE_WORDS))
    shorts = {"slang": tuple(one.partition("=")[0].strip() for one in said["slang"])}
    _unlike(
        top, codes, {meaning: said[meaning] for meaning in (*WORDS, "outside")} | shorts
    )  # services may hear "tolong" too
    return Codes(codes=codes, agencies=agencies, words=said, findings=findings)


class _Names:
    """Reads what is called otherwise in each language. ``waiting``: of each that does not ship, what is Indonesian."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self._languages = languages
        self.waiting: dict[str, list[str]] = {lang: [] for lang in languages if not ships(lang)}

    def read(self, table: Table, called: str) -> dict[str, str]:
        """The labels of what is ``called`` so; where one waits, the Indonesian one of the table."""
        spare = table.text(BASE, "") if self.waiting and BASE not in self._languages else table.data.get(BASE)
        for lang, waits in self.waiting.items():
            waits += [called] * bool(spare and lang not in table.data)
        usual = {lang: spare if lang in self.waiting else None for lang in self._languages}
        labels = {lang: table.short(lang, WIDTHS["kind"], usual[lang]) for lang in self._languages}
        table.done()
        return labels


def _agencies(top: Table, names: _Names) -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {agency: names.read(top.table(agency), agency) for agency in top.data}
    if not found:
        top.fault("", "agencies is missing: [agencies.police] with a name in each language")
    return found


def _code(table: Table, agencies: Mapping[str, object], names: _Names) -> Code:
    code = Code(
        number=table.text("number", "", pattern=r"\d{1,2}", form="a code of one or two digits"),
        kind=table.text("kind", pattern=r"[a-z_]+", form="a kind in small letters"),
        agency=table.choice("agency", agencies),
        words=table.texts("words"),
        labels=names.read(table.table("labels"), str(table.data.get("kind"))),
    )
    table.done()
    return code


def _unlike(top: Table, codes: tuple[Code, ...], said: Mapping[str, tuple[str, ...]]) -> None:
    """A digit or a word means one thing."""
    meaning: dict[str, str] = {}
    kinds: set[str] = set()
    for place, code in enumerate(codes):
        if code.kind in kinds:
            top.fault(f"code.{place}.kind", f"{code.kind!r} is there twice")
        kinds.add(code.kind)
        for key, one in [*(("words", word) for word in code.words), ("number", code.number)]:
            if one and meaning.setdefault(one.lower(), code.kind) != code.kind:
                top.fault(f"code.{place}.{key}", f"{one!r} means {meaning[one.lower()]} already")
    for what, words in said.items():
        for word in words:
            if word.lower() in meaning:
                top.fault(f"words.{what}", f"{word!r} means {meaning[word.lower()]} already")


def read_texts(files: PackFiles, languages: tuple[str, ...], levels: Levels) -> dict[str, Mapping[str, str]]:
    """The texts of every language; each key there, each at most one SMS with its placeholders at their longest."""
    texts: dict[str, Mapping[str, str]] = {lang: _texts(files, lang, levels.of(lang)) for lang in languages}
    folder = files.folder / "texts"
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        if path.stem not in languages:
            files.fault(f"texts/{path.name}", 0, "is a language that city.toml does not list")
    return texts


def _texts(files: PackFiles, lang: str, level: Level) -> dict[str, str]:
    name, usual = f"texts/{lang}.toml", usual_texts(lang)
    table = files.toml(name)
    read = {key: table.text(key, usual.get(key)) for key in TEXTS}
    if not ships(lang):
        files.wait(name, lang, "texts", [key for key in TEXTS if key not in table.data], len(TEXTS))
    texts = {key: level.fill(text) for key, text in read.items()}
    table.done()
    for key, text in texts.items():
        if text and (problem := text_problem(key, text)):
            table.fault(key, problem)
    return texts


def text_problem(key: str, text: str) -> str:
    """What is wrong with a text, or nothing."""
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError as fault:
        return f"has a stray brace ({fault})"
    fields = {name for _, name, _, _ in pieces if name is not None}
    if any(spec or conversion for _, _, spec, conversion in pieces):
        return "a placeholder is only its name in braces"
    unknown = sorted(fields - TEXTS[key])
    if unknown:
        allowed = ", ".join(f"{{{name}}}" for name in sorted(TEXTS[key])) or "none"
        return f"unknown placeholder {{{unknown[0]}}} (this text may use: {allowed})"
    plain = septets("".join(literal for literal, _, _, _ in pieces))
    if plain is None:
        return "holds a character outside the GSM alphabet: the SMS would need twice the room"
    room = WIDTHS[PHRASES[key]] if key in PHRASES else ONE_SMS
    longest = plain + sum(WIDTHS[name] for _, name, _, _ in pieces if name is not None)
    if longest > room:
        return f"is {longest} septets with every placeholder at its longest; {room} is what it has room for"
    return ""
