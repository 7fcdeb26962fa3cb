"""Coordinates in what people send: AML, links to maps, degrees with minutes, labelled or bare pairs of numbers. Pure,
and knows no city: whether a pair is the right way round, or absurd, is judged by who has the map."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from dispatch.place_aml import Aml, read_aml

_N = r"[-+]?\d{1,3}(?:\.\d{1,15})?"
_PAIR = rf"({_N})\s*,[\s+]*({_N})(?![\d.])"
_LINKS = tuple(
    (how, re.compile(pattern, re.IGNORECASE))
    for how, pattern in (
        ("a map link's pin", rf"!3d({_N})!4d({_N})"),
        (
            "a map link",
            rf"[?&#](?:q|query|ll|sll|center|destination|daddr|saddr|origin|loc|cp|pin|to)=(?:loc:|geo:|ll\.)?[\s+]*{_PAIR}",
        ),
        ("a map link", rf"mlat=({_N})&(?:amp;)?mlon=({_N})"),
        ("a geo: address", rf"\bgeo:{_PAIR}"),
        ("a map link", rf"/(?:place|search|dir|maps)/(?:[^/\s]*/)*?{_PAIR}"),
        ("a map link's view", rf"/@{_PAIR}"),
        ("a map link's view", rf"#map=\d+(?:\.\d+)?/({_N})/({_N})"),
    )
)
_UNCERTAIN = re.compile(r";u=(\d{1,6})")
_HOSTS = r"goo\.gl|g\.co/kgs|google\.[a-z.]{2,6}/maps|maps\.google|maps\.apple|osm\.org|openstreetmap\.org|waze\.com"
_URL = re.compile(rf"\bgeo:\S+|(?:https?://)?\S*(?:{_HOSTS})\S*", re.IGNORECASE)
_DECIMAL = r"[-+]?\d{1,3}[.,]\d{3,15}"  # three decimals are about 100 m
_BARE = re.compile(
    rf"(?<![\d.,])(?:\b([NS])\s*)?({_DECIMAL})\s*°?\s*(LU|LS|N|S|U)?(?:\s*[,;/|]\s*|\s+)"
    rf"(?:([EW])\s*)?({_DECIMAL})\s*°?\s*(BT|BB|E|W|T|B)?(?![\w.]*\d)",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"\b(?:lat(?:itude)?|lintang|lt)\s*[:=]?\s*([-+]?\d{1,3}[.,]\d{1,15})[\s,;|]*"
    r"(?:dan\s+)?\b(?:lon(?:g(?:itude)?)?|lng|bujur|lo)\s*[:=]?\s*([-+]?\d{1,3}[.,]\d{1,15})",
    re.IGNORECASE,
)
_LABELLED_BACK = re.compile(
    r"\b(?:lon(?:g(?:itude)?)?|lng|bujur)\s*[:=]?\s*([-+]?\d{1,3}[.,]\d{1,15})[\s,;|]*"
    r"(?:dan\s+)?\b(?:lat(?:itude)?|lintang)\s*[:=]?\s*([-+]?\d{1,3}[.,]\d{1,15})",
    re.IGNORECASE,
)
_ANGLE = (
    r"(?:\b([NSEW])\s*)?(\d{1,3})\s*(?:[°o]|deg|derajat)\s*(\d{1,2}(?:[.,]\d{1,8})?)\s*(?:'|menit)\s*"
    r"(?:(\d{1,2}(?:[.,]\d{1,8})?)\s*(?:\"|''|detik)?)?\s*(?:(LU|LS|BT|BB|[NSEWUTB])(?![a-z]))?"
)
_ANGLES = re.compile(rf"{_ANGLE}\s*[,;/]?\s*{_ANGLE}", re.IGNORECASE)
_PLUS_CODE = re.compile(r"\b(?:[23456789CFGHJMPQRVWX]{4}){1,2}\+[23456789CFGHJMPQRVWX]{2,3}\b")
_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "′": "'", "´": "'", "”": '"', "“": '"', "″": '"', "º": "°", "˚": "°", "−": "-"}
)
_HINT = re.compile(r"\d\s*[.,°o]\s*\d|\d\s*(?:deg|der)|ml\s*=|goo\.gl|maps|waze|geo:|\w\+\w", re.IGNORECASE)
_BACK = frozenset({"S", "LS", "W", "BB"})  # south and west are negative; "B" is barat
_EAST = frozenset({"E", "W", "BT", "BB", "T", "B"})
SURE_DECIMALS = 4  # a bare pair with fewer might be two prices: it counts only where it lies in the city


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """A pair of degrees (WGS 84) as said; ``how``: in which form. ``ordered``: the form says which is the latitude;
    ``weak``: might be no coordinates at all. ``radius_m``, ``confidence`` (per cent), ``at``: where the form tells."""

    lat: float
    lon: float
    how: str
    ordered: bool = False
    weak: bool = False
    radius_m: float | None = None
    confidence: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """All pairs in a text, most trusted first; ``saw``: what was there and could not be read; ``rest``: the text
    without them."""

    found: tuple[Pointed, ...] = ()
    saw: tuple[str, ...] = ()
    rest: str = ""


def points(text: str) -> Points:
    """Every pair of coordinates in a text. Never raises."""
    if _HINT.search(text) is None:
        return Points(rest=text)
    clean = unicodedata.normalize("NFKC", text.translate(_QUOTES)).translate(_QUOTES)
    saw: list[str] = []
    found: list[Pointed] = []
    aml = read_aml(clean)
    if aml is not None:
        saw.append("AML" if aml.lat is not None else "AML without a position")
        found.extend(_of_aml(aml))
        clean = f"{clean[: aml.begin]} {clean[aml.end :]}"
    clean = _without_links(clean, found, saw)
    for match, pair in _pairs(clean):
        found.append(pair)
        clean = clean.replace(match, " ", 1)
    if (code := _PLUS_CODE.search(clean)) is not None:
        saw.append("a plus code, which is not read here")
        clean = clean.replace(code[0], " ", 1)
    return Points(found=tuple(found), saw=tuple(saw), rest=clean if found or saw else text)


def _of_aml(aml: Aml) -> Iterator[Pointed]:
    if aml.lat is None or aml.lon is None:
        return
    how = f"AML by {aml.method}"
    told = {"radius_m": aml.radius_m, "confidence": aml.confidence, "at": aml.at}
    yield Pointed(lat=aml.lat, lon=aml.lon, how=how, ordered=True, **told)  # type: ignore[arg-type]


def _without_links(text: str, found: list[Pointed], saw: list[str]) -> str:
    """The text without its links to maps, whose pairs are added to ``found``."""
    for link in _URL.findall(text):
        pair = next(_of_link(unquote(link)), None)
        if pair is not None:
            found.append(pair)
        else:
            saw.append("a map link that only opens on the internet")
        text = text.replace(link, " ", 1)
    return text


def _of_link(link: str) -> Iterator[Pointed]:
    for how, pattern in _LINKS:
        for match in pattern.finditer(link):
            lat, lon = float(match[1]), float(match[2])
            if (lat, lon) != (0.0, 0.0):
                radius = _UNCERTAIN.search(link)
                yield Pointed(lat=lat, lon=lon, how=how, radius_m=float(radius[1]) if radius else None)


def _pairs(text: str) -> Iterator[tuple[str, Pointed]]:
    """Pairs that a person typed, with the words they stand in."""
    for pattern, order in ((_LABELLED, (1, 2)), (_LABELLED_BACK, (2, 1))):
        for match in pattern.finditer(text):
            lat, lon = (_float(match[place]) for place in order)
            yield match[0], Pointed(lat=lat, lon=lon, how="lat and lon", ordered=True)
            text = text.replace(match[0], " ", 1)
    for match in _ANGLES.finditer(text):
        yield match[0], _of_angles(match)
    for match in _BARE.finditer(text):
        decimals = min(len(re.split("[.,]", match[place])[1]) for place in (2, 5))
        lat, lon = _signed(match[2], match[1] or match[3]), _signed(match[5], match[4] or match[6])
        ordered = bool((match[1] or match[3]) and (match[4] or match[6]))
        yield match[0], Pointed(lat=lat, lon=lon, how="a point", ordered=ordered, weak=decimals < SURE_DECIMALS)


def _of_angles(match: re.Match[str]) -> Pointed:
    one, other = match.groups()[:5], match.groups()[5:]
    first, second = (_angle(*part) for part in (one, other))
    said = [(part[4] or part[0] or "").upper() for part in (one, other)]
    if said[0] in _EAST and said[1] not in _EAST and said[1]:
        first, second = second, first
    return Pointed(lat=first, lon=second, how="degrees and minutes", ordered=all(said))


def _angle(before: str | None, degrees: str, minutes: str, seconds: str | None, after: str | None) -> float:
    value = float(degrees) + _float(minutes) / 60 + _float(seconds or "0") / 3600
    return -value if (after or before or "").upper() in _BACK else value


def _signed(number: str, side: str | None) -> float:
    value = _float(number)
    return -abs(value) if (side or "").upper() in _BACK else value


def _float(number: str) -> float:
    return float(number.replace(",", "."))
