"""Numbers in words, Indonesian and English: whole ones up to a thousand times a thousand million, digits one by one,
ordinals. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MOST = 10**15 - 1  # larger ones are said digit by digit
GROUP = 4  # digits said in one breath

_ID = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DIGITS: Mapping[str, tuple[str, ...]] = {"id": _ID, "en": _EN}
_EN_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ID_SCALES = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"))
_EN_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (10**3, "thousand"))
_EN_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def cardinal(value: int, lang: str) -> str:
    """``25000``: dua puluh lima ribu. From 0 to ``MOST``; beyond it, its digits."""
    if not 0 <= value <= MOST:
        return digits(str(abs(value)), lang)
    return _english(value) if lang == "en" else _indonesian(value)


def digits(written: str, lang: str) -> str:
    """One by one: nol satu tujuh."""
    names = _DIGITS.get(lang, _ID)
    return " ".join(names[int(digit)] for digit in written)


def grouped(groups: Iterable[str], lang: str) -> str:
    """Digits one by one, a breath between the groups; a long group is parted."""
    return ", ".join(digits(part, lang) for group in groups for part in parted(group))


def parted(written: str) -> list[str]:
    """Digits in groups of four; three where one alone would be left: 0812 345 678 9 is 0812 3456 789."""
    if len(written) <= GROUP + 1:
        return [written]
    rest = len(written) % GROUP
    threes = 0 if rest == 0 else GROUP - rest  # so many groups are a digit shorter
    whole = (len(written) + threes) // GROUP
    sizes = [GROUP] * (whole - threes) + [GROUP - 1] * threes
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    return [written[start : start + size] for start, size in zip(starts, sizes, strict=True)]


def decimal(whole: str, part: str, point: str, lang: str) -> str:
    """``2,5``: dua koma lima; what stands after the mark digit by digit."""
    return f"{cardinal(int(whole), lang)} {point} {digits(part, lang)}"


def ordinal(value: int, lang: str) -> str:
    """``3``: ketiga; third."""
    words = cardinal(value, lang)
    if lang != "en":
        return "pertama" if value == 1 else f"ke{words}"
    head, _, last = words.rpartition(" ")
    first, dash, tail = last.rpartition("-")
    turned = _EN_ORDINALS.get(tail) or (f"{tail[:-1]}ieth" if tail.endswith("y") else f"{tail}th")
    return f"{head} {first}{dash}{turned}".strip()


def _indonesian(value: int) -> str:
    if value < 10:
        return _ID[value]
    if value < 20:
        return {10: "sepuluh", 11: "sebelas"}.get(value) or f"{_ID[value - 10]} belas"
    if value < 100:
        return _with(f"{_ID[value // 10]} puluh", value % 10)
    if value < 1_000:
        return _with("seratus" if value < 200 else f"{_ID[value // 100]} ratus", value % 100)
    if value < 1_000_000:
        return _with("seribu" if value < 2_000 else f"{_indonesian(value // 1000)} ribu", value % 1000)
    size, name = next(one for one in _ID_SCALES if value >= one[0])
    head = "sejuta" if value // size == 1 and name == "juta" else f"{_indonesian(value // size)} {name}"
    return _with(head, value % size)


def _with(head: str, rest: int) -> str:
    return f"{head} {_indonesian(rest)}" if rest else head


def _english(value: int) -> str:
    if value < 10:
        return _EN[value]
    if value < 20:
        return _EN_TEENS[value - 10]
    if value < 100:
        return _EN_TENS[value // 10] + (f"-{_EN[value % 10]}" if value % 10 else "")
    if value < 1_000:
        return f"{_EN[value // 100]} hundred" + (f" and {_english(value % 100)}" if value % 100 else "")
    size, name = next(one for one in _EN_SCALES if value >= one[0])
    rest = value % size
    return f"{_english(value // size)} {name}" + ((" and " if rest < 100 else " ") + _english(rest) if rest else "")
