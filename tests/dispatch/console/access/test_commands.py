"""``kentongan users`` and ``kentongan tokens``, as a technician types them; and the first start."""

from __future__ import annotations

import json
import logging
from argparse import Namespace
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest

from config.cli import Terminal, build_parser
from config.command import Command, CommandError, Context
from dispatch.console.access.commands import COMMANDS
from dispatch.console.access.demo import DemoKeeper
from dispatch.console.access.entering import enter
from dispatch.console.access.gate import Whence, gate_of
from dispatch.console.access.opening import opened_keeper
from dispatch.console.access.store import account, accounts, change_account
from dispatch.console.keeper import Session
from gateway.page import Floor, Role
from tests.fixtures.engines import open_store

ON_BOTH_ENGINES = open_store
Type = Callable[..., Any]


@pytest.fixture
def typed(floor: Floor) -> Type:
    """Type a command; the rows of its JSON."""

    async def run(words: str) -> list[dict[str, Any]]:
        out = StringIO()
        context = Context(
            settings=floor.settings,
            city=floor.city,
            clock=floor.clock,
            out=Terminal(as_json=True, out=out, err=StringIO()),
            store=floor.store,
        )
        asked: Namespace = build_parser(COMMANDS).parse_args([*words.split(), "--json"])
        command: Command = asked.command
        await command.run(context, asked)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    return run


async def test_users_are_added_changed_and_disabled(typed: Type, floor: Floor) -> None:
    (sari,) = await typed("users add Sari --name Sari_Dewi --role dispatcher --role viewer")
    assert (sari["login"], sari["roles"], sari["must_change"]) == ("sari", ["dispatcher", "viewer"], True)
    gate = gate_of(floor)
    await enter(gate, "sari", sari["password"], Whence(peer="10.0.0.7"))
    (listed,) = await typed("users list")
    assert "password" not in listed
    assert listed["sessions"] == 1
    await floor.store.write(lambda tx: change_account(tx, "sari", totp_secret="A" * 32))
    (reset,) = await typed("users reset sari")
    assert reset["password"] != sari["password"]
    assert reset["second_factor"]
    assert (await typed("users reset sari --second-factor"))[0]["second_factor"] is False
    assert (await typed("users roles sari --role clinic"))[0]["roles"] == ["clinic"]
    assert (await typed("users disable sari"))[0]["disabled"] is True
    assert (await typed("users enable sari"))[0]["disabled"] is False
    assert (await typed("users logout sari"))[0]["login"] == "sari"


@pytest.mark.parametrize(
    "words",
    [
        "users add x --name X --role viewer",
        "users add demo --name X --role viewer",
        "users add a;b --name X --role viewer",
        "users add sari --name X --role king",
        "users add sari --name X",
        "users add sari --name X --role office --office nowhere",
        "users reset nobody",
        "users disable nobody",
        "users roles nobody --role viewer",
        "tokens add x --role viewer",
        "tokens add pusat --role admin",
        "tokens add pusat --role viewer --days 0",
        "tokens add pusat --role viewer --days 9999",
        "tokens revoke nothing",
    ],
)
async def test_what_cannot_be_is_told_in_one_line(typed: Type, words: str) -> None:
    with pytest.raises(CommandError) as told:
        await typed(words)
    assert "\n" not in str(told.value)


async def test_a_login_is_somebodys_once(typed: Type) -> None:
    await typed("users add sari --name Sari --role viewer")
    with pytest.raises(CommandError, match="already"):
        await typed("users add SARI --name Sari --role viewer")


async def test_a_token_is_shown_once_and_revoked(typed: Type, floor: Floor) -> None:
    (made,) = await typed("tokens add pusat-data --role viewer --days 30")
    keeper = await opened_keeper(floor, Terminal(as_json=True, err=StringIO()), demo=True)
    found = await keeper.bearer(made["token"])
    assert isinstance(found, Session)
    assert (found.user.login, sorted(found.user.roles), found.writes) == ("token:pusat-data", [Role.VIEWER], False)
    (listed,) = await typed("tokens list")
    assert made["token"] not in str(listed)
    assert listed["holds"] is True
    assert listed["used_at"] is not None
    await typed("tokens revoke pusat-data")
    assert await keeper.bearer(made["token"]) is None
    with pytest.raises(CommandError, match="already"):
        await typed("tokens add pusat-data --role viewer")


async def test_the_first_start_makes_one_admin_and_says_his_password_once(
    floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = [StringIO(), StringIO()]
    for err in said:
        await opened_keeper(floor, Terminal(as_json=True, err=err), demo=False)
    first, second = (err.getvalue() for err in said)
    password = first.split("one-time password: ")[1].split()[0]
    assert second == ""
    assert password not in caplog.text
    admin = await floor.store.read(lambda tx: account(tx, "admin"))
    assert admin is not None
    assert admin.user.roles == {Role.ADMIN}
    assert password not in admin.password_hash
    entered = await enter(gate_of(floor), "admin", password, Whence(peer="127.0.0.1"))
    assert not entered.seat


async def test_the_demo_makes_no_admin(floor: Floor) -> None:
    err = StringIO()
    assert isinstance(await opened_keeper(floor, Terminal(as_json=True, err=err), demo=True), DemoKeeper)
    assert err.getvalue() == ""
    assert await floor.store.read(accounts) == []


async def test_second_factors_get_a_new_key_by_a_command_and_old_ones_are_sealed_at_the_start(
    typed: Type, floor: Floor
) -> None:
    await typed("users add Sari --name Sari_Dewi --role dispatcher")
    secret = "A" * 32
    await floor.store.write(lambda tx: change_account(tx, "sari", totp_secret=secret))
    await opened_keeper(floor, Terminal(as_json=True, out=StringIO(), err=StringIO()), demo=False)
    sealed = []
    for _ in range(2):
        whose = await floor.store.read(lambda tx: account(tx, "sari"))
        assert whose is not None
        assert gate_of(floor).seal.open("sari", whose.totp_secret) == secret
        sealed.append(whose.totp_secret)
        assert await typed("secrets reseal") == [{"sealed": 1}]
        assert gate_of(floor).seal.open("sari", whose.totp_secret) == ""
    assert secret not in sealed
