"""Whatever people do, whatever the program answers: each session ends once, its text only grows, no letter is lost."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import parse_qsl

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.virtual import forms
from gateway.virtual.poster import Heard
from tests.fixtures.whole import examples
from tests.gateway.virtual.memory import RIZAL, SITI, Shop, con, end, shop, taken

TURNS = (con("lagi?"), end("Sudah."), Heard(status=503), Heard(status=200, body=b"\xff"), Heard(error="refused"))
acts = st.one_of(
    st.tuples(st.just("dial"), st.sampled_from(("*384#", "*384*1*2#", "*384**#", "*888#", "*7#"))),
    st.tuples(st.just("type"), st.text(max_size=5)),
    st.tuples(st.just("leave"), st.just("")),
    st.tuples(st.just("wait"), st.sampled_from(("1", "12", "40", "200"))),
    st.tuples(st.just("fault"), st.sampled_from(("ussd_twice", "ussd_drop", "down", "lost"))),
    st.tuples(st.just("write"), st.text(min_size=1, max_size=200)),
)


@settings(max_examples=examples(60), deadline=None)
@given(
    story=st.lists(st.tuples(st.sampled_from((SITI, RIZAL)), acts), max_size=20),
    answers=st.lists(st.sampled_from(TURNS)),
)
def test_every_session_ends_once_and_every_text_is_there(
    story: list[tuple[str, tuple[str, str]]], answers: list[Heard]
) -> None:
    async def walk(here: Shop) -> None:
        said = iter(answers)
        here.answer = lambda got: next(said, TURNS[0]) if got.what == "ussd" else taken(got)
        here.takes_s = 0.5
        written: list[str] = []
        for number, (act, value) in story:
            await play(here, number, act, value, written)
        await here.clock.sleep(7200)
        assert [one.text for one in here.provider.letters.came] == written
        assert all(one.status for one in here.provider.sessions.all)
        assert len(here.provider.log.of("session")) == len(here.provider.sessions.all)
        for one in here.provider.sessions.all:
            texts = [got.form["text"] for got in here.of("ussd") if got.form["sessionId"] == one.id]
            assert all(after.startswith(before) for before, after in pairwise(texts))

    shop(walk)


async def play(here: Shop, number: str, act: str, value: str, written: list[str]) -> None:
    phone = here.provider.network.phone(number)
    if act == "dial":
        phone.dial(value)
    elif act == "type":
        phone.type(value)
    elif act == "leave":
        phone.put_away()
    elif act == "fault":
        here.provider.fault(value, for_s=30 if value == "down" else None, count=1)
    elif act == "write":
        phone.sms("38411", value)
        written.append(value)
    await here.clock.sleep(float(value) if act == "wait" else 0.1)


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])), sender=st.sampled_from((SITI, "BANK", "")))
def test_any_text_survives_the_form(text: str, sender: str) -> None:
    form = forms.delivery(id="1", status=text, number=sender, network_code="51010", why="x")
    assert tuple(parse_qsl(forms.body(form).decode(), keep_blank_values=True, strict_parsing=False)) == form
