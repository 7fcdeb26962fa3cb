"""``kentongan provider check``, and what cannot work refused at start: what the person sees, and the exit code."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

import kentongan
from config.command import DONE, NOT_SO, USAGE
from config.provider_settings import SHIPPED
from gateway.callback import Came, Reported, UssdTurn
from gateway.described.example import coming_in, example_account, going_out
from tests.gateway.described_provider import described, shipped


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = kentongan.main(list(words))
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("name", ["kannel", "template", str(SHIPPED / "kannel.toml")])
def test_it_shows_what_goes_out_and_what_comes_in(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "provider", "check", name)
    assert code == DONE
    assert "no fault" in err
    for words in ("sms comes in:", "delivery comes in:", "send goes out:", "send, outside GSM-7 goes out:", "curl "):
        assert words in out
    assert "read as    a letter from +6281234567890" in out


def test_with_json_each_part_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "provider", "check", "template", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == DONE
    assert {"provider", "values", "sms", "delivery", "ussd", "send", "probe", "answer"} <= {row["part"] for row in rows}


def test_mistakes_are_named_by_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n[sms]\nform = "x"\n', encoding="utf-8")
    code, out, err = run(capsys, "provider", "check", str(path))
    assert code == NOT_SO
    assert f"{path}:3: sms.form: unknown key (did you mean from?)" in out.splitlines()
    assert "3 faults; mend them all" in err
    code, _, err = run(capsys, "provider", "check", str(tmp_path / "none.toml"))
    assert code == NOT_SO
    assert "there is no file" in err


def test_a_description_that_cannot_work_is_refused_at_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.toml").write_text('name = "mine"\n[sms]\nfrom = "a"\n', encoding="utf-8")
    settings = tmp_path / "kentongan.toml"
    settings.write_text(f'data_dir = "{tmp_path}/var"\n[[provider]]\ndescription = "mine.toml"\n', encoding="utf-8")
    code, _, err = run(capsys, "--settings", str(settings), "run")
    assert code == USAGE
    assert "mine.toml:2: sms.text is missing" in err
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("name", ["kannel", "template"])
def test_the_shown_commands_make_what_is_read(name: str) -> None:
    for one in coming_in(shipped(name)):
        words = shlex.split(one.curl)
        assert words[0] == "curl"
        assert words[-1].startswith(f"http://127.0.0.1:8080/callbacks/{shipped(name).name}/SECRET/{one.what}")
        assert isinstance(one.said, {"sms": Came, "delivery": Reported, "ussd": UssdTurn}[one.what])
        assert not getattr(one.said, "doubts", ())


def test_paths_of_lists_make_lists_in_the_example() -> None:
    told = described('name = "x"\n[sms]\nbody = "json"\nfrom = "entries.0.from"\ntext = "entries.0.text.body"\n')
    (one,) = coming_in(example_account(told))
    body = json.loads(shlex.split(one.curl)[4])
    assert body == {"entries": [{"from": "+6281234567890", "text": {"body": "TOLONG rampok"}}]}


def test_the_example_of_kannel_tells_it_where_to_report() -> None:
    sent = dict(going_out(shipped("kannel")))
    fields = dict(parse_qsl(sent["send"].url.partition("?")[2], strict_parsing=True))
    assert fields["dlr-url"] == (
        "http://127.0.0.1:8080/callbacks/kannel/SECRET/delivery"
        "?id=0123456789abcdef0123456789abcdef&to=%p&status=%d&sent=%T&answer=%A"
    )
    assert fields["coding"] == "0"
    wide = dict(parse_qsl(sent["send, outside GSM-7"].url.partition("?")[2], strict_parsing=True))
    assert (wide["coding"], wide["text"]) == ("2", "Banjir 🌊 di pasar")
