"""The network's HTTP, as ``interfaces`` names it: phones, sirens, network, faults, plugs, log."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from config.clock import SystemClock
from modem.virtual import Network
from modem.virtual.faultlist import FAULTS
from modem.virtual.web import routes
from tests.modem.virtual.client import MODEM, PERSON, SIREN

LIMIT_S = 10.0


class Http:
    """The control, asked as a stranger would."""

    def __init__(self, client: TestClient[Any, Any], network: Network) -> None:
        self.client, self.network = client, network

    async def ask(self, method: str, path: str, body: object = None, status: int = 200) -> Any:
        async with asyncio.timeout(LIMIT_S):
            more: dict[str, Any] = {} if body is None else {"json": body}
            answer = await self.client.request(method, path, **more)
            text = await answer.text()
        assert answer.status == status, text
        return json.loads(text)

    async def until(self, kind: str) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not self.network.log.of(kind):  # type: ignore[arg-type]
                await asyncio.sleep(0.005)


@pytest.fixture
async def http(aiohttp_client: Any) -> Http:
    network = Network(SystemClock())
    network.modem(MODEM)
    return Http(await aiohttp_client(routes(network)), network)


async def test_a_phone_is_told_how_to_behave_and_keeps_what_is_not_named(http: Http) -> None:
    shown = await http.ask("PUT", f"/phones/{PERSON}", {"answer_after_s": 2.5, "keys": "1"})
    assert (shown["answer_after_s"], shown["keys"], shown["off"]) == (2.5, "1", False)
    shown = await http.ask("PUT", f"/phones/{PERSON}", {"off": True})
    assert (shown["answer_after_s"], shown["off"]) == (2.5, True)
    shown = await http.ask("PUT", f"/phones/{PERSON}", {"answer_after_s": None, "off": False})
    assert (shown["answer_after_s"], shown["keys"]) == (None, "1")


async def test_a_phone_sends_and_lists_what_it_received(http: Http) -> None:
    await http.ask("PUT", "/phones/+62877", {})
    assert await http.ask("POST", "/phones/08123456789/sms", {"to": "+62877", "text": "x" * 161}) == {"parts": 2}
    http.network.phone("+62877").sms(PERSON, "balas 🔥")
    await http.until("deliver")
    async with asyncio.timeout(LIMIT_S):
        while not (texts := await http.ask("GET", f"/phones/{PERSON}/sms")):
            await asyncio.sleep(0.005)
    assert (texts[0]["from"], texts[0]["text"]) == ("+62877", "balas 🔥")
    assert [one["text"] for one in await http.ask("GET", "/phones/+62877/sms")] == ["x" * 161]


async def test_two_phones_talk_by_http(http: Http) -> None:
    await http.ask("PUT", "/phones/+62877", {})
    await http.ask("POST", f"/phones/{PERSON}/answer", status=404)
    await http.ask("POST", f"/phones/{PERSON}/call", {"to": "+62877", "ring_s": 20})
    await http.until("alert")
    await http.ask("POST", "/phones/+62877/answer")
    await http.ask("POST", "/phones/+62877/keys", {"keys": "1"})
    await http.ask("POST", f"/phones/{PERSON}/call", {"to": "+62877"}, status=409)
    await http.ask("POST", f"/phones/{PERSON}/hangup")
    await http.ask("POST", f"/phones/{PERSON}/hangup", status=409)
    call = (await http.ask("GET", f"/phones/{PERSON}/calls"))[0]
    assert (call["direction"], call["number"], call["state"], call["keys"]) == ("out", "+62877", "ended", "1")
    assert (await http.ask("GET", "/phones/+62877/calls"))[0]["direction"] == "in"


async def test_a_phone_dials_the_credit_and_puts_it_away(http: Http) -> None:
    shown = await http.ask("POST", f"/phones/{PERSON}/ussd", {"dial": "*888#"})
    assert (shown["state"], shown["dialled"]) == ("told", "*888#")
    assert shown["text"].startswith("Pulsa Rp")
    assert await http.ask("GET", f"/phones/{PERSON}/ussd") == shown
    await http.ask("POST", f"/phones/{PERSON}/ussd", {"input": "1"}, status=409)
    assert (await http.ask("POST", f"/phones/{PERSON}/ussd", {"cancel": True}))["state"] == "none"
    await http.ask("POST", f"/phones/{PERSON}/ussd", {"cancel": True}, status=409)


async def test_a_siren_is_made_changed_and_shown(http: Http) -> None:
    asked = {"mode": "timed", "whitelist": ["08110000001"], "relay_sms_to": MODEM}
    made = await http.ask("PUT", f"/sirens/{SIREN}", asked)
    assert (made["whitelist"], made["rings"], made["lamp"]) == ([MODEM], 0, False)
    await http.ask("PUT", f"/sirens/{SIREN}", {"state": "lying"})
    shown = await http.ask("GET", f"/sirens/{SIREN}")
    assert (shown["state"], shown["mode"], shown["relay_sms_to"]) == ("lying", "timed", MODEM)
    assert (await http.ask("PUT", f"/sirens/{SIREN}", {"relay_sms_to": None}))["relay_sms_to"] is None


async def test_the_networks_times_and_chances_change(http: Http) -> None:
    shown = await http.ask("PUT", "/network", {"delay_s": 1.5, "loss": 0.25, "duplicate": 0, "reorder": 1})
    assert (shown["delay_s"], shown["loss"], shown["reorder"]) == (1.5, 0.25, 1.0)
    assert (await http.ask("GET", "/network"))["delay_s"] == 1.5
    assert http.network.settings.loss == 0.25


async def test_faults_are_listed_set_and_healed(http: Http) -> None:
    assert [row["name"] for row in await http.ask("GET", "/faults")] == list(FAULTS)
    shown = await http.ask("PUT", "/modems/1/fault", {"name": "silence", "at_byte": 3, "for_s": 60})
    assert shown["faults"] == ["silence"]
    await http.ask("PUT", "/modems/modem1/fault", {"name": "no_network"})
    assert (await http.ask("DELETE", "/modems/1/fault?name=silence"))["faults"] == ["no_network"]
    assert (await http.ask("DELETE", "/modems/1/fault"))["faults"] == []


async def test_a_modem_is_pulled_out_and_plugged_in(http: Http) -> None:
    assert (await http.ask("POST", "/modems/1/unplug"))["plugged"] is False
    shown = await http.ask("POST", "/modems/1/plug", {"name": "ttyUSB9"})
    assert (shown["plugged"], shown["name"]) == (True, "ttyUSB9")
    assert (await http.ask("GET", "/modems"))[0]["name"] == "ttyUSB9"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("PUT", f"/phones/{PERSON}", {"answer_after": 2}, 400, "unknown: answer_after"),
        ("PUT", f"/phones/{PERSON}", {"answer_after_s": "soon"}, 400, "answer_after_s"),
        ("PUT", f"/phones/{PERSON}", {"keys": "1x"}, 400, "keys"),
        ("PUT", f"/phones/{PERSON}", {"off": "no"}, 400, "off"),
        ("PUT", f"/phones/{PERSON}", [1], 400, "an object is wanted"),
        ("PUT", f"/phones/{MODEM}", {}, 400, "not a phone"),
        ("POST", f"/phones/{PERSON}/sms", {"to": "+62877"}, 400, "text"),
        ("GET", "/phones/+62999/sms", None, 404, "no phone"),
        ("POST", f"/phones/{PERSON}/ussd", {"dial": "112"}, 400, "dial"),
        ("POST", f"/phones/{PERSON}/ussd", {"dial": "*1#", "input": "1"}, 400, "one of"),
        ("POST", f"/phones/{PERSON}/ussd", {}, 400, "one of"),
        ("PUT", f"/sirens/{SIREN}", {"mode": "loud"}, 400, "mode"),
        ("PUT", f"/sirens/{SIREN}", {"whitelist": "all"}, 400, "whitelist"),
        ("GET", "/sirens/+62999", None, 404, "no siren"),
        ("PUT", "/network", {"loss": 1.5}, 400, "loss"),
        ("PUT", "/network", {"delay_s": -1}, 400, "delay_s"),
        ("PUT", "/modems/1/fault", {"name": "gremlins"}, 400, "gremlins"),
        ("PUT", "/modems/9/fault", {"name": "noise"}, 404, "no modem 9"),
        ("POST", "/modems/1/plug", {"name": "../etc/passwd"}, 400, "name"),
        ("GET", "/log?after=x", None, 400, "after"),
    ],
)
async def test_what_cannot_be_done_is_refused_and_says_why(
    http: Http, method: str, path: str, body: object, status: int, says: str
) -> None:
    assert says in (await http.ask(method, path, body, status))["error"]


async def test_what_is_not_json_is_refused(http: Http) -> None:
    answer = await http.client.put(f"/phones/{PERSON}", data=b"\xff{")
    assert answer.status == 400


async def test_the_log_is_one_event_a_line_after_a_number(http: Http) -> None:
    await http.ask("POST", f"/phones/{PERSON}/sms", {"to": MODEM, "text": "TOLONG"})
    await http.until("deliver")
    answer = await http.client.get("/log")
    rows = [json.loads(line) for line in (await answer.text()).splitlines()]
    assert [row["kind"] for row in rows][:2] == ["submit", "deliver"]
    assert {"seq", "t", "kind", "from", "to", "text"} <= set(rows[0])
    later = await (await http.client.get(f"/log?after={rows[0]['seq']}")).text()
    assert json.loads(later.splitlines()[0])["seq"] == rows[0]["seq"] + 1


async def test_the_log_can_be_followed_as_a_stream(http: Http) -> None:
    http.network.log.add("siren", number=SIREN, lamp=True, by=MODEM)
    async with asyncio.timeout(LIMIT_S):
        async with http.client.get("/log/events") as stream:
            assert (await stream.content.readuntil(b"\n\n")).startswith(b"id: 1\nevent: siren\ndata: {")
            http.network.log.add("at_out", modem="modem1", text="not told")
            http.network.log.add("siren", number=SIREN, lamp=False, by=None)
            assert (await stream.content.readuntil(b"\n\n")).startswith(b"id: 3\n")


async def test_the_world_shows_everybody(http: Http) -> None:
    http.network.phone(PERSON)
    http.network.siren(SIREN)
    world = await http.ask("GET", "/world")
    assert [one["number"] for one in world["modems"]] == [MODEM]
    assert [one["number"] for one in world["phones"]] == [PERSON]
    assert [one["number"] for one in world["sirens"]] == [SIREN]
    assert world["modems"][0]["registered"] is True
