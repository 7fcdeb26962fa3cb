"""The sheet of who registers neighbours: what to say and type, how to confirm; and a table to be filled by hand."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.console.leaflets.blocks import Blank, Block, Columns, Framed, Letters, Lines, Stack, Text
from dispatch.console.leaflets.facts import TIED, Said, typed
from dispatch.console.leaflets.parts import PALE, bar, numbers, scanned

HEAD = Letters(26, 18, bold=True, align="C", grey=255)
WHERE = Letters(15, 12, bold=True, align="C", grey=255)
BODY = Letters(13, 11)
LARGE = Letters(16, 12, bold=True)
FINE = Letters(10, 9, align="C")
CELL = Letters(10, 8)
CODE_MM = 34.0
HEADS = ("number", "name", "phone", "address", "agreed", "done")
SHARES = (0.06, 0.27, 0.19, 0.27, 0.11, 0.10)
ROWS = 17


def kepling_sheet(say: Said, kelurahan: str, mark: str) -> Sequence[Sequence[Block]]:
    """How it is done, and the table."""
    return _how(say, kelurahan, mark), _table(say, kelurahan, mark)


def _top(say: Said, kelurahan: str) -> Block:
    city = say.city
    where = say("kepling_for", area=city.areas[kelurahan].name) if kelurahan else say("kepling_for_city")
    return bar([(say("kepling_head"), HEAD), (where, WHERE)], 3.0)


def _how(say: Said, kelurahan: str, mark: str) -> list[Block]:
    city = say.city
    number, _ = numbers(say)
    word, area = typed(city, "reg_heads"), kelurahan or next(iter(city.areas))
    own: list[Block] = [
        Text(say("kepling_own", number=number), BODY),
        Framed([Text(say("kepling_own_form", word=word).replace(" ", TIED), LARGE)], 2.5),
        Text(say("kepling_own_example", word=word, area=city.areas[area].name), BODY),
    ]
    steps: list[Block] = [
        Stack(
            [
                Text(say("kepling_say"), BODY),
                Framed([Text(f"“{say('kepling_tell', consent=say.text('reg_consent'))}”", LARGE)], 3.0, fill=PALE),
            ]
        ),
        Columns([Stack(own), scanned(say, word, CODE_MM, FINE)], shares=(0.74, 0.26)),
        Text(say("kepling_other", word=word), BODY),
        Text(say("kepling_confirm", yes=typed(city, "yes"), no=typed(city, "no")), BODY),
        Text(say("kepling_wait", word=typed(city, "kepling_waiting")), BODY),
        Text(say("kepling_rights", show=typed(city, "my_data"), erase=typed(city, "erase")), BODY),
    ]
    numbered = [Columns([Text(f"{at}.", LARGE), step], gap=2, shares=(0.05, 0.95)) for at, step in enumerate(steps, 1)]
    why = [Text(say("sample_why"), BODY)] if mark else []
    return [_top(say, kelurahan), Text(say("kepling_why"), BODY), *numbered, *why]


def _table(say: Said, kelurahan: str, mark: str) -> list[Block]:
    heads = [say(f"column_{one}") for one in HEADS]
    asked = [say(f"kepling_{one}") for one in ("name", "ward", "day")]
    return [
        _top(say, kelurahan),
        Columns([Blank(one, BODY) for one in asked if one]),
        Lines(heads, SHARES, CELL, row=10.5, rows=ROWS),
        Text(say("kepling_keep"), BODY),
        *([Text(say("sample_why"), CELL)] if mark else []),
    ]
