"""The poster: A4, read from two steps away, for the city or for one kelurahan with those who come there."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.console.leaflets.blocks import Block, Columns, Framed, Gap, Letters, Pairs, Stack, Text
from dispatch.console.leaflets.facts import (
    Said,
    cry_word,
    every_house,
    grouped,
    nearest_clinic,
    nearest_post,
    typed,
    who_comes,
)
from dispatch.console.leaflets.parts import (
    PALE,
    bar,
    example,
    more_services,
    numbers,
    scanned,
    services,
    signed_kinds,
    ways,
)

LEAST = 14.0  # points of what is to be read
HEAD = Letters(46, 28, bold=True, align="C", grey=255)
WHERE = Letters(22, LEAST, bold=True, align="C", grey=255)
NUMBER = Letters(44, 30, bold=True)
LARGE = Letters(20, 15, bold=True)
BODY = Letters(16, LEAST)
TITLE = Letters(17, LEAST, bold=True)
SCAN = Letters(14, LEAST, align="C")
CODE_MM, SIGN_MM = 42.0, 10.5


def poster(say: Said, kelurahan: str, mark: str, *, whole: bool) -> Sequence[Block]:
    """Its blocks from top to bottom. Not ``whole``: where names are long, the services stand back."""
    city = say.city
    number, others = numbers(say)
    area = city.areas[kelurahan].name if kelurahan else ""
    left: list[Block] = [Text(say("send_to"), TITLE), Text(number, NUMBER), *([Text(others, TITLE)] if others else [])]
    offered = [*services(say), *more_services(say)]
    left += [Text(say("any_phone"), BODY), Gap(2), Text(say("write", cry=cry_word(city)), TITLE)]
    code = scanned(say, typed(city, "menu"), CODE_MM, SCAN)
    return [
        bar([(say("head"), HEAD), (", ".join(filter(None, (area, city.title))), WHERE)], 4.0),
        Columns([Stack(left), code], shares=(0.7, 0.3)),
        signed_kinds(say, LARGE, SIGN_MM),
        Framed([Text(say("example", example=example(say, kelurahan)), LARGE)], 2.5),
        Text(say("then"), BODY),
        Pairs(ways(say), BODY, share=0.3, between=0.12),
        Framed(_coming(say, kelurahan), 3.0, fill=PALE),
        bar([(say("services"), Letters(18, LEAST, bold=True, grey=255))], 2.0),
        Pairs(offered if whole else offered[-2:], BODY, share=0.3, between=0.12),
        *([Text(say("sample_why"), BODY)] if mark else []),
    ]


def _coming(say: Said, kelurahan: str) -> list[Block]:
    """Who is called first there, and where one sees a doctor."""
    city = say.city
    found = who_comes(city, say.lang, kelurahan) if kelurahan else every_house(city, say.lang)
    rows = [(one.agency, ", ".join(one.houses)) for one in found]
    clinic = nearest_clinic(city, kelurahan) if kelurahan else None
    if clinic is not None:
        rows.append((say("house"), f"{clinic.name}, {clinic.address}"))
    post = nearest_post(city, kelurahan) if kelurahan else None
    if post is not None:
        rows.append((say("disaster"), f"{post.name}, {grouped(post.number)}"))
    title = say("coming", area=city.areas[kelurahan].name) if kelurahan else say("coming_city")
    return [Text(title, TITLE), Gap(1.5), Pairs(rows, BODY, share=0.3, between=0.12)] if rows else []
