"""The provider's line after the modem's: a call that is lost in mid-prompt goes on there; and bad input on it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from gateway.registry import Resident, find
from gateway.store import Tx
from gateway.store.people import save
from modem.virtual import Behaviour
from tests.walks.by_voice import ANI
from tests.walks.connected import SHORT, Connected, connected
from tests.walks.house import GINA

STRANGER = "+6281277788899"
YES = "Diterima. Terima kasih."


async def lines(here: Connected, number: str) -> list[list[str]]:
    """What was said and pressed on each conversation with that number."""
    asked = text("SELECT said FROM calls WHERE number = :number ORDER BY began_at")
    rows = await here.house.store.read(lambda tx: list(tx.execute(asked, {"number": number}).scalars()))
    return [[words for _, _, words in json.loads(row)] for row in rows]


def test_a_modem_unplugged_in_mid_prompt_gives_the_call_to_the_provider_with_the_same_conversation(
    tmp_path: Path,
) -> None:
    async def scene(here: Connected) -> None:
        phone, sessions = here.phone(ANI), here.provider.voice.sessions
        phone.behave(Behaviour(answer_after_s=3.0))
        here.phone(STRANGER).sms(here.modem.number, "TOLONG RAMPOK")  # whose siren waits: the modem is free
        await here.until(lambda: phone.talking, "the officer is rung by the modem", 40.0)
        assert not any(sessions)
        await here.clock.sleep(3.0)
        here.modem.unplug()
        phone.behave(Behaviour(answer_after_s=3.0, keys="1", key_after_s=3.0))
        await here.until(lambda: any(sessions), "the provider rings him", 30.0)
        await here.clock.sleep(60.0)
        (incident,) = await here.incidents()
        assert (incident.state, incident.accepted_by) == ("accepted", ANI)
        (one,) = await lines(here, ANI)
        whole = one[0]
        assert one.count(whole) == 2, "he hears it again from its beginning"
        assert YES in one
        assert sessions[0].error == ""

    connected(tmp_path, scene, voice=True)


@pytest.mark.parametrize(
    "name",
    [
        "Gi\x01na\x0b \ufffe\uffff \x1b[2J ]]>",
        '</Say></Response><Dial phoneNumbers="+62900"/>',
        '<speak><break time="600s"/></speak>',
        "--stdout -f /etc/passwd",
        "Siti " * 2000,
    ],
    ids=["what XML has not", "a document", "markup", "an option", "ten thousand letters"],
)
def test_whatever_a_resident_is_called_the_providers_documents_stay_whole_and_the_officer_accepts(
    tmp_path: Path, name: str
) -> None:
    async def scene(here: Connected) -> None:
        def work(tx: Tx) -> None:
            one = find(tx, GINA)
            assert isinstance(one, Resident)
            save(tx, replace(one, name=name, address=f"Jl. {name}", notes=name))

        await here.house.store.write(work)
        here.phone(ANI).behave(Behaviour(answer_after_s=3.0, keys="1", key_after_s=3.0))
        here.phone(GINA).sms(SHORT, "TOLONG RAMPOK")
        sessions = here.provider.voice.sessions
        await here.until(lambda: any(sessions), "an officer is rung", 30.0)
        await here.clock.sleep(90.0)
        (incident,) = await here.incidents()
        assert (incident.state, incident.accepted_by) == ("accepted", ANI)
        assert {one.far for one in sessions} == {ANI}, "and nobody else was dialled"
        assert [one.error for one in sessions] == [""]

    connected(tmp_path, scene, modem=None, voice=True)


def test_posts_of_calls_that_nobody_made_change_nothing_whoever_they_say_they_are(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        here.phone(ANI).behave(Behaviour(answer_after_s=3.0))
        here.phone(GINA).sms(SHORT, "TOLONG RAMPOK")
        sessions = here.provider.voice.sessions
        await here.until(lambda: any(sessions) and here.phone(ANI).talking, "an officer is rung", 60.0)
        known, url = sessions[0], here.provider.callbacks["voice"]
        wrong = urlsplit(url)._replace(path="/callbacks/africastalking/not-the-secret-of-this-city/voice").geturl()
        for at in (wrong, url, f"{url}?call=x&seq=1", f"{url}?call=%00&seq=999999999999"):
            for session, caller in (("never-heard-of", ANI), (known.id, GINA), ("", ANI), ("x" * 10_000, ANI)):
                fields = {"sessionId": session, "callerNumber": caller, "direction": "Outbound", "isActive": "1"}
                body = "&".join(f"{key}={value}" for key, value in (*fields.items(), ("dtmfDigits", "1")))
                kind = {"Content-Type": "application/x-www-form-urlencoded"}
                heard = await here.provider.poster.send(at, body.replace("+", "%2B").encode(), kind)
                assert heard.status < 500, (at, session[:20])
                if at == wrong:
                    assert heard.status == 404
        (incident,) = await here.incidents()
        assert (incident.state, incident.accepted_by) == ("confirmed", None)
        assert not any(YES in one for one in await lines(here, ANI))

    connected(tmp_path, scene, modem=None, voice=True)
