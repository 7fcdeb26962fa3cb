"""The other end: ``kentongan simulate`` in a process of its own, driven by its HTTP as any program would."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

from tests.walks.processes import Process, started

if TYPE_CHECKING:
    from config.city import City

ASK_S = 20.0  # seconds for one answer on a busy machine
CODE = re.compile(r"Balas (\d{4}) untuk terima")
opener = build_opener(ProxyHandler({}))

Json = dict[str, Any]


def fetch(url: str, method: str = "GET", body: object = None, **more: str) -> tuple[int, bytes]:
    """Status and body of one request; ``more``: headers."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data=data, method=method, headers={"Content-Type": "application/json", **more})
    try:
        with opener.open(request, timeout=ASK_S) as answer:
            return int(answer.status), bytes(answer.read())
    except HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


class World:
    """The virtual network, as the people in it see it."""

    def __init__(self, process: Process, ready: Json) -> None:
        self.process = process
        self.url: str = ready["http"]
        self.links: list[str] = [modem["link"] for modem in ready["modems"]]
        self.sms_url: str = ready.get("provider", {}).get("sms_url", "")

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One request; fails unless it is done."""
        status, answer = fetch(f"{self.url}{path}", method, body)
        assert status == 200, f"{method} {path}: {status} {answer.decode(errors='replace')}"
        return json.loads(answer)

    def sms(self, sender: str, to: str, text: str) -> None:
        """A person types a text and sends it."""
        self.ask("POST", f"/phones/{quote(sender)}/sms", {"to": to, "text": text})

    def ring(self, caller: str, to: str, ring_s: float) -> None:
        """A person rings and hangs up."""
        self.ask("POST", f"/phones/{quote(caller)}/call", {"to": to, "ring_s": ring_s})

    def phone(self, number: str, **does: object) -> None:
        """From now on its owner does this."""
        self.ask("PUT", f"/phones/{quote(number)}", does)

    def inbox(self, number: str) -> list[Json]:
        """The texts on a phone."""
        return list(self.ask("GET", f"/phones/{quote(number)}/sms"))

    def calls(self, number: str) -> list[Json]:
        """A phone's list of calls."""
        return list(self.ask("GET", f"/phones/{quote(number)}/calls"))

    def rings(self, number: str) -> bool:
        """Whether a phone rings now."""
        return bool(self.ask("GET", f"/phones/{quote(number)}")["ringing"])

    def dial(self, number: str, text: str) -> str:
        """Dial a USSD code, or answer its screen; what is on the glass then."""
        name = "dial" if text.startswith("*") else "input"
        return str(self.ask("POST", f"/phones/{quote(number)}/ussd", {name: text})["text"])

    def provider(self, **change: object) -> Json:
        """The provider's account, changed."""
        return dict(self.ask("PUT", "/provider", change))

    def provider_fault(self, name: str, **how: object) -> None:
        """Something goes wrong at the provider (``gateway.virtual.faultlist``)."""
        self.ask("PUT", "/provider/fault", {"name": name, **how})

    def provider_heals(self) -> None:
        """Nothing goes wrong there any more."""
        self.ask("DELETE", "/provider/fault")

    def siren(self, number: str, **change: object) -> Json:
        """A siren's state, changed first where something is given."""
        body = change or None
        return dict(self.ask("PUT" if change else "GET", f"/sirens/{quote(number)}", body))

    def modem(self, at: int = 1) -> Json:
        """The modem in that place."""
        return dict(self.ask("GET", "/modems")[at - 1])

    @property
    def seq(self) -> int:
        """The newest line of the log."""
        return int(self.ask("GET", "/world")["seq"])

    def log(self, after: int = 0) -> list[Json]:
        """The log after a line."""
        status, body = fetch(f"{self.url}/log?after={after}")
        assert status == 200
        return [json.loads(line) for line in body.splitlines()]

    def offer(self, number: str) -> str:
        """The newest acceptance code on an officer's phone, or nothing."""
        codes = [CODE.search(one["text"]) for one in self.inbox(number)]
        return next((found[1] for found in reversed(codes) if found), "")


@contextmanager
def world(
    folder: Path, city: City, residents: tuple[str, ...], *, modems: int = 1, provider: bool = False, **network: float
) -> Iterator[World]:
    """A network with the city's modem (and others, up to ``modems``), its sirens and its people's phones; nobody
    answers until told to. ``provider``: a provider of SMS and USSD beside it (``World.sms_url``)."""
    file = folder / "world.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_written(city, residents, network), encoding="utf-8")
    words: tuple[str, ...] = (
        "simulate",
        "--modems",
        str(modems),
        "--link",
        str(folder / "ports"),
        "--http",
        "0",
        "--world",
        str(file),
    )
    words += ("--provider",) if provider else ()
    with started(*words, "--json", folder=folder) as process:
        yield World(process, json.loads(process.line()))
        assert process.stop() == 0
        assert not list((folder / "ports").iterdir()), "SIGTERM removes the links"


def _written(city: City, residents: tuple[str, ...], network: dict[str, float]) -> str:
    modem = city.modems[0].number
    times = {"delay_s": 0.0, "air_s": 0.0, "setup_s": 0.0, "boot_s": 0.0, **network}
    lines = ["[network]", *(f"{name} = {value}" for name, value in times.items())]
    lines += ["[[modem]]", f'number = "{modem}"', 'profile = "SIM7600"']
    for station in city.stations.values():
        siren = station.siren
        if siren is None:
            continue
        lines += ["[[siren]]", f'number = "{siren.number}"', f"whitelist = {json.dumps(sorted(siren.whitelist))}"]
        lines += [f'mode = "{siren.mode}"', f'relay_sms_to = "{modem if siren.relay else ""}"', "close_s = 3"]
    for number in (*sorted(city.roster_numbers()), *(post.number for post in city.operators), *residents):
        lines += ["[[phone]]", f'number = "{number}"']
    return "\n".join(lines) + "\n"
