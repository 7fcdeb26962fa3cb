"""Ways that are lost and come back, on real time: the program, a pty with a modem, the provider's sockets and its SDK,
each in a process of its own. Sockets are closed, the pty is unplugged, the provider takes a letter and says nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from config.city import load_city
from config.command import DONE
from tests.fixtures.whole import on_one_engine
from tests.walks import house, world
from tests.walks.house import GINA, House, Running
from tests.walks.processes import until
from tests.walks.world import World

SHORT = "38411"  # the provider's short code
SECRET = "walk-walk-walk-walk-walk"
STRANGER, OTHER, THIRD = "+6285500009001", "+6285500009002", "+6285500009003"
CRY = "TOLONG RAMPOK"
DOUBTED = "SELECT id FROM outbound WHERE state = 'unknown' AND lane = 'emergency'"
REPEATED = "SELECT state FROM outbound WHERE key LIKE '%#ulang' AND state IN ('sent', 'delivered')"


def _is(run: Running, kind: str, status: str) -> bool:
    parts = [part for part in run.health()[1]["parts"] if part["kind"] == kind]
    return bool(parts) and all(part["status"] == status for part in parts)


def _told(net: World, number: str, words: str) -> bool:
    return any(words in one["text"] for one in net.inbox(number))


def _offered(net: World, made: House) -> tuple[str, str]:
    """An officer with the newest code on his phone."""
    found = ((number, net.offer(number)) for number in sorted(made.city.roster_numbers()))
    return next(((number, code) for number, code in found if code), ("", ""))


@on_one_engine("of sockets and a pty; test_postgres_walk.py walks on a server")
def test_each_way_is_lost_over_real_sockets_and_the_other_carries_the_emergency(tmp_path: Path) -> None:
    pack = house.pack(tmp_path)
    city = load_city(str(pack))
    with world.world(tmp_path / "world", city, (GINA, STRANGER, OTHER, THIRD), provider=True) as net:
        settings = {
            "KENTONGAN_AFRICASTALKING__USERNAME": "kentongan",
            "KENTONGAN_AFRICASTALKING__API_KEY": "atsk_virtual",
            "KENTONGAN_AFRICASTALKING__SMS_URL": net.sms_url,
            "KENTONGAN_AFRICASTALKING__SECRETS__0": SECRET,
        }
        made = House(folder=tmp_path / "house", pack=pack, port=net.links[0], settings=settings)
        made.folder.mkdir()
        assert made.command("residents", "import", str(house.PACK / "residents-sample.csv")).returncode == DONE
        with made.running() as run:
            net.provider(callback=run.url, secret=SECRET)
            until("both ways are well", lambda: run.on_air() and _is(run, "provider", "ok"))
            _without_the_modem(net, made, run)
            _without_the_provider(net, made, run)
            _taken_and_never_answered(net, made)
            assert run.process.stop() == DONE


def _without_the_modem(net: World, made: House, run: Running) -> None:
    net.ask("POST", "/modems/1/unplug", {})
    until("the loss is shown", lambda: _is(run, "modem", "failed"))
    net.sms(GINA, SHORT, CRY)
    until("an officer is offered by SMS", lambda: _offered(net, made)[1])
    officer, code = _offered(net, made)
    net.sms(officer, SHORT, code)
    until("she knows who comes", lambda: _told(net, GINA, "diterima petugas"))
    net.ask("POST", "/modems/1/plug", {})
    until("the modem is there again", run.on_air, within=60)


def _without_the_provider(net: World, made: House, run: Running) -> None:
    assert "1 DARURAT" in net.dial(OTHER, "*384#")
    net.dial(OTHER, "1")
    assert "dicatat" in net.dial(OTHER, "1"), "two presses"
    until("it is an incident", lambda: made.rows("SELECT id FROM incident WHERE caller = ?", OTHER))
    net.provider_fault("down")
    net.sms(STRANGER, made.city.modems[0].number, CRY)
    until("he is told by the modem", lambda: _told(net, STRANGER, "dicatat"), within=60)
    until("the loss is shown", lambda: _is(run, "provider", "failed"), within=100)
    net.provider_heals()
    until("the provider is there again", lambda: _is(run, "provider", "ok"), within=100)


def _taken_and_never_answered(net: World, made: House) -> None:
    """Letters that the provider takes in silence are repeated once, marked, by the modem."""
    net.provider_fault("timeout_after")
    net.sms(THIRD, made.city.modems[0].number, CRY)
    until("a letter of an emergency is in doubt", lambda: made.rows(DOUBTED), within=60)
    until("its repeat left by the modem", lambda: made.rows(REPEATED), within=60)
    net.provider_heals()
    for number in (GINA, STRANGER, OTHER, THIRD, *sorted(made.city.roster_numbers())):
        texts = Counter(one["text"].removeprefix("(ulang) ") for one in net.inbox(number))
        assert max(texts.values(), default=0) <= 2, f"more than one repeat: {texts}"
