"""A phone dials USSD codes: the operator's own, and one that a program serves; its texts to a program's number."""

from __future__ import annotations

import pytest

from modem.virtual import Behaviour
from modem.virtual.dialled import TalkState, UssdTalk, fitting
from modem.virtual.service import ServiceSms
from tests.modem.virtual.client import PERSON, Bench, bench

CODE = "*384#"


class Far:
    """Serves a code: keeps what it hears, answers what it is told to."""

    def __init__(self, *answers: tuple[str, bool]) -> None:
        self.answers = list(answers)
        self.heard: list[object] = []

    def begun(self, talk: UssdTalk) -> None:
        self.heard.append(talk.path)
        self._answer(talk)

    def typed(self, talk: UssdTalk, text: str) -> None:
        self.heard.append(text)
        self._answer(talk)

    def left(self, talk: UssdTalk) -> None:
        self.heard.append("left")

    def _answer(self, talk: UssdTalk) -> None:
        if self.answers:
            text, more = self.answers.pop(0)
            talk.show(text, more=more)


def test_a_session_asks_is_answered_and_ends() -> None:
    async def walk(here: Bench) -> None:
        far = Far(("1 Darurat\n2 Layanan", True), ("Diterima.", False))
        here.network.serve(CODE, far)
        talk = here.person.dial("*384*1*2#")
        assert talk is not None
        await talk.settled()
        assert (talk.state, talk.text) == (TalkState.ASKED, "1 Darurat\n2 Layanan")
        assert here.person.type("1")
        await talk.settled()
        assert (talk.state, talk.text) == (TalkState.TOLD, "Diterima.")
        assert not here.person.type("2")
        assert far.heard == [("1", "2"), "1"]
        assert [event.fields["state"] for event in here.network.log.of("ussd")] == ["sent", "asked", "sent", "told"]

    bench(walk)


def test_the_longest_code_served_answers_and_an_unknown_one_fails() -> None:
    async def walk(here: Bench) -> None:
        short, long = Far(("short", False), ("short", False)), Far(("long", False))
        here.network.serve("*384#", short)
        here.network.serve("*384*7#", long)
        for dialled, text in (("*384*7*1#", "long"), ("*384*70#", "short"), ("*384#", "short"), ("*3840#", "")):
            talk = here.person.dial(dialled)
            assert talk is not None
            await talk.settled()
            assert (talk.text, talk.state is TalkState.FAILED) == (text, not text)
        assert (long.heard, short.heard) == ([("1",)], [("70",), ()])

    bench(walk)


def test_the_operators_own_code_is_one_screen() -> None:
    async def walk(here: Bench) -> None:
        here.person.dial("*888#")
        assert (await here.person.settled()).startswith("Pulsa Rp")

    bench(walk)


def test_a_person_leaves_and_what_comes_later_is_not_shown() -> None:
    async def walk(here: Bench) -> None:
        far = Far()
        here.network.serve(CODE, far)
        talk = here.person.dial(CODE)
        assert talk is not None
        await here.clock.sleep(1)
        assert here.person.dial(CODE) is None, "one session a phone"
        assert here.person.put_away()
        talk.show("too late", more=True)
        await here.clock.sleep(1)
        assert (talk.state, talk.text, far.heard) == (TalkState.CANCELLED, "", [(), "left"])
        assert not here.person.put_away()

    bench(walk)


def test_switching_off_ends_the_session() -> None:
    async def walk(here: Bench) -> None:
        far = Far(("1 Ya", True))
        here.network.serve(CODE, far)
        here.person.dial(CODE)
        await here.person.settled()
        here.person.behave(Behaviour(off=True))
        assert far.heard == [(), "left"]
        assert here.person.dial(CODE) is None

    bench(walk)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("x" * 183, "x" * 182), ("{" * 92, "{" * 91), ("x" * 181 + "{", "x" * 181), ("é€", "é€"), ("ж" * 81, "ж" * 80)],
)
def test_a_screen_holds_182_characters_of_gsm_or_80_others(text: str, shown: str) -> None:
    assert fitting(text) == shown


@pytest.mark.parametrize("code", ["384", "*384", "*#", "*x#", ""])
def test_what_is_no_code_is_not_served(code: str) -> None:
    async def walk(here: Bench) -> None:
        with pytest.raises(ValueError, match="USSD code"):
            here.network.serve(code, Far())

    bench(walk)


def test_a_text_to_a_service_comes_whole_and_its_own_are_received_under_any_name() -> None:
    async def walk(here: Bench) -> None:
        came: list[ServiceSms] = []
        ended: list[int] = []
        service = here.network.service("38411", came.append)
        here.person.sms("38411", "x" * 200)
        await here.clock.sleep(1)
        assert [(one.sender, one.to, one.text) for one in came] == [(PERSON, "38411", "x" * 200)]
        assert service.sms(PERSON, "y" * 161, sender="KENTONGAN", ended=ended.append) == 2
        service.sms("+62899", "to nobody", ended=ended.append)
        await here.clock.sleep(1)
        assert [(one.sender, one.text) for one in here.person.inbox] == [("KENTONGAN", "y" * 161)]
        assert sorted(ended) == [0, 0, 0x43]
        here.person.call("38411")
        await here.clock.sleep(1)
        assert here.person.calls[0].cause == "unreachable"
        with pytest.raises(ValueError, match="taken"):
            here.network.service("38411", came.append)

    bench(walk)
