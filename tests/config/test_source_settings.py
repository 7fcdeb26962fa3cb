"""``[[source]]``: where a look-up asks the city's own system; mistakes by their lines, and never what a secret says."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from config.city import City, load_city
from config.cli import Terminal
from config.command import DONE, Command, Context, Needs
from config.settings import Settings, SettingsFault, load
from config.settings_systems import address_fault, asked_there
from gateway.commanding import carry_out


def loaded(folder: Path, text: str, **environ: str) -> Settings:
    file = folder / "kentongan.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, environ)


def test_a_source_is_read_and_its_secret_is_in_no_repr(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        """[[source]]
name = "pbb"
url = "https://pajak.example.go.id/bill?nop={key}&hp={number}"
secret = "Bearer verysecret"
rows = "/data"
fields = { amount = "/bill/total", name = "/owner~1payer" }
[[source]]
name = "izin"
""",
    )
    pbb, izin = settings.sources
    assert pbb.url is not None
    assert pbb.url.names == ("key", "number")
    assert (pbb.header, pbb.secret, pbb.rows) == ("Authorization", "Bearer verysecret", "/data")
    assert pbb.fields == {"amount": "/bill/total", "name": "/owner~1payer"}
    assert (izin.url, izin.rows, izin.fields) == (None, None, {})
    assert "verysecret" not in repr(settings)
    hash(settings)


def test_the_secret_may_come_from_the_environment(tmp_path: Path) -> None:
    text = '[[source]]\nname = "pbb"\nurl = "https://a.example/{key}"\n'
    (pbb,) = loaded(tmp_path, text, KENTONGAN_SOURCE__0__SECRET="Bearer x").sources
    assert pbb.secret == "Bearer x"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('url = "ftp://a.example/{key}"', "is no address"),
        ('url = "https://{key}.example/"', "is no address"),
        ('url = "https://a.example{key}"', "is no address"),
        ('url = "https://user:word@a.example/"', "is no address"),
        ('url = "https://a.example/ b"', "is no address"),
        ('url = "https://a.example/{phone}"', "there are only {key} and {number}"),
        ('url = "https://a.example/{key"', "has a lone {"),
        ('url = "http://a.example/{key}"', "is http"),
        ('url = "http://8.8.8.8/{key}"', "is http"),
        ('secret = "verysecret\\n"', "must be plain ASCII"),
        ('header = "X Key"', "is not the name of a header"),
        ('rows = "data/0"', "is no JSON Pointer"),
        ('fields = { amount = "a" }', "is no JSON Pointer"),
        ('rows = "/a~2"', "is no JSON Pointer"),
        ("urll = 1", "unknown key (did you mean url?)"),
        ('[[source]]\nname = "pbb"', "is another source's name already"),
    ],
)
def test_a_mistake_is_named_by_its_line(tmp_path: Path, line: str, fault: str) -> None:
    with pytest.raises(SettingsFault) as why:
        loaded(tmp_path, f'[[source]]\nname = "pbb"\n{line}\n')
    assert fault in str(why.value)
    assert f"kentongan.toml:{4 if line.startswith('[[') else 3}: " in str(why.value)
    assert "verysecret" not in str(why.value)


@pytest.mark.parametrize(
    "written",
    ["http://127.0.0.1:8080/{key}", "http://localhost/{key}", "http://10.1.2.3/x", "http://192.168.1.5:81/?n={key}"],
)
def test_this_machine_and_the_citys_own_network_may_be_asked_without_tls(written: str) -> None:
    assert address_fault(written) == ""


async def test_a_look_up_that_the_settings_send_elsewhere_is_so_for_every_command(tmp_path: Path) -> None:
    """Else a reminder would look for its row in a table that nobody is told."""
    seen: list[City] = []

    async def run(context: Context, asked: Namespace) -> int:
        seen.append(context.city)
        return DONE

    file = tmp_path / "kentongan.toml"
    file.write_text('[[source]]\nname = "pbb"\nurl = "https://pajak.example.go.id/bill?nop={key}"\n', encoding="utf-8")
    command = Command(name=("look",), help="", needs=Needs.CITY, run=run)
    await carry_out((command,), ("--settings", str(file), "look"), Terminal(as_json=False), {})
    (city,) = seen
    plain = load_city(city.path)
    assert {name for name, one in city.lookups.items() if one.source.url is not None} == {"pbb"}
    assert {name for name, one in plain.lookups.items() if one.source.url is not None} == set()
    assert asked_there(plain, ()) is plain
