"""What the speakers of a language type, as data (``languages/<lang>.toml``): lists of words by what they do in a
text, and the words of addresses. Beside it ``<lang>_spelling.toml`` (what is written for what), ``<lang>_scenes.toml``
(what an emergency looks like when nobody names it) and ``<lang>_words.txt`` (words that are no misspelling). No city is
in it; a city adds its own words in ``codes.toml``."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.wording import BASE

if TYPE_CHECKING:
    from config.city import City

SHIPPED = Path(__file__).with_name("languages")
NEAR = 8  # words: how far apart the groups of a scene may stand, where the scene does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The words around a place: in front of a street, a lane, a kelurahan, a kecamatan, a kabupaten, a lingkungan;
    before any place; and those that end a street's name. ``forename``: begins a street's name and is none by itself.
    ``toward``: the next place is where somebody goes; so is that after one of ``moving`` and one of ``to``. ``origin``:
    where he comes from. ``relation``: it is beside the next. ``rural``: before a village, of which a city has none;
    ``river``: before a river; ``denial``: before a place where it is not.
    ``other``: the next name is a person's or a thing's; ``institution``: a building's. ``number``: before a house's
    number. ``common``: never a slip in a name. ``home``, ``beside``, ``elsewhere``: phrases for the registered address,
    for what is near it, and for what is not it. ``short``: what is written for what; ``titles``: what people put for
    the first word of a street's name; ``landmark``: for that of a landmark; ``numbers``: those in words."""

    street: frozenset[str] = frozenset()
    lane: frozenset[str] = frozenset()
    area: frozenset[str] = frozenset()
    district: frozenset[str] = frozenset()
    ward: frozenset[str] = frozenset()
    locative: frozenset[str] = frozenset()
    stops: frozenset[str] = frozenset()
    region: frozenset[str] = frozenset()
    forename: frozenset[str] = frozenset()
    rural: frozenset[str] = frozenset()
    river: frozenset[str] = frozenset()
    denial: frozenset[str] = frozenset()
    toward: frozenset[str] = frozenset()
    origin: frozenset[str] = frozenset()
    relation: frozenset[str] = frozenset()
    moving: frozenset[str] = frozenset()
    to: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()
    institution: frozenset[str] = frozenset()
    number: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    home: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    short: Mapping[str, str]
    titles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    landmark: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What an emergency looks like when nobody names it: one phrase of each group, within ``near`` words of the first,
    and none of ``unless`` there. ``kind``: of emergency, where a city has it; or "complaint" or "fraud". ``sure``: as
    good as a word of emergency. ``weak``: as often none. ``figure``: a figure of speech, which takes back what it
    names. ``alone``: only where nothing else is said."""

    kind: str = ""
    groups: tuple[frozenset[str], ...]
    unless: frozenset[str] = frozenset()
    near: int = NEAR
    sure: bool = False
    weak: bool = False
    figure: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Folded words and phrases, by what they do. The file says of each list what it is for. ``digits``: by word.
    ``spelling``: what is written for what. ``known``: never misspellings."""

    help: frozenset[str] = frozenset()
    uneasy: frozenset[str] = frozenset()
    favours: frozenset[str] = frozenset()
    urgent: frozenset[str] = frozenset()
    present: frozenset[str] = frozenset()
    perhaps_present: frozenset[str] = frozenset()
    past: frozenset[str] = frozenset()
    recent: frozenset[str] = frozenset()
    since: frozenset[str] = frozenset()
    future: frozenset[str] = frozenset()
    habit: frozenset[str] = frozenset()
    idioms: frozenset[str] = frozenset()
    fraud: frozenset[str] = frozenset()
    bait: frozenset[str] = frozenset()
    advert: frozenset[str] = frozenset()
    news: frozenset[str] = frozenset()
    trade: frozenset[str] = frozenset()
    complaint: frozenset[str] = frozenset()
    complaint_heads: frozenset[str] = frozenset()
    service: frozenset[str] = frozenset()
    service_heads: frozenset[str] = frozenset()
    question: frozenset[str] = frozenset()
    hypothetical: frozenset[str] = frozenset()
    conditional: frozenset[str] = frozenset()
    negation: frozenset[str] = frozenset()
    drill: frozenset[str] = frozenset()
    cancel: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()
    quiet_phrases: frozenset[str] = frozenset()
    quiet_soft: frozenset[str] = frozenset()
    code_heads: frozenset[str] = frozenset()
    distress: frozenset[str] = frozenset()
    ominous: frozenset[str] = frozenset()
    emoji: frozenset[str] = frozenset()
    mild: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    self: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    far: frozenset[str] = frozenset()
    unreal: frozenset[str] = frozenset()
    salutations: frozenset[str] = frozenset()
    signatures: frozenset[str] = frozenset()
    ordinary: frozenset[str] = frozenset()
    joints: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    suffixes: frozenset[str] = frozenset()
    digits: Mapping[str, str] = field(default_factory=dict)
    spelling: Mapping[str, str] = field(default_factory=dict)
    scenes: tuple[Scene, ...] = ()
    known: frozenset[str] = frozenset()
    address: Address


NO_LISTS = frozenset({"address", "digits", "spelling", "scenes", "known"})


@functools.cache
def load_language(code: str) -> Language:
    """The language of that ISO 639-1 code. Raises FileNotFoundError if it is not shipped, TypeError for an unknown
    list (the files are ours and are read by a test)."""
    top = _toml(f"{code}.toml")
    digits = {word: digit for digit, words in top.pop("digits", {}).items() for word in words}
    return Language(
        address=_address(_toml(f"{code}_places.toml")),
        digits=digits,
        spelling={short: long for table in _toml(f"{code}_spelling.toml").values() for short, long in table.items()},
        scenes=_scenes(_toml(f"{code}_scenes.toml")),
        known=_known(SHIPPED / f"{code}_words.txt"),
        **{name: frozenset(words) for name, words in top.items()},
    )


def _address(parts: Mapping[str, Any]) -> Address:
    lists = dict(parts)
    short, numbers = lists.pop("short"), lists.pop("numbers", {})
    titles = {word: tuple(said) for word, said in lists.pop("titles", {}).items()}
    landmark = {word: tuple(said) for word, said in lists.pop("landmark", {}).items()}
    sets = {name: frozenset(words) for name, words in lists.items()}
    return Address(short=short, numbers=numbers, titles=titles, landmark=landmark, **sets)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((SHIPPED / name).read_text(encoding="utf-8"))


def _known(path: Path) -> frozenset[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _scenes(top: Mapping[str, Any]) -> tuple[Scene, ...]:
    classes = {f"@{name}": frozenset(words.split("|")) for name, words in top["classes"].items()}

    def group(said: str) -> frozenset[str]:
        parts = [classes[part] if part.startswith("@") else frozenset({part}) for part in said.split("|")]
        return frozenset[str]().union(*parts)

    return tuple(
        Scene(
            kind=one.get("kind", ""),
            groups=tuple(map(group, one["all"])),
            unless=frozenset(one.get("unless", ())),
            near=one.get("near", NEAR),
            sure=one.get("sure", False),
            weak=one.get("weak", False),
            figure=one.get("figure", False),
            alone=one.get("alone", False),
        )
        for one in top["scene"]
    )


def language_of(city: City) -> Language:
    """The first of the city's languages that is shipped, else Indonesian; with the city's words for areas."""
    code = next((code for code in city.languages if (SHIPPED / f"{code}.toml").is_file()), BASE)
    language = load_language(code)
    if code != city.languages[0]:  # where another language comes first, the pack's words mean what they say
        language = replace(language, mild=language.mild - {word for one in city.codes for word in one.words})
    address, own = language.address, {role: city.levels.typed(role) for role in ("area", "district", "ward")}
    if all(words <= getattr(address, role) for role, words in own.items()):
        return language  # this very one
    others = frozenset[str]().union(*own.values())
    heads = {role: (getattr(address, role) - others) | words for role, words in own.items()}
    return replace(language, address=replace(address, rural=address.rural - others, **heads))


def lists(language: Language) -> dict[str, frozenset[str]]:
    """Every list by its name, for tests and for showing."""
    return {one.name: getattr(language, one.name) for one in fields(language) if one.name not in NO_LISTS}
