"""When nothing can be kept any more, the command centre is told from memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from config.city import load_city
from config.clock import VirtualClock
from gateway.channel import Busy, ChannelKind
from gateway.last_resort import LastResort
from gateway.messages import Inbound, Kind, Lane, Outbound
from tests.gateway.room import EPOCH, SITI, play
from tests.simulator.town import PACK


@dataclass
class Wire:
    busy: int = 0
    name: str = "wire"
    kind: ChannelKind = "modem"
    number: str = ""
    operator: str = ""
    calls: bool = False
    well: bool = True
    occupied: bool = False
    sent: list[Outbound] = field(default_factory=list)

    def serves(self, to: str, lane: Lane) -> bool:
        return True

    def reports(self, lane: Lane) -> bool:
        return True

    def cost(self, letter: Outbound, parts: int) -> float:
        return 0.0

    async def probe(self) -> None:
        return

    def parts(self, letter: Outbound) -> int:
        return 1

    async def send(self, letter: Outbound, part: int, reference: int) -> str:
        if self.busy:
            self.busy -= 1
            raise Busy("a call is on")
        self.sent.append(letter)
        return "1"


def cry(text: str) -> Inbound:
    return Inbound(
        id=0, channel="m", kind=Kind.SMS, sender=SITI, text=text, sent_at=None, received_at=EPOCH, external_id="x"
    )


def told(wire: Wire, text: str) -> list[Outbound]:
    async def main(clock: VirtualClock) -> list[Outbound]:
        last = LastResort([wire], load_city(PACK), clock)
        last.call_out(cry(text))
        await last.finish(30.0)
        return wire.sent

    return play(main)


def test_the_raw_text_and_its_sender_reach_every_telephone_of_the_command_centre() -> None:
    city = load_city(PACK)
    sent = told(Wire(), "TOLONG RAMPOK di jalan bambu")
    assert [letter.to for letter in sent] == [post.number for post in city.operators]
    assert all(SITI in letter.text and "TOLONG RAMPOK di jalan bambu" in letter.text for letter in sent)


def test_a_busy_channel_is_asked_again() -> None:
    assert len(told(Wire(busy=2), "SOS")) == 1


def test_a_channel_that_never_takes_it_does_not_keep_the_program_from_ending() -> None:
    assert told(Wire(busy=99), "SOS") == []
