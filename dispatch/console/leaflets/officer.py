"""The officer's card: what siren, call and SMS mean, and what to press."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.console.leaflets.blocks import Block, Framed, Letters, Pairs, Stack, Text
from dispatch.console.leaflets.facts import Said, grouped, ringing_numbers
from dispatch.console.leaflets.parts import PALE, bar
from dispatch.console.leaflets.sheet import Size
from ivr.flow_data import Key
from ivr.flow_read import flows

OFFICER = Size(width=95.0, height=138.0, across=2, down=2)
HEAD = Letters(18, 13, bold=True, align="C", grey=255)
WHERE = Letters(10, 8, bold=True, align="C", grey=255)
NUMBER = Letters(16, 11, bold=True)
BODY = Letters(10.5, 8.5)
HEAVY = Letters(11, 8.5, bold=True)
KEY = Letters(12, 9)
FINE = Letters(8, 7)


def keys(say: Said, flow: str, node: str) -> dict[str, Key]:
    """What may be pressed there, by key."""
    return dict(flows(say.city)[flow].nodes[node].keys)


def officer_sides(say: Said, mark: str) -> Sequence[Sequence[Block]]:
    """The call on one side, everything else on the other."""
    city = say.city
    pressed = [(key, say(one.label)) for key, one in keys(say, "officer", "incident").items()]
    accepts = next(key for key, one in keys(say, "officer", "incident").items() if one.next == "accept")
    heard = next(iter(keys(say, "comm_test", "ask")))
    saved = [Text(grouped(one), NUMBER) for one in ringing_numbers(city)]
    front: list[Block] = [
        bar([(say("officer_head"), HEAD), (city.title, WHERE)], 2.0),
        Stack([Text(say("officer_save"), BODY), *saved]),
        Stack([Text(say("officer_siren"), HEAVY), Text(say("officer_siren_means"), BODY)]),
        Stack([Text(say("officer_call"), HEAVY), Text(say("officer_call_means"), BODY)]),
        Framed([Pairs(pressed, KEY, share=0.1)], 2.5, fill=PALE),
        Text(say("officer_only", key=accepts), HEAVY),
        *([Text(say("sample_why"), FINE)] if mark else []),
    ]
    minutes = f"{city.clocks.offer_s / 60:.0f}"
    told = [
        (say("officer_sms"), say("officer_sms_means", minutes=minutes)),
        (say("officer_missed"), say("officer_missed_means")),
        (say("officer_unsure"), say("officer_unsure_means")),
        (say("officer_drill"), say("officer_drill_means")),
        (say("officer_test"), say("officer_test_means", key=heard)),
    ]
    back: list[Block] = [bar([(say("officer_head"), HEAD)], 2.0)]
    for head, means in told:
        back.append(Stack([Text(head, HEAVY), Text(means, BODY)]))
    centre = [(one.name, grouped(one.number)) for one in city.operators]
    back.append(Framed([Text(say("officer_centre"), HEAVY), Pairs(centre, BODY, share=0.5)], 2.5, fill=PALE))
    return front, back
