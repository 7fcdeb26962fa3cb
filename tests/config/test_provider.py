"""Descriptions of providers: what is read, and every mistake by its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.provider import Description
from config.provider_read import ProviderFault, load_provider, read_provider
from config.provider_settings import SHIPPED, find_description
from config.settings import Settings, SettingsFault, load

WHOLE = """name = "one"
[values]
token = ""
[sms]
from = "from"
text = "text"
[delivery]
reference = "id"
status = "status"
[delivery.states]
delivered = ["ok"]
[ussd]
session = "s"
number = "n"
typed = "t"
[ussd.more]
text = "CON {text}"
[ussd.end]
text = "END {text}"
[send]
url = "https://api.example/send"
[send.json]
to = "{to}"
text = "{text}"
[send.id]
json = "id"
[[send.answer]]
status = [200]
means = "sent"
"""


def read(text: str, folder: Path) -> tuple[Description | None, list[str]]:
    path = folder / "one.toml"
    path.write_text(text, encoding="utf-8")
    described, faults = read_provider(path)
    return described, [f"{fault.line}: {fault.message}" for fault in faults]


@pytest.mark.parametrize("name", ["kannel", "template"])
def test_what_ships_has_no_fault(name: str) -> None:
    described = load_provider(SHIPPED / f"{name}.toml")
    assert described.send is not None
    assert described.sms is not None
    assert described.delivery is not None


def test_the_template_uses_every_section_and_says_every_key() -> None:
    written = (SHIPPED / "template.toml").read_text(encoding="utf-8")
    told = load_provider(SHIPPED / "template.toml")
    assert told.ussd is not None
    assert told.probe is not None
    for key in ("charset", "path", "turn", "ended", "ended_is", "error", "[send.query]", "[send.form]", "{text_hex}"):
        assert key in written


def test_a_whole_description_has_no_fault(tmp_path: Path) -> None:
    described, faults = read(WHOLE, tmp_path)
    assert faults == []
    assert described is not None
    assert described.values == {"token": ""}


REQUIRED = [
    ('name = "one"', "1: name is missing"),
    ('from = "from"', "4: sms.from is missing"),
    ('text = "text"', "4: sms.text is missing"),
    ('reference = "id"', "7: delivery.reference is missing"),
    ('status = "status"', "7: delivery.status is missing"),
    ('delivered = ["ok"]', "10: delivery.states: says of no status what it means"),
    ('session = "s"', "12: ussd.session is missing"),
    ('number = "n"', "12: ussd.number is missing"),
    ('typed = "t"', "12: [ussd] needs typed (what was typed now) or path (everything typed, joined by *)"),
    ('text = "CON {text}"', "16: ussd.more shows nothing: {text} is missing"),
    ('text = "END {text}"', "18: ussd.end shows nothing: {text} is missing"),
    ('url = "https://api.example/send"', "20: send.url is missing"),
    ('to = "{to}"', "20: [send] never says {to}: the provider would not know whom to write to"),
    ('text = "{text}"', "20: [send] never says {text}: the letter would be empty"),
    (
        'json = "id"',
        "25: [send.id] is one of ours = true, json, body, header: by it a delivery report names its letter",
    ),
    ("status = [200]", "27: [[send.answer]] fits every answer: give status, body or json"),
    ('means = "sent"', "27: send.answer.means is missing"),
]


@pytest.mark.parametrize(("line", "fault"), REQUIRED, ids=[line for line, _ in REQUIRED])
def test_each_missing_field_is_named_by_its_section(line: str, fault: str, tmp_path: Path) -> None:
    assert WHOLE.count(f"\n{line}\n") == 1 or WHOLE.startswith(line)
    described, faults = read(WHOLE.replace(f"{line}\n", "\n", 1), tmp_path)
    assert described is None
    assert fault in faults


WRONG = [
    ('name = "one"', 'name = "One Two"', "1: name: 'One Two' is not a name of small letters, digits and -"),
    ('name = "one"', 'name = "africastalking"', "1: name: 'africastalking' is a provider that the program knows"),
    ('name = "one"', 'nmae = "one"\nname = "one"', "1: nmae: unknown key (did you mean name?)"),
    ('token = ""', "token = 5", "3: values.token: must be text in quotes"),
    ('token = ""', 'Token = ""', "3: values.Token: a value's name has small letters, digits and _ only"),
    ('from = "from"', 'from = "from"\nbody = "xml"', "6: sms.body: 'xml' is not one of form, json"),
    ('from = "from"', 'from = "from"\nmethod = "GET"\nbody = "json"', "7: sms.body: a GET has no body"),
    ('from = "from"', 'from = "from"\ntime = "swatch"', "6: sms.time: 'swatch' is not iso, unix, unix_ms or a pattern"),
    ('from = "from"', 'from = "from"\nzone = "WIB"', "6: sms.zone: 'WIB' is not a difference to UTC like +07:00"),
    ('from = "from"', 'from = "from"\nsender = "x"', "6: sms.sender: unknown key"),
    ('delivered = ["ok"]', 'delivered = ["ok"]\nfailed = ["OK"]', "12: delivery.states.failed: 'OK' already means"),
    (
        'delivered = ["ok"]',
        'delivered = ["ok"]\notherwise = "lost"',
        "12: delivery.states.otherwise: 'lost' is not one",
    ),
    ('delivered = ["ok"]', 'delivered = "ok"', "11: delivery.states.delivered: must be a list of texts"),
    ('typed = "t"', 'typed = "t"\nfirst = "new"', "16: ussd.first: needs first_is: the values that say it"),
    ('typed = "t"', 'typed = "t"\nended_is = ["x"]', "16: ussd.ended_is: needs ended: the field that says it"),
    ('typed = "t"', 'typed = "t"\npath = "t"', "15: ussd.typed: is the same field as path"),
    ('text = "END {text}"', 'text = "CON {text}"', "18: [ussd.more] and [ussd.end] are the same"),
    ('text = "END {text}"', 'text = "END {text"', "19: ussd.end.text: has a lone {"),
    ('text = "END {text}"', 'text = "END {words}"', "19: ussd.end.text: nothing fills {words}; there are {code}"),
    ('text = "END {text}"', 'text = "END {text}"\nstatus = 500', "20: ussd.end.status: must be between 200 and 299"),
    ('text = "END {text}"', 'text = "END {text}"\nheaders = { X = "{text}" }', "20: ussd.end.headers.X: nothing fills"),
    ('text = "END {text}"', 'text = "{text}"\nheaders = { "X: 1" = "b" }', "20: ussd.end.headers.X: 1: is no header"),
    (
        'text = "END {text}"',
        'text = "{text}"\nheaders = { X = "a\\nb" }',
        "20: ussd.end.headers.X: a header's text has",
    ),
    (
        'text = "END {text}"',
        'text = "{text}"\nheaders = { Host = "b" }',
        "20: ussd.end.headers.Host: is no header that",
    ),
    (
        'text = "END {text}"',
        'text = "{text}"\njson = { a = "{text}" }',
        "20: ussd.end.json: an answer has text or json",
    ),
    ('url = "https://api.example/send"', 'url = "ftp://x"', "21: send.url: must begin with https://host/"),
    ('url = "https://api.example/send"', 'url = "{to}/x"', "21: send.url: must begin with https://host/"),
    ('url = "https://api.example/send"', 'url = "https://{token}/x"', "21: send.url: must begin with https://host/"),
    ('url = "https://api.example/send"', 'url = "https://a.example/a b"', "21: send.url: an address has no blanks"),
    (
        'url = "https://api.example/send"',
        'url = "https://a/"\nmethod = "BREW"',
        "22: send.method: 'BREW' is not one of",
    ),
    ('url = "https://api.example/send"', 'url = "https://a/"\nmethod = "GET"', "23: send.json: a GET has no body"),
    ('url = "https://api.example/send"', 'url = "https://a/"\nnumber = "8"', "22: send.number: '8' is not one of"),
    ('url = "https://api.example/send"', 'url = "https://a/"\nanswer_s = 90', "22: send.answer_s: must be between 0.1"),
    ('to = "{to}"', 'to = "{to}"\nat = 2026-01-01', "24: send.json.at: datetime.date(2026, 1, 1) is not what JSON"),
    ('to = "{to}"', 'to = "{to}"\nx = "{nobody}"', "24: send.json.x: nothing fills {nobody}"),
    (
        '[send.json]\nto = "{to}"',
        '[send.form]\nto = "{to}"\n[send.json]\nx = "{to}"',
        "send.json: a request has form or",
    ),
    ('[send.id]\njson = "id"', "[send.id]\nours = true", "[send] never says {id}, and [send.id] says"),
    ('[send.id]\njson = "id"', "[send.id]\nbody = 'id=\\d+'", "26: send.id.body: must have one group in parentheses"),
    ('[send.id]\njson = "id"', "[send.id]\nbody = '('", "26: send.id.body: is no regular expression: missing )"),
    ('[send.id]\njson = "id"', '[send.id]\njson = "id"\nheader = "X"', "25: [send.id] is one of"),
    ("status = [200]", "status = [20]", "28: send.answer.status: must be a list of whole numbers between 100 and 599"),
    ("status = [200]", 'status = "200"', "28: send.answer.status: must be a list of whole numbers"),
    ("status = [200]", 'status = [200]\nis = ["x"]', "29: send.answer.is: needs json: the path of the value"),
    ("status = [200]", "body = '['", "28: send.answer.body: is no regular expression"),
    ('means = "sent"', 'means = "perhaps"', "29: send.answer.means: 'perhaps' is not one of"),
    ('means = "sent"', 'means = "busy"', "20: no [[send.answer]] means sent: every letter would be in doubt"),
    (
        "[[send.answer]]",
        '[send.ucs2.form]\nx = "y"\n[[send.answer]]',
        "[send] has another kind of body: form cannot be",
    ),
    ("[[send.answer]]", '[probe]\nurl = "https://a/{to}"\n[[send.answer]]', "28: probe.url: nothing fills {to}"),
    (
        "[[send.answer]]",
        '[probe]\nurl = "https://a/"\nup = 200\n[[send.answer]]',
        "29: probe.up: must be a list of whole",
    ),
    ('name = "one"', 'name = "one"\nprice = -1', "2: price: must be between 0 and 100000, is -1"),
    ('name = "one"', 'name = "one', "1: Illegal character"),
]


@pytest.mark.parametrize(("there", "instead", "fault"), WRONG, ids=[f"{at}-{one[1]}" for at, one in enumerate(WRONG)])
def test_each_wrong_field_is_named_by_its_line(there: str, instead: str, fault: str, tmp_path: Path) -> None:
    assert there in WHOLE
    described, faults = read(WHOLE.replace(there, instead, 1), tmp_path)
    assert described is None
    assert any(fault in one for one in faults), faults


def test_every_mistake_is_reported_at_once(tmp_path: Path) -> None:
    text = WHOLE.replace('from = "from"', 'form = "from"').replace("status = [200]", "status = [2]")
    _, faults = read(text, tmp_path)
    assert [one.split(":")[0] for one in faults] == ["4", "5", "27", "28"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "there is no such file"),
        (b"\xff\xfe", "is not text in UTF-8"),
        (b"#" * 70_000, "is larger than 64 KiB"),
        (b"", "describes nothing"),
    ],
)
def test_a_file_that_describes_nothing_is_a_fault(content: bytes | None, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProviderFault, match=fault):
        load_provider(path)


# -- in the settings

KANNEL = """[[provider]]
description = "kannel"
secrets = ["abcdefghijklmnopqrstuv"]
senders = ["+628110000001"]
[provider.values]
url = "http://127.0.0.1:13013"
username = "me"
password = "hush&hush"
"""


def settle(text: str, folder: Path, environ: dict[str, str] | None = None) -> Settings:
    path = folder / "kentongan.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, environ or {})


def test_the_settings_fill_a_description_and_keep_its_secrets_to_themselves(tmp_path: Path) -> None:
    settings = settle(KANNEL, tmp_path)
    (one,) = settings.provider
    assert (one.name, one.senders, one.values["password"]) == ("kannel", ("+628110000001",), "hush&hush")
    assert "hush" not in repr(settings)
    assert "abcdefghij" not in repr(settings)
    assert "13013" not in repr(settings)


def test_the_environment_gives_a_password(tmp_path: Path) -> None:
    environ = {"KENTONGAN_PROVIDER__0__VALUES__PASSWORD": "other"}
    assert settle(KANNEL, tmp_path, environ).provider[0].values["password"] == "other"


@pytest.mark.parametrize(
    ("there", "instead", "fault"),
    [
        ('username = "me"\n', "", "1: provider.values.username is missing: the description needs it"),
        ('password = "hush&hush"', 'pasword = "x"', "8: provider.values.pasword: the description has no such value"),
        (
            'password = "hush&hush"',
            'password = "hush\\r\\nX: y"',
            "8: provider.values.password: has a control character",
        ),
        ('password = "hush&hush"', "password = true", "8: provider.values.password: must be text in quotes"),
        ('url = "http://127.0.0.1:13013"', 'url = "127.0.0.1"', "6: provider.values.url: is no address like"),
        ('url = "http://127.0.0.1:13013"', 'url = "http://u:p@host"', "6: provider.values.url: is no address like"),
        ('senders = ["+628110000001"]\n', "", "1: provider.senders is missing: the description sends by a number"),
        ('senders = ["+628110000001"]', 'senders = ["a & b"]', "4: provider.senders: 'a & b' is no number"),
        ('secrets = ["abcdefghijklmnopqrstuv"]\n', "", "1: provider.secrets is missing: the description tells"),
        ('secrets = ["abcdefghijklmnopqrstuv"]', 'secrets = ["short"]', "3: provider.secrets: secret 1 needs 22"),
        ('description = "kannel"', 'description = "kanel"', "2: provider.description: there is no file 'kanel'"),
        ('description = "kannel"', 'description = "kannel"\nname = "a b"', "3: provider.name: 'a b' is not a name"),
        (
            'description = "kannel"',
            'description = "kannel"\nname = "africastalking"',
            "1: provider.0: 'africastalking' is",
        ),
        ('description = "kannel"', 'description = "kannel"\nprice = "x"', "3: provider.price: must be a number"),
        ('description = "kannel"', 'description = "kannel"\nprise = 3', "3: provider.prise: unknown key"),
    ],
)
def test_what_a_description_lacks_is_a_fault_of_the_settings(
    there: str, instead: str, fault: str, tmp_path: Path
) -> None:
    assert there in KANNEL
    with pytest.raises(SettingsFault) as raised:
        settle(KANNEL.replace(there, instead, 1), tmp_path)
    assert any(fault in one for one in raised.value.faults), raised.value.faults
    assert "hush" not in str(raised.value)


def test_two_channels_never_have_one_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="'kannel' is another channel's name already"):
        settle(KANNEL + KANNEL, tmp_path)
    again = settle(KANNEL + KANNEL.replace('"kannel"', '"kannel"\nname = "kannel-2"'), tmp_path)
    assert [one.name for one in again.provider] == ["kannel", "kannel-2"]


def test_the_faults_of_a_description_are_faults_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(WHOLE.replace('from = "from"\n', ""), encoding="utf-8")
    with pytest.raises(SettingsFault, match=r"mine.toml:4: sms.from is missing"):
        settle('[[provider]]\ndescription = "mine.toml"\nvalues = { token = "x" }\n', tmp_path)


@pytest.mark.parametrize("written", ["kannel", "config/providers/kannel.toml"])
def test_a_description_that_ships_is_found_from_any_folder(
    written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = find_description(written)
    assert found is not None
    assert found.name == "kannel.toml"
