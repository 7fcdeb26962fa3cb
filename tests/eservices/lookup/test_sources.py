"""A real line to a city's system, and what is made of its answers."""

from __future__ import annotations

import contextlib
import gzip
import json
from argparse import Namespace
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from config.city_calendar import Holiday
from config.clock import SystemClock, VirtualClock
from config.command import NOT_SO, Context
from config.lookup import Column, Form, Key, KeyForm
from config.settings import Settings
from eservices.lookup.sources.answers import Odd, Shape, read
from eservices.lookup.sources.doctor import asked
from eservices.lookup.sources.http import open_client
from eservices.lookup.sources.pointer import MISSING, at
from eservices.lookup.sources.source import Source
from eservices.lookup.sources.systems import described
from eservices.lookup.sources.wire import MOST_BODY, Away, Reply, Request
from eservices.virtual.faults import FAULTS
from eservices.virtual.http import Line, add_control, serving
from eservices.virtual.system import SECRET, CitySystem
from gateway.doctor import doctor
from gateway.pulse import Pulse
from tests.eservices.lookup.far_room import BILL, PAID, city, play

LIMIT_S = 20.0  # seconds a test may take on a busy machine

# -- what is made of an answer

SHAPE = Shape(
    rows="/rows",
    fields={"due": "/when/due", "a/b": "/a~1b"},
    columns={
        "nop": Column(name="nop"),
        "due": Column(name="due", form=Form.DATE),
        "amount": Column(name="amount", form=Form.MONEY),
        "a/b": Column(name="a/b"),
    },
    key=Key(form=KeyForm.DIGITS, column="nop"),
    areas={},
)
ROW = {"nop": "12", "when": {"due": "2026-11-30"}, "amount": 187500, "a/b": True}


def said(rows: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps({"rows": rows}).encode())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([ROW], [{"nop": "12", "due": "2026-11-30", "amount": "187500", "a/b": "true"}]),
        (ROW, [{"nop": "12", "due": "2026-11-30", "amount": "187500", "a/b": "true"}]),
        ([], []),
        (None, []),
        ([{"nop": 12}], [{"nop": "12", "due": "", "amount": "", "a/b": ""}]),
        ([{"nop": "1 2"}], [{"nop": "1 2", "due": "", "amount": "", "a/b": ""}]),
        ([{**ROW, "amount": 187500.0}], [{"nop": "12", "due": "2026-11-30", "amount": "187500", "a/b": "true"}]),
        ([{**ROW, "amount": "Rp 187.500,00"}], [{"nop": "12", "due": "2026-11-30", "amount": "187500", "a/b": "true"}]),
        (
            [{**ROW, "when": {"due": "2026-11-30T00:00:00+07:00"}}],
            [{"nop": "12", "due": "2026-11-30", "amount": "187500", "a/b": "true"}],
        ),
    ],
)
def test_rows_are_read_by_pointers_into_the_form_in_which_rows_are_kept(rows: object, expected: object) -> None:
    assert list(read(said(rows), SHAPE, "12")) == expected


ODD: dict[str, object] = {
    "no object": ["12"],
    "another key": [{**ROW, "nop": "13"}],
    "another key among ours": [ROW, {**ROW, "nop": "13"}],
    "no key": [{"amount": 1}],
    "none of the columns": [{"x": 1}],
    "a list for a value": [{**ROW, "amount": [1]}],
    "no date": [{**ROW, "when": {"due": "2026-13-45"}}],
    "control": [{**ROW, "a/b": "x\x1b[2Jy"}],
    "half a character": [{**ROW, "a/b": "\ud800"}],
    "long": [{**ROW, "a/b": "x" * 5000}],
    "a number of 400 digits": [{**ROW, "amount": 10**400}],
    "an exponent": [{**ROW, "amount": 1e300}],
    "text": "kosong",
}


@pytest.mark.parametrize("why", ODD)
def test_an_answer_that_cannot_be_used_is_not_used(why: str) -> None:
    with pytest.raises(Odd):
        read(said(ODD[why]), SHAPE, "12")


@pytest.mark.parametrize(
    ("reply", "surely"),
    [
        (Reply(200, b""), False),
        (Reply(200, b"<html>"), False),
        (Reply(200, b'{"rows": [{"nop": "caf\xe9"}]}'), False),
        (Reply(200, b"[" * 10_000 + b"]" * 10_000), False),
        (Reply(200, b'{"rows": NaN}'), False),
        (Reply(200, gzip.compress(b"[" + b" " * 10_000_000 + b"]")), False),  # never unpacked
        (Reply(302, b""), False),
        (Reply(304, b""), False),
        (Reply(500, b"{}"), False),
        (Reply(429, b"{}"), False),
        (Reply(401, b"{}"), True),
        (Reply(403, b"{}"), True),
    ],
)
def test_a_system_that_is_ill_is_told_from_an_answer_that_is_odd(reply: Reply, surely: bool) -> None:
    with pytest.raises(Away) as why:
        read(reply, SHAPE, "12")
    assert why.value.surely is surely


def test_nothing_is_found_where_the_system_says_so_in_json_and_not_where_its_address_is_wrong() -> None:
    assert read(Reply(404, b'{"message": "no such bill"}'), SHAPE, "12") == ()
    with pytest.raises(Odd):
        read(Reply(404, b"<h1>Not Found</h1>"), SHAPE, "12")
    with pytest.raises(Odd):
        read(Reply(400, b"{}"), SHAPE, "12")


def test_json_pointers_of_the_standard() -> None:
    """The examples of RFC 6901, 5."""
    document = {"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, " ": 7, "m~n": 8}
    told = {"": document, "/foo": ["bar", "baz"], "/foo/0": "bar", "/": 0, "/a~1b": 1, "/c%d": 2, "/ ": 7, "/m~0n": 8}
    assert {pointer: at(document, pointer) for pointer in told} == told
    assert {at(document, one) is MISSING for one in ("/bar", "/foo/2", "/foo/-", "/foo/00", "/foo/0/x")} == {True}


# -- the line


@contextlib.asynccontextmanager
async def asking() -> AsyncIterator[tuple[CitySystem, Line, Source]]:
    """The system on a port, and a source that asks it, on real time."""
    clock = SystemClock()
    system = CitySystem.of(city(), clock)
    async with serving(system) as line:
        (told,) = [one for one in described(city(), system.sources(line.url)).values() if one.name == "pajak"]
        quick = replace(told, wait_s=0.4)
        source = Source(quick, open_client, clock, Pulse(clock), city().timezone)
        async with source.lined():
            yield system, line, source


async def test_over_a_real_line_an_answer_is_read() -> None:
    async with asking() as (_, _, source), SystemClock().timeout(LIMIT_S):
        await source.ask(BILL, "")
        fetched = source.fetched(BILL, "")
        assert fetched is not None
        assert [row["amount"] for row in fetched.rows] == ["187500"]


@pytest.mark.parametrize("fault", sorted(FAULTS))
async def test_over_a_real_line_no_fault_is_an_answer_or_lasts(fault: str) -> None:
    async with asking() as (system, line, source), SystemClock().timeout(LIMIT_S):
        system.faults.put(fault)
        await line.turn()
        await source.ask(BILL, "")
        assert source.fetched(BILL, "") is None
        system.faults.heal()
        await line.turn()
        source.circuit.worked()
        await source.ask(PAID, "")
        assert source.fetched(PAID, "") is not None


async def test_a_body_of_ten_megabytes_is_not_read_to_its_end() -> None:
    async with asking() as (system, line, _), open_client(1) as client, SystemClock().timeout(LIMIT_S):
        system.faults.put("huge")
        with pytest.raises(Away, match=f"more than {MOST_BODY // 1024} kB"):
            await client.get(Request(f"{line.url}/api/pajak?nomor={BILL}", {"X-Kunci": SECRET}))


async def test_the_secret_goes_in_its_header_and_nowhere_else_and_the_key_is_escaped() -> None:
    came: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        came.append(request)
        return web.json_response([])

    async with listening(answer) as url:
        told = described(city(), CitySystem.of(city(), SystemClock()).sources(url))["pajak"]
        async with open_client(1) as client:
            await client.get(told.request("1&x=2/../#", ""))
        (request,) = came
        assert request.query == {"nomor": "1&x=2/../#"}
        assert request.headers["X-Kunci"] == SECRET
        assert SECRET not in str(request.url)
        assert SECRET not in repr(told)


async def test_a_redirect_is_not_followed() -> None:
    came: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        came.append(request.path)
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    async with listening(answer) as url, open_client(1) as client:
        assert (await client.get(Request(f"{url}/bill"))).status == 302
    assert came == ["/bill"]


@contextlib.asynccontextmanager
async def listening(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


# -- the control of the virtual system


async def test_the_virtual_system_is_told_what_to_do_by_http() -> None:
    clock = SystemClock()
    system = CitySystem.of(city(), clock)
    control = web.Application()
    async with serving(system) as line, contextlib.AsyncExitStack() as stack:
        add_control(control, system, line)
        runner = web.AppRunner(control, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        base = f"http://127.0.0.1:{runner.addresses[0][1]}/system"
        http = await stack.enter_async_context(aiohttp.ClientSession(headers={"X-Kunci": SECRET}))

        async def order(method: str, path: str, **body: Any) -> tuple[int, Any]:
            async with http.request(method, base + path, json=body or None) as answer:
                return answer.status, await answer.json()

        assert (await order("GET", ""))[1]["lookups"] == ["air", "pajak"]
        assert {one["name"] for one in (await order("GET", "/faults"))[1]} == set(FAULTS)
        assert (await order("PUT", "/fault", name="error_500", count=1))[1]["fault"] == "error_500"
        asked_for = f"{line.url}/api/pajak?nomor={BILL}"
        async with http.get(asked_for) as answer:
            assert answer.status == 500
        change = {"lookup": "pajak", "key": BILL, "column": "paid", "value": "2026-11-21"}
        assert (await order("PUT", "/row", **change))[0] == 200
        async with http.get(asked_for) as answer:
            (row,) = (await answer.json())["hasil"]["daftar"]
            assert row["isi"]["paid"] == {"nilai": "2026-11-21T00:00:00+07:00"}
        for bad in ({"name": "x"}, {"name": "slow", "value": "much"}):
            assert (await order("PUT", "/fault", **bad))[0] == 400
        assert (await order("PUT", "/row", lookup="pajak", key="1", column="paid", value=""))[0] == 400
        await order("PUT", "/fault", name="off")
        async with clock.timeout(LIMIT_S):
            while await _answers(http, asked_for):
                await clock.sleep(0.01)
        assert (await order("DELETE", "/fault"))[1]["fault"] is None
        async with clock.timeout(LIMIT_S):
            while not await _answers(http, asked_for):
                await clock.sleep(0.01)


async def _answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientConnectorError:
        return False


# -- the doctor


@dataclass(slots=True)
class Paper:
    rows: list[str] = field(default_factory=list)

    def row(self, row: object, text: str) -> None:
        self.rows.append(text)

    def note(self, text: str) -> None:
        self.rows.append(text)

    def progress(self, done: int, total: int, what: str) -> None: ...


async def test_the_doctor_asks_each_system_and_names_what_the_settings_name_in_vain(tmp_path: Path) -> None:
    clock, paper = SystemClock(), Paper()
    system = CitySystem.of(city(), clock)
    async with serving(system) as line:
        settings = Settings(city="town", data_dir=tmp_path, sources=system.sources(line.url))
        context = Context(settings=settings, city=city(), clock=clock, out=paper)
        well = await asked(context)
        lines = [(one.subject, one.well) for one in well if one.subject != "holidays"]
        assert lines == [("look-up air", True), ("look-up pajak", True)]
        system.faults.put("html")
        wrong = replace(settings, sources=(*settings.sources, replace(settings.sources[0], name="pajjak")))
        assert await doctor((asked,)).run(replace(context, settings=wrong), Namespace()) == NOT_SO
        told = "\n".join(paper.rows)
        assert "WRONG  look-up pajak: what it answers is no JSON in UTF-8" in told
        assert "WRONG  source pajjak: the pack has no look-up that is called so" in told
        assert SECRET not in told


def test_the_doctor_says_when_the_pack_knows_no_holiday_any_more(tmp_path: Path) -> None:
    """Else every deadline of the new year would be counted with none, and nobody would know."""
    plain = replace(city(), lookups={})
    last = max(plain.calendar.holidays)

    async def main(clock: VirtualClock) -> None:
        for town, said in ((plain, f"{last:%d/%m/%Y}"), (replace(plain, calendar=bare), "21/11/2026")):
            context = Context(settings=Settings(city="town", data_dir=tmp_path), city=town, clock=clock, out=Paper())
            (finding,) = await asked(context)
            assert (finding.subject, finding.well) == ("holidays", None)
            assert f"no holiday after {said}" in finding.saw
        later = Holiday(date=date(2027, 1, 20), name="libur")
        known = replace(plain, calendar=replace(bare, holidays={later.date: later}))
        assert list(await asked(replace(context, city=known))) == []

    bare = replace(plain.calendar, holidays={})
    play(main)


def test_the_virtual_system_has_invented_rows_only() -> None:
    """Who tries a table of his own on the virtual network hears that table, and the next one that is imported."""
    town, clock = city(), SystemClock()
    mine = replace(town, lookups={**town.lookups, "air": replace(town.lookups["air"], sample=False)})
    assert set(CitySystem.of(town, clock).lookups) == {"air", "pajak"}
    assert set(CitySystem.of(mine, clock).lookups) == {"pajak"}
