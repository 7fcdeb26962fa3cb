"""Keys of look-ups in the one form in which they are compared, however they were typed. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import OSA

from config.lookup import Key, KeyForm

LONGEST = 200  # characters of a text in which a key is looked for
_SPACER = re.compile(r"[<(\[{]?\s*\bspasi\b\s*[>)\]}]?", re.IGNORECASE)  # "<spasi>" of adverts, typed as it was read
_RUN = re.compile(r"(?=[OoIiLl]*[0-9])[0-9OoIiLl]+")  # figures, and letters that a thumb or an eye takes for some
_ALIKE = re.compile(r"[OoIiLl]+")
_LIKE = str.maketrans("OoIiLl", "001111")
_WORD = re.compile(r"[^\W_]+")
LEAST_SLIP = 5  # letters of a word that may hold a slip of the thumb


def key_of(key: Key, typed: str, *, strict: bool = True) -> str | None:
    """The key, as it is compared; None: that is none. "" where it has none to give (nothing is typed for it).
    ``strict`` False: of a table's own cell, whose length and form nobody judges."""
    text = _SPACER.sub(" ", unicodedata.normalize("NFKC", typed[:LONGEST]))
    match key.form:
        case KeyForm.NONE:
            return ""
        case KeyForm.DIGITS:
            return _figures(key, text, strict)
        case KeyForm.CODE:
            return _code(key, text, strict)
        case _:
            return _words(key, text, strict)


def folded(text: str) -> str:
    """Words in small letters without accents or marks, one blank between."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if unicodedata.category(one) != "Mn")
    return " ".join(_WORD.findall(plain.lower()))


@lru_cache(4096)
def slip(one: str, other: str) -> bool:
    """Whether one slip of the thumb makes one long word of the other, the first letter right."""
    if min(len(one), len(other)) < LEAST_SLIP or one[0] != other[0]:
        return False
    return OSA.distance(one, other, score_cutoff=1) <= 1


def _figures(key: Key, text: str, strict: bool) -> str | None:
    """All figures of the text together, words that look like figures left out or not; else the one stretch of it that
    is a key by itself."""
    words = _WORD.findall(_ascii_digits(text))
    runs = [run for word in words if (run := _run(word))]
    whole = "".join(runs)
    if not strict:
        return whole
    alike = "".join(word.translate(_LIKE) if _ALIKE.fullmatch(word) else _run(word) for word in words)
    fitting = [one for one in dict.fromkeys((whole, alike, *runs, *_parted(key, text))) if _fits(key, one)]
    return next((one for one in (whole, alike) if one in fitting), fitting[0] if len(fitting) == 1 else None)


def several(key: Key, typed: str) -> bool:
    """Whether several numbers were typed where one is asked for."""
    return key.form is KeyForm.DIGITS and len(_parted(key, _ascii_digits(typed[:LONGEST]))) > 1


def _parted(key: Key, text: str) -> list[str]:
    """The numbers between blanks that are keys by themselves."""
    found = ("".join(map(_run, _WORD.findall(one))) for one in text.split())
    return list(dict.fromkeys(one for one in found if _fits(key, one)))


def _run(word: str) -> str:
    return word.translate(_LIKE) if _RUN.fullmatch(word) else "".join(one for one in word if one in "0123456789")


def _ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(one)) if one.isdigit() and not one.isascii() else one for one in text)


def _code(key: Key, text: str, strict: bool) -> str | None:
    """Letters and figures in capitals, blanks and marks left out. Where the example has a figure a key has one."""
    whole = folded(text).replace(" ", "").upper()
    if not strict:
        return whole
    figured = any(one.isdigit() for one in key.example)
    return whole if _fits(key, whole) and (not figured or any(one.isdigit() for one in whole)) else None


def _words(key: Key, text: str, strict: bool) -> str | None:
    said = folded(text)
    return said if not strict or _fits(key, said) else None


def _fits(key: Key, one: str) -> bool:
    """Blanks do not count; nor does a pattern look at them."""
    bare = one.replace(" ", "")
    return key.least <= len(bare) <= key.most and (not key.pattern or re.fullmatch(key.pattern, bare) is not None)
