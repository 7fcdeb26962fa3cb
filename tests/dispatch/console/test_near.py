"""Who is on this machine: his peer is loopback, the name that he asks for is, and no proxy stands between."""

from __future__ import annotations

import pytest

from dispatch.console.near import near


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8301", "localhost:8301", "[::1]:8301", "LOCALHOST."])
@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
def test_he_who_asks_loopback_from_loopback_is_near(peer: str, host: str) -> None:
    assert near(peer, {"host": host, "Accept": "text/html"})


@pytest.mark.parametrize("peer", ["10.0.0.7", "", "unix", "203.0.113.9"])
def test_another_machine_is_not(peer: str) -> None:
    assert not near(peer, {"Host": "127.0.0.1"})


@pytest.mark.parametrize("host", ["kentongan.example.id", "10.0.0.7:80", "localhost.evil.example", "", "[", "a b"])
def test_another_name_is_not(host: str) -> None:
    assert not near("127.0.0.1", {"Host": host})
    assert not near("127.0.0.1", {})


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "x-forwarded-proto", "Forwarded", "Via", "X-Real-IP", "CF-Connecting-IP"]
)
def test_what_came_by_a_proxy_is_not(name: str) -> None:
    assert not near("127.0.0.1", {"Host": "localhost", name: "203.0.113.9"})
