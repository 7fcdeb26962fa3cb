"""The demo's stage: a city's phones, modems and the provider in one world, and the settings that reach them."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path

from config.city import load_city
from config.clock import SystemClock
from config.settings import CALLBACK_FORM, Settings
from gateway.registry import sample_residents
from gateway.virtual.stage import on_stage
from tests.gateway.virtual.customer import SITI, Sms

PACK = Path(__file__).parents[2] / "fixtures" / "tinytown"


async def test_the_program_is_put_on_virtual_modems_and_the_fake_provider(tmp_path: Path) -> None:
    city = load_city(PACK)
    residents = [replace(sample_residents(city, SystemClock().now())[0], phone=SITI)]
    async with on_stage(tmp_path / "virtual", city, SystemClock(), residents) as stage:
        settings = stage.settings(Settings(city="tinytown", data_dir=tmp_path), city)
        account = settings.africastalking
        assert [one.number for one in settings.modem] == [one.number for one in city.modems]
        assert re.fullmatch(CALLBACK_FORM, account.secrets[0])
        assert account.sender == stage.provider.account.number
        said = await asyncio.to_thread(Sms(account.username, account.api_key, account.sms_url).send, "hai", [SITI])
        assert said["SMSMessageData"]["Recipients"][0]["statusCode"] == 101
        stage.ready("http://127.0.0.1:9/")
        assert stage.provider.callbacks["ussd"].startswith("http://127.0.0.1:9/callbacks/africastalking/")
        assert "/provider/log" in {str(one.canonical) for one in stage.pages.router.resources()}
    assert list((tmp_path / "virtual").iterdir()) == []


async def test_no_id_of_one_start_comes_again_at_the_next(tmp_path: Path) -> None:
    city = load_city(PACK)
    ids: list[str] = []
    for _ in range(2):
        async with on_stage(tmp_path / "virtual", city, SystemClock(), []) as stage:
            ids.append(stage.provider.letters.accept(SITI, "hai", "38411").id)
    assert ids[0] != ids[1]
