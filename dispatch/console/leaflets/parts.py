"""Pieces that stand on several leaflets: the number, what to type, who comes, the city's services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dispatch.console.leaflets.blocks import Block, Code, Columns, Framed, Letters, Pairs, Stack, Text
from dispatch.console.leaflets.facts import Said, cries, grouped, letter_numbers, ringing_numbers, typed
from dispatch.console.leaflets.signs import Signed

if TYPE_CHECKING:
    from config.city import City

BLACK, PALE = 0, 235  # greys of fields
MOST_WORDS = 5  # of further services


def bar(texts: Sequence[tuple[str, Letters]], pad: float) -> Framed:
    """White letters on black."""
    return Framed([Text(text, letters) for text, letters in texts if text], pad, fill=BLACK)


def smsto(city: City, word: str) -> str:
    """What a QR code holds: a letter that is written and not yet sent."""
    return f"smsto:{letter_numbers(city)[0]}:{word}"


def scanned(say: Said, word: str, side: float, letters: Letters) -> Block:
    """A QR code with what it does."""
    return Stack([Code(smsto(say.city, word), side), Text(say("scan", word=word), letters)])


def kinds(say: Said, letters: Letters, columns: int = 2, gap: float = 6.0) -> Block:
    """What to type for each kind of emergency, in columns read downwards."""
    rows = list(cries(say.city, say.lang))
    per = -(-len(rows) // columns)
    return Columns([Pairs(rows[at : at + per], letters, gap=2.5) for at in range(0, len(rows), per)], gap=gap)


def signed_kinds(say: Said, letters: Letters, mm: float) -> Block:
    """The same with a drawing of that height before each."""
    rows = zip((code.kind for code in say.city.codes), cries(say.city, say.lang), strict=True)
    signed = [Signed(kind, Pairs([row], letters, gap=2.5), mm) for kind, row in rows]
    half = -(-len(signed) // 2)
    return Columns([Stack(signed[:half]), Stack(signed[half:])], gap=6.0)


def example(say: Said, kelurahan: str) -> str:
    """A cry with a place of this city."""
    city = say.city
    area = city.areas[kelurahan] if kelurahan else next(iter(city.areas.values()))
    street = next((one.name for one in city.streets if area.code in one.kelurahan and not one.sample), "")
    road = say("street", street=street) if street else ""
    return " ".join(filter(None, (cries(city, say.lang)[0][0], area.name, road))).upper()


def ways(say: Said) -> list[tuple[str, str]]:
    """What else leads there, and the way back."""
    city = say.city
    rows = [(say("word_no_credit"), say("no_credit"))] if ringing_numbers(city) else []
    rows += [(city.ussd, say("dial"))] if city.ussd else []
    rows.append((city.emergency_call, say("call")))
    rows.append((typed(city, "cancel"), say("cancel", seconds=f"{city.clocks.cancel_s:.0f}")))
    return rows


def further(city: City) -> list[str]:
    """The words of the further services, in the order of the menu."""
    words = {name: one.words[0].upper() for name, one in city.lookups.items()}
    return [word for word in (words.get(name) or typed(city, name) for name in city.further) if word]


def services(say: Said, *, forms: bool = False) -> list[tuple[str, str]]:
    """What the city does by the same number: the word to type (``forms``: and what follows it), and what it does."""
    city = say.city
    service = next(iter(city.clinics.services.values()), None)
    follows = [
        (typed(city, "reg_heads"), say("register_form"), say("do_register")),
        (typed(city, "ticket_report"), say("complain_form"), say("do_complain")),
    ]
    if service is not None:
        doctor = f"{service.words[0].upper()} {say('doctor_form')}"
        follows.append((typed(city, "queue_heads"), doctor, say("do_doctor")))
    rows = [(f"{word} {form}" if forms else word, does) for word, form, does in follows]
    return [*rows, (typed(city, "menu"), say("do_menu"))]


def more_services(say: Said) -> list[tuple[str, str]]:
    """The words of some further services; nothing where there are none."""
    words = further(say.city)[:MOST_WORDS]
    return [(typed(say.city, "more"), say("do_more", words=", ".join(words)))] if words else []


def own_data(say: Said) -> list[tuple[str, str]]:
    """What one may see and erase of oneself."""
    return [(typed(say.city, "my_data"), say("do_my_data"))]


def numbers(say: Said) -> tuple[str, str]:
    """The first number to write to, and the others in words (or nothing)."""
    first, *others = letter_numbers(say.city)
    return grouped(first), ", ".join(say("or_number", number=grouped(one)) for one in others)
