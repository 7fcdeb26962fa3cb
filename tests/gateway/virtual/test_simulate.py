"""The ``simulate`` command: links, TCP, HTTP, the ready line, world files, and an orderly end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import urllib.request
from argparse import ArgumentError, ArgumentParser, Namespace
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from config.clock import SystemClock
from config.command import DONE, NOT_HERE, USAGE, CommandError, Context
from gateway.simulate_command import SIMULATE
from tests.gateway.virtual.customer import Sms

LIMIT_S = 20.0
WORLD = """
[network]
delay_s = 0.0
air_s = 0
[ussd]
"*111#" = "Kuota 1 GB"
[[modem]]
number = "+628119999999"
profile = "EC25"
imei = "860000000000999"
[[phone]]
number = "08123456789"
answer_after_s = 1
keys = "1"
[[siren]]
number = "+628120000001"
whitelist = ["+628119999999"]
"""


class Said:
    """Keeps what the command says."""

    def __init__(self) -> None:
        self.rows: list[Mapping[str, Any]] = []
        self.texts: list[str] = []

    def row(self, row: Mapping[str, Any], text: str) -> None:
        self.rows.append(row)
        self.texts.append(text)

    def note(self, text: str) -> None:
        self.texts.append(text)

    def progress(self, done: int, total: int, what: str) -> None:
        """Nothing here takes long."""


def asked(*words: str) -> Namespace:
    parser = ArgumentParser(exit_on_error=False)
    SIMULATE.arguments(parser)
    return parser.parse_args(words)


@asynccontextmanager
async def running(
    said: Said, *words: str, files: Mapping[str, bytes] | None = None
) -> AsyncIterator[Mapping[str, Any]]:
    """The command, from its ready line to SIGTERM."""
    context = Context(settings=None, city=None, clock=SystemClock(), out=said, files=files or {})
    task = asyncio.ensure_future(SIMULATE.run(context, asked(*words)))
    async with asyncio.timeout(LIMIT_S):
        while not said.rows and not task.done():
            await asyncio.sleep(0.005)
        if task.done():
            await task
        try:
            yield said.rows[0]
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            assert await task == DONE


async def get(url: str) -> Any:
    def fetch() -> Any:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return json.loads(answer.read())

    return await asyncio.to_thread(fetch)


async def test_it_links_its_modems_says_it_is_ready_and_takes_the_links_away(tmp_path: Path) -> None:
    said = Said()
    words = ("--modems", "3", "--link", str(tmp_path), "--tcp", "0", "--http", "0", "--profile", "sim800,EC25")
    async with running(said, *words) as ready:
        assert json.loads(said.texts[0]) == ready
        assert ready["ready"] is True
        assert [Path(one["link"]).name for one in ready["modems"]] == ["modem1", "modem2", "modem3"]
        assert [one["profile"] for one in ready["modems"]] == ["SIM800", "EC25", "SIM800"]
        assert all(Path(one["link"]).is_symlink() for one in ready["modems"])
        assert all(one["tcp"].startswith("socket://127.0.0.1:") for one in ready["modems"])
        assert len({one["imei"] for one in ready["modems"]} | {one["imsi"] for one in ready["modems"]}) == 6
        world = await get(f"{ready['http']}/world")
        assert [one["number"] for one in world["modems"]] == [one["number"] for one in ready["modems"]]
    assert list(tmp_path.iterdir()) == []


async def test_without_tcp_and_http_neither_is_served(tmp_path: Path) -> None:
    async with running(Said(), "--link", str(tmp_path)) as ready:
        assert ready["http"] is None
        assert ready["modems"][0]["tcp"] is None


async def test_a_world_file_peoples_the_network(tmp_path: Path) -> None:
    files = {"world.toml": WORLD.encode()}
    words = ("--modems", "2", "--link", str(tmp_path), "--http", "0", "--world", "world.toml")
    async with running(Said(), *words, files=files) as ready:
        world = await get(f"{ready['http']}/world")
    assert [one["number"] for one in world["modems"]] == ["+628119999999", "+628110000001"]
    assert world["modems"][0]["imei"] == "860000000000999"
    assert world["phones"][0]["keys"] == "1"
    assert world["sirens"][0]["whitelist"] == ["+628119999999"]
    assert world["network"]["delay_s"] == 0.0


@pytest.mark.parametrize(
    ("world", "says"),
    [
        ("[network", "not TOML"),
        ("[netwrk]", "unknown: netwrk"),
        ("[network]\nloss = 7", "loss"),
        ("[[modem]]\nnumber = '+62811'\nprofile = 'nokia'", "nokia"),
        ("[[phone]]\nnumbr = '1'", "phone 1: unknown: numbr"),
        ("[[siren]]\nnumber = '+62812'\nmode = 'loud'", "mode"),
        ("phone = 3", "write [[phone]]"),
    ],
)
async def test_a_world_file_with_a_mistake_is_refused_by_its_place(tmp_path: Path, world: str, says: str) -> None:
    with pytest.raises(CommandError) as refused:
        async with running(Said(), "--link", str(tmp_path), "--world", "w", files={"w": world.encode()}):
            pytest.fail("it ran")
    assert says in str(refused.value)
    assert refused.value.code == NOT_HERE
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_that_cannot_hold_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="cannot simulate"):
        async with running(Said(), "--link", str(tmp_path / "file" / "sub")):
            pytest.fail("it ran")


async def test_a_provider_stands_beside_the_modems_and_its_port_is_its_own(tmp_path: Path) -> None:
    words = ("--link", str(tmp_path), "--provider", "--callback", "http://127.0.0.1:9", "--secret", "s3")
    async with running(Said(), *words) as ready:
        known = ready["provider"]
        assert set(known) == {
            "sms_url", "ussd_code", "number", "voice_url", "voice_number", "username", "api_key"
        }  # fmt: skip
        state = await get(f"{ready['http']}/provider")
        assert state["callbacks"]["ussd-end"] == "http://127.0.0.1:9/callbacks/africastalking/s3/ussd-end"
        assert (state["number"], state["ussd_code"]) == (known["number"], known["ussd_code"])
        assert known["sms_url"] != ready["http"]
        assert [one["number"] for one in (await get(f"{ready['http']}/world"))["modems"]]


async def test_a_provider_alone_needs_no_modem_and_no_links() -> None:
    async with running(Said(), "--modems", "0", "--provider") as ready:
        assert ready["modems"] == []
        sdk = Sms(ready["provider"]["username"], ready["provider"]["api_key"], ready["provider"]["sms_url"])
        said = await asyncio.to_thread(sdk.fetch_messages)
        assert said == {"SMSMessageData": {"Messages": []}}


async def test_no_modems_without_a_provider_and_modems_without_links_are_refused() -> None:
    for words, says in ((("--modems", "0", "--link", "x"), "from 1 to"), (("--modems", "1"), "--link")):
        with pytest.raises(CommandError, match=says) as refused:
            async with running(Said(), *words):
                pytest.fail("it ran")
        assert refused.value.code == USAGE


@pytest.mark.parametrize(
    "words",
    [("--modems", "-1"), ("--modems", "65"), ("--callback", "127.0.0.1"), ("--profile", "nokia"), ("--tcp", "70000")],
)
def test_bad_arguments_are_refused(words: tuple[str, str]) -> None:
    with pytest.raises(ArgumentError) as refused:
        asked("--link", "x", *words)
    assert words[0] in str(refused.value)


async def test_each_modem_with_digital_sound_has_an_audio_port_beside_it(tmp_path: Path) -> None:
    words = ("--modems", "2", "--link", str(tmp_path), "--tcp", "0", "--http", "0", "--profile", "sim800,sim7600")
    async with running(Said(), *words) as ready:
        analogue, digital = ready["modems"]
        assert (analogue["audio"], analogue["audio_tcp"]) == (None, None)
        assert digital["audio"] == f"{digital['link']}-audio"
        assert Path(digital["audio"]).is_symlink()
        host, _, port = digital["audio_tcp"].removeprefix("socket://").rpartition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.close()
        assert port not in (analogue["tcp"].rpartition(":")[2], digital["tcp"].rpartition(":")[2])
        assert await get(f"{ready['http']}/calls") == []
    assert list(tmp_path.iterdir()) == []
