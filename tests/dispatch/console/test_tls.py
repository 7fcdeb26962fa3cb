"""TLS: a city's own authority that may vouch for nothing else, a page that speaks it, a certificate that is renewed."""

from __future__ import annotations

import os
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509

from config.clock import SystemClock, VirtualClock, run_virtual
from config.command import CommandError
from config.settings import HttpSettings, SettingsFault, load
from dispatch.console.certificate import AUTHORITY, KEY, Made, NoCertificate, make
from dispatch.console.serving import Mounted, serve
from dispatch.console.tls import Renewal, context_of
from gateway.pulse import Pulse, Status
from tests.fixtures.console_house import FakeHouse
from tests.fixtures.site import FixedKeeper, ground_floor

NAMES = ["pusat.example.id", "192.0.2.7", "localhost", "127.0.0.1"]
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def made(folder: Path, names: list[str] = NAMES, now: datetime | None = None) -> Made:
    return make(folder, "Kota Kecil", names, now or SystemClock().now())


def settings(one: Made, **more: object) -> HttpSettings:
    return replace(HttpSettings(port=0, cert=str(one.chain), key=str(one.key)), **more)  # type: ignore[arg-type]


async def test_a_browser_that_trusts_the_authority_reaches_the_page_and_another_does_not(tmp_path: Path) -> None:
    one = made(tmp_path / "tls")
    trusting = ssl.create_default_context(cafile=str(one.authority))
    async with ground_floor(tmp_path) as floor:
        floor = replace(floor, settings=replace(floor.settings, http=settings(one)))
        async with (
            serve(FakeHouse(), floor, FixedKeeper(), (), Mounted()) as url,
            aiohttp.ClientSession() as session,
        ):
            assert url.startswith("https://127.0.0.1:")
            answer = await session.get(f"{url}health", ssl=trusting)
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
            there = {"Host": "pusat.example.id"}
            assert (await session.get(f"{url}console/static/calm.svg", ssl=trusting, headers=there)).status == 200
            there = {"Host": "elsewhere.example.id"}
            assert (await session.get(f"{url}console/static/calm.svg", ssl=trusting, headers=there)).status == 421
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await session.get(f"{url}health")


def test_the_authority_may_vouch_for_its_names_alone(tmp_path: Path) -> None:
    one = made(tmp_path)
    authority = x509.load_pem_x509_certificate(one.authority.read_bytes())
    held = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert held.critical
    assert {str(each.value) for each in held.value.permitted_subtrees or ()} == {
        "pusat.example.id",
        "192.0.2.7/32",
        "localhost",
        "127.0.0.1/32",
    }
    with pytest.raises(NoCertificate, match=r"may not sign for bank\.example\.com"):
        made(tmp_path, ["bank.example.com"])
    assert made(tmp_path, ["www.pusat.example.id"]).new is False


def test_keys_are_read_by_their_owner_alone_and_the_authority_is_used_again(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        first, again = made(tmp_path / "tls"), made(tmp_path / "tls")
    finally:
        os.umask(before)
    assert (first.new, again.new, first.fingerprint == again.fingerprint) == (True, False, True)
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "tls").glob("*.key")} == {
        "authority.key": "0o600",
        "server.key": "0o600",
    }
    assert again.ends - SystemClock().now() < timedelta(days=398)


def test_an_authority_that_ended_or_lost_its_key_is_named(tmp_path: Path) -> None:
    made(tmp_path, now=NOW - timedelta(days=4000))
    with pytest.raises(NoCertificate, match="ended on"):
        made(tmp_path, now=NOW)
    (tmp_path / "authority.key").write_bytes((tmp_path / KEY).read_bytes())
    with pytest.raises(NoCertificate, match="is not the key"):
        made(tmp_path)
    (tmp_path / AUTHORITY).write_text("nothing")
    with pytest.raises(NoCertificate, match="cannot be read"):
        made(tmp_path)


@pytest.mark.parametrize("wrong", ["missing", "mixed", "empty"])
def test_files_that_cannot_be_used_are_named_at_the_start(tmp_path: Path, wrong: str) -> None:
    one, other = made(tmp_path / "a"), made(tmp_path / "b")
    http = settings(one, key=str(other.key)) if wrong == "mixed" else settings(one)
    if wrong == "missing":
        one.key.unlink()
    if wrong == "empty":
        one.chain.write_text("")
    with pytest.raises(CommandError, match="cannot be used") as told:
        context_of(http)
    assert told.value.code == 3


def test_a_renewed_certificate_is_taken_up_and_one_that_ends_is_missed_in_time(tmp_path: Path) -> None:
    async def scene(clock: VirtualClock) -> None:
        one, pulse = made(tmp_path, now=clock.now() - timedelta(days=380)), Pulse(clock)
        context = context_of(settings(one))
        assert context is not None
        renewal = Renewal(context, settings(one), clock, pulse)
        renewal.look()
        assert [(part.kind, part.status) for part in pulse.parts()] == [("tls", Status.DEGRADED)]
        text = one.key.read_bytes()
        one.key.write_text("half")
        renewal.look()
        assert "cannot be used" in pulse.parts()[0].detail
        one.key.write_bytes(text)
        made(tmp_path, now=clock.now())
        renewal.look()
        assert [part.status for part in pulse.parts()] == [Status.OK]

    run_virtual(scene, NOW)


@pytest.mark.parametrize(
    ("host", "cert", "key", "fault"),
    [
        ("0.0.0.0", "", "", "without TLS"),
        ("192.0.2.7", "", "", "without TLS"),
        ("::", "", "", "without TLS"),
        ("pusat.example.id", "", "", "without TLS"),
        ("127.0.0.1", "a.pem", "", "go together"),
        ("127.0.0.1", "", "a.key", "go together"),
        ("127.0.0.1", "", "", ""),
        ("127.8.8.8", "", "", ""),
        ("::1", "", "", ""),
        ("localhost", "", "", ""),
        ("0.0.0.0", "a.pem", "a.key", ""),
    ],
)
def test_without_tls_the_program_listens_on_this_machine_alone(host: str, cert: str, key: str, fault: str) -> None:
    environ = {"KENTONGAN_HTTP__HOST": host, "KENTONGAN_HTTP__CERT": cert, "KENTONGAN_HTTP__KEY": key}
    if not fault:
        assert load(None, environ).http.host == host
        return
    with pytest.raises(SettingsFault, match=fault):
        load(None, environ)
