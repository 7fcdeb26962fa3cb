"""The card that people carry: as large as a bank card, the emergency on one side, the services on the other."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.console.leaflets.blocks import Block, Columns, Letters, Pairs, Stack, Text
from dispatch.console.leaflets.facts import Said, cry_word, typed
from dispatch.console.leaflets.parts import bar, example, kinds, numbers, own_data, scanned, services, ways
from dispatch.console.leaflets.sheet import Size

CARD = Size(width=85.6, height=54.0, across=2, down=5)  # ISO/IEC 7810, ID-1
HEAD = Letters(10, 8, bold=True, align="C", grey=255)
NUMBER = Letters(17, 12, bold=True)
BODY = Letters(7.5, 6.5)
HEAVY = Letters(8, 6.5, bold=True)
FINE = Letters(6, 5, align="C")
CODE_MM = 14.0


def card_sides(say: Said, kelurahan: str, mark: str) -> Sequence[Sequence[Block]]:
    """Front and back."""
    number, others = numbers(say)
    left: list[Block] = [Text(say("send_to"), BODY), Text(number, NUMBER), *([Text(others, BODY)] if others else [])]
    left.append(Text(say("write", cry=cry_word(say.city)), HEAVY))
    code = scanned(say, typed(say.city, "menu"), CODE_MM, FINE)
    front: list[Block] = [
        bar([(f"{say('head')} {say.city.title}", HEAD)], 1.0),
        Columns([Stack(left), code], gap=2, shares=(0.72, 0.28)),
        kinds(say, BODY, gap=3),
        Text(say("example", example=example(say, kelurahan)), BODY),
        *([Text(say("sample_why"), FINE)] if mark else []),
    ]
    back: list[Block] = [
        Pairs(ways(say), BODY, share=0.3, gap=2),
        bar([(say("services"), HEAD)], 1.0),
        Pairs([*services(say, forms=True), *own_data(say)], BODY, share=0.5, gap=2),
    ]
    return front, back
