"""People before the pages of the running program: they log in as the pages ask them to, and nothing else is known."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

import pyotp

from tests.fixtures.browser import photo
from tests.walks.house import House
from tests.walks.processes import Process, until

T = TypeVar("T")
PASSWORD = "kuda lari tiga ekor"
PIN = "482915"
FIRST = re.compile(r"first login: (\S+), one-time password: (\S+)")


async def met(what: str, look: Callable[[], T | None], within: float = 30.0) -> T:
    """``until``, while the browsers go on."""
    return await asyncio.to_thread(until, what, look, within)


def first_login(process: Process) -> tuple[str, str]:
    """Who is told to the terminal at the first start, and his one-time password."""
    found = FIRST.search(process.errors)
    assert found, process.errors
    return found[1], found[2]


def hired(house: House, login: str, name: str, *roles: str) -> str:
    """The one-time password of a user whom a command adds."""
    done = house.command("users", "add", login, "--name", name, *(f"--role={role}" for role in roles), "--json")
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["password"])


async def press(page: Any, name: str) -> None:
    """The button of that name; the page that comes then has loaded."""
    async with page.expect_navigation():
        await page.get_by_role("button", name=name, exact=True).click()


async def log_in(page: Any, login: str, password: str) -> None:
    """The door, first page."""
    await photo(page, "login")
    await page.get_by_label("Nama pengguna").fill(login)
    await page.get_by_label("Kata sandi", exact=True).fill(password)
    await press(page, "Masuk")


async def choose_password(page: Any, *, pin: str = "") -> None:
    """In place of the one-time password."""
    await photo(page, "login-password")
    await page.get_by_label("Kata sandi baru").fill(PASSWORD)
    await page.get_by_label("Ketik sekali lagi").fill(PASSWORD)
    if pin:
        await page.get_by_label("PIN", exact=False).fill(pin)
    await press(page, "Lanjut")


async def enrol(page: Any) -> str:
    """The authenticator on his telephone; returns the secret that it keeps."""
    secret = str(await page.locator("code.secret").inner_text()).replace(" ", "")
    await photo(page, "login-enrol")
    await page.get_by_label("Kode").fill(pyotp.TOTP(secret).now())
    await press(page, "Lanjut")
    await photo(page, "login-codes")
    await press(page, "Sudah saya simpan")
    return secret


async def at_the_desk(page: Any, login: str, once: str) -> Any:
    """A dispatcher's first time: to the board."""
    await log_in(page, login, once)
    await choose_password(page, pin=PIN)
    await page.locator("#console .board").wait_for()
    return page
