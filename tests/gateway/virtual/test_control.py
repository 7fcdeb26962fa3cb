"""The provider's control over HTTP: one application with the network's, and the phones' USSD through it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.virtual.faultlist import FAULTS
from gateway.virtual.web import routes
from tests.gateway.virtual.customer import LIMIT_S, SITI, Customer, Posted, customer


@dataclass(slots=True)
class Control:
    """The control, asked as a stranger would."""

    client: TestClient[Any, Any]
    there: Customer

    async def ask(self, method: str, path: str, body: object = None, status: int = 200) -> Any:
        async with asyncio.timeout(LIMIT_S):
            more: dict[str, Any] = {} if body is None else {"json": body}
            answer = await self.client.request(method, path, **more)
            text = await answer.text()
        assert answer.status == status, text
        return json.loads(text)


@pytest.fixture
async def control() -> AsyncIterator[Control]:
    async with customer() as here, TestClient(TestServer(routes(here.provider))) as client:
        yield Control(client, here)


def menu(post: Posted) -> tuple[int, str]:
    if post.what != "ussd":
        return 200, ""
    return 200, {"": "CON 1 Darurat\n2 Layanan", "1": "END Dicatat."}.get(post.form["text"], "END ?")


async def test_a_phone_dials_is_asked_answers_and_is_told(control: Control) -> None:
    control.there.answer = menu
    shown = await control.ask("POST", f"/phones/{SITI}/ussd", {"dial": "*384#"})
    assert shown == {"state": "asked", "text": "1 Darurat\n2 Layanan", "dialled": "*384#"}
    shown = await control.ask("POST", f"/phones/{SITI}/ussd", {"input": "1"})
    assert (shown["state"], shown["text"]) == ("told", "Dicatat.")
    assert await control.ask("GET", f"/phones/{SITI}/ussd") == shown
    await control.ask("POST", f"/phones/{SITI}/ussd", {"input": "1"}, status=409)
    sessions = await control.ask("GET", "/provider/sessions")
    assert [(one["number"], one["text"], one["status"]) for one in sessions] == [(SITI, "1", "Success")]


async def test_a_whole_path_is_dialled_at_once(control: Control) -> None:
    control.there.answer = menu
    shown = await control.ask("POST", f"/phones/{SITI}/ussd", {"dial": "*384*1#"})
    assert (shown["state"], shown["text"]) == ("told", "Dicatat.")
    shown = await control.ask("POST", f"/phones/{SITI}/ussd", {"dial": "*500#"})
    assert (shown["state"], shown["text"]) == ("failed", "")


async def test_texts_go_both_ways_by_http(control: Control) -> None:
    await control.ask("POST", f"/phones/{SITI}/sms", {"to": "38411", "text": "TOLONG"})
    await control.there.until(lambda: control.there.of("sms"))
    await control.there.send(SITI, "Dicatat")
    await control.there.until(lambda: control.there.of("delivery"))
    assert [one["text"] for one in await control.ask("GET", f"/phones/{SITI}/sms")] == ["Dicatat"]
    letters = await control.ask("GET", "/provider/sms")
    assert [(one["text"], one["said"], one["code"]) for one in letters["sent"]] == [("Dicatat", "Success", 101)]
    assert [one["text"] for one in letters["came"]] == ["TOLONG"]


async def test_a_phone_rings_the_providers_number_by_http(control: Control) -> None:
    control.there.answer = lambda post: (200, "<Response><GetDigits timeout='60'/></Response>")
    await control.ask("POST", f"/phones/{SITI}/call", {"to": "+622150880000", "ring_s": 10})
    await control.there.until(lambda: control.there.of("voice"))
    await control.there.until(lambda: control.there.of("voice-events"))
    (call,) = await control.ask("GET", "/provider/calls")
    assert (call["number"], call["inbound"], call["error"]) == (SITI, True, "")
    await control.ask("POST", f"/phones/{SITI}/hangup", {})
    await control.there.until(lambda: [one for one in control.there.of("voice") if one.form["isActive"] == "0"])


async def test_the_account_its_addresses_and_its_pace_change(control: Control) -> None:
    asked = {"callbacks": {"ussd": "http://127.0.0.1:9/u", "optout": ""}, "idle_s": 5, "senders": ["KOTA"]}
    state = await control.ask("PUT", "/provider", {**asked, "api_key": "k2"})
    assert state["callbacks"]["ussd"] == "http://127.0.0.1:9/u"
    assert "optout" not in state["callbacks"]
    assert (state["pace"]["idle_s"], state["senders"], state["api_key"]) == (5.0, ["KOTA"], "k2")
    state = await control.ask("PUT", "/provider", {"callback": "http://127.0.0.1:9", "secret": "s2"})
    assert state["callbacks"]["sms"] == "http://127.0.0.1:9/callbacks/africastalking/s2/sms"
    assert (await control.ask("GET", "/provider")) == state


async def test_faults_are_listed_set_and_healed(control: Control) -> None:
    assert [row["name"] for row in await control.ask("GET", "/provider/faults")] == list(FAULTS)
    state = await control.ask("PUT", "/provider/fault", {"name": "error_500", "count": 2, "seed": 4, "chance": 0.5})
    assert state["faults"] == [{"name": "error_500", "value": None, "left": 2, "chance": 0.5}]
    await control.ask("PUT", "/provider/fault", {"name": "late", "for_s": 60, "value": 5})
    state = await control.ask("DELETE", "/provider/fault?name=error_500")
    assert [one["name"] for one in state["faults"]] == ["late"]
    assert (await control.ask("DELETE", "/provider/fault"))["faults"] == []


async def test_the_line_is_cut_and_mended_by_http(control: Control) -> None:
    await control.ask("PUT", "/provider/fault", {"name": "down"})
    with pytest.raises(OSError, match="refused"):
        await control.there.poll()
    await control.ask("DELETE", "/provider/fault?name=down")
    assert await control.there.poll() == []


async def test_a_forger_hears_what_he_is_answered(control: Control) -> None:
    control.there.answer = lambda post: (404, "no") if post.secret == "guessed" else (200, "")
    said = await control.ask("POST", "/provider/forge", {"what": "sms", "fields": {"from": "+62"}, "secret": "guessed"})
    assert said == {"status": 404, "body": "no", "error": ""}
    assert (await control.ask("POST", "/provider/forge", {"what": "ussd", "body": "x"}))["status"] == 200
    control.there.provider.callbacks = {}
    said = await control.ask("POST", "/provider/forge", {"what": "ussd"})
    assert said == {"status": 0, "body": "", "error": "no address is set"}


async def test_somebody_opts_out(control: Control) -> None:
    state = await control.ask("POST", "/provider/optout", {"number": SITI})
    assert state["opted_out"] == [SITI]
    await control.there.until(lambda: control.there.of("optout"))


async def test_the_session_log_is_one_event_a_line_after_a_number(control: Control) -> None:
    control.there.answer = menu
    await control.ask("POST", f"/phones/{SITI}/ussd", {"dial": "*384*1#"})
    await control.there.send(SITI, "hai")
    await control.there.until(lambda: control.there.of("delivery"))

    async def rows(after: int) -> list[dict[str, Any]]:
        answer = await control.client.get(f"/provider/log?after={after}")
        return [json.loads(line) for line in (await answer.text()).splitlines()]

    all_rows = await rows(0)
    assert {"account", "post", "session", "request", "sms"} <= {row["kind"] for row in all_rows}
    assert [row["seq"] for row in all_rows] == list(range(1, len(all_rows) + 1))
    assert [row["seq"] for row in await rows(3)] == [row["seq"] for row in all_rows[3:]]
    assert "ssssss" not in json.dumps(all_rows), "the log does not hold the secret"


@pytest.mark.parametrize(
    ("method", "path", "body", "says"),
    [
        ("PUT", "/provider", {"callbacks": {"fax": "http://x"}}, "fax"),
        ("PUT", "/provider", {"callbacks": ["x"]}, "callbacks"),
        ("PUT", "/provider", {"idle_s": "soon"}, "idle_s"),
        ("PUT", "/provider", {"colour": "red"}, "unknown: colour"),
        ("PUT", "/provider/fault", {"name": "gremlins"}, "gremlins"),
        ("PUT", "/provider/fault", {"name": "late", "value": True}, "value"),
        ("PUT", "/provider/fault", {"name": "late", "chance": 2}, "chance"),
        ("POST", "/provider/forge", {"what": "fax"}, "what"),
        ("POST", "/provider/optout", {}, "number"),
        ("GET", "/provider/log?after=x", None, "after"),
    ],
)
async def test_what_cannot_be_read_is_refused_and_says_why(
    control: Control, method: str, path: str, body: object, says: str
) -> None:
    assert says in (await control.ask(method, path, body, 400))["error"]


async def test_the_providers_own_interface_is_there_too_with_its_own_words(control: Control) -> None:
    account = control.there.provider.account
    asked = {"apiKey": account.api_key}
    form = {"username": account.username, "to": SITI, "message": "hai", "bulkSMSMode": "1"}
    answer = await control.client.post("/version1/messaging", data=form, headers=asked)
    assert (answer.status, answer.headers["Content-Type"]) == (201, "application/json")
    del form["message"]
    answer = await control.client.post("/version1/messaging", data=form, headers=asked)
    assert (answer.status, await answer.text()) == (400, "Request is missing required form field 'message'")
    answer = await control.client.get("/version1/messaging", params={"username": account.username}, headers=asked)
    assert (answer.status, await answer.json()) == (200, {"SMSMessageData": {"Messages": []}})
