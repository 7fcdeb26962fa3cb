"""Settings: defaults < file < environment, and every mistake at once, each with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.city import SHIPPED, load_city
from config.settings import PROFILES, HttpSettings, ModemSettings, Settings, SettingsFault, StoreSettings, load

SECRET = "a" * 22


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def faults(path: Path | None = None, **environ: str) -> list[str]:
    with pytest.raises(SettingsFault) as fault:
        load(path, environ)
    return fault.value.faults


def written(folder: Path, text: str) -> Path:
    path = folder / "kentongan.toml"
    path.write_text(text)
    return Path("kentongan.toml")


def test_without_a_file_the_defaults_hold(here: Path) -> None:
    settings = load(None, {})
    assert settings.http == HttpSettings(host="127.0.0.1", port=8080, public_url="")
    assert (settings.data_dir, settings.store, settings.modem, settings.source) == (
        Path("var"),
        StoreSettings(),
        (),
        None,
    )
    assert load_city(settings.city).path.parent == SHIPPED


def test_the_file_here_is_read_and_named(here: Path) -> None:
    written(here, 'city = "palu"\n[http]\nport = 81\n')
    settings = load(None, {})
    assert (settings.city, settings.http.port, settings.http.host) == ("palu", 81, "127.0.0.1")
    assert settings.source == Path("kentongan.toml")


def test_another_file_is_read_where_one_is_named(here: Path) -> None:
    other = here / "other.toml"
    other.write_text('city = "other"')
    third = here / "third.toml"
    third.write_text('city = "third"')
    written(here, 'city = "here"')
    assert load(None, {"KENTONGAN_SETTINGS": str(other)}).city == "other"
    assert load(third, {"KENTONGAN_SETTINGS": str(other)}).city == "third"


def test_a_named_file_must_be_there(here: Path) -> None:
    assert faults(Path("nowhere.toml")) == ["nowhere.toml: there is no such file"]
    assert faults(KENTONGAN_SETTINGS="gone.toml") == ["gone.toml: there is no such file"]


def test_the_environment_wins_level_by_level_and_by_index(here: Path) -> None:
    written(here, '[http]\nport = 81\n[[modem]]\nname = "a"\nport = "/dev/a"\n[[modem]]\nname = "b"\nport = "/dev/b"\n')
    settings = load(
        None,
        {
            "KENTONGAN_HTTP__PORT": "0",
            "KENTONGAN_MODEM__1__PORT": "socket://127.0.0.1:7000",
            "KENTONGAN_MODEM__2__PORT": "/dev/c",
            "KENTONGAN_MODEM__2__USE": "letters",
            "KENTONGAN_STORE__URL": "postgresql+asyncpg://localhost/kentongan",
            "KENTONGAN_AFRICASTALKING__SECRETS__0": SECRET,
            "KENTONGAN_CRASH_AT": "keep:2",
            "KENTONGAN_SETTINGS": "",
            "PATH": "/bin",
        },
    )
    assert settings.http.port == 0
    assert settings.modem == (
        ModemSettings(name="a", port="/dev/a"),
        ModemSettings(name="b", port="socket://127.0.0.1:7000"),
        ModemSettings(name="modem3", port="/dev/c", use="letters"),
    )
    assert settings.store.url.startswith("postgresql")
    assert settings.africastalking.secrets == (SECRET,)


def test_five_mistakes_are_reported_at_once_each_with_its_line(here: Path) -> None:
    text = """city = 5
[http]
port = 99999
hots = "0.0.0.0"
[[modem]]
name = "one"
profile = "sim9000"
[[modem]]
name = "one"
port = "/dev/ttyUSB0"
number = "0812 3456"
"""
    assert faults(written(here, text), KENTONGAN_HTTP__PORT_="1") == [
        "kentongan.toml:1: city: must be text in quotes, is 5",
        "kentongan.toml:3: http.port: must be between 0 and 65535, is 99999",
        "kentongan.toml:4: http.hots: unknown key (did you mean host?)",
        "kentongan.toml:5: modem.port is missing",
        "kentongan.toml:7: modem.profile: 'sim9000' is not one of auto, ec25, generic, huawei, sim7600, sim800",
        "kentongan.toml:9: modem.1.name: 'one' is another modem's name already",
        "kentongan.toml:11: modem.number: '0812 3456' is not a number like +628120000100 (E.164)",
        "environment: KENTONGAN_HTTP__PORT_: http.port_: unknown key (did you mean port?)",
    ]


def test_a_mistake_in_the_environment_names_the_variable(here: Path) -> None:
    written(here, "[http]\nport = 81\n")
    said = faults(
        KENTONGAN_HTTP__PORT="eighty",
        KENTONGAN_MODEM__3__PORT="/dev/x",
        KENTONGAN_TYPO="1",
        KENTONGAN_HTTP__PORT__X="1",
    )
    assert "environment: KENTONGAN_TYPO: typo: unknown key" in said
    assert any(line.startswith("environment: KENTONGAN_MODEM__3__PORT: lists are counted") for line in said)
    assert any("KENTONGAN_HTTP__PORT" in line and "must be a number" in line for line in said)


def test_a_modem_that_only_the_environment_names_is_blamed_there(here: Path) -> None:
    assert faults(KENTONGAN_MODEM__0__NAME="x") == ["environment: KENTONGAN_MODEM__0__NAME: modem.port is missing"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[http]\nport = true", "2: http.port: must be a number"),
        ("[http]\nport = 80.5", "2: http.port: must be a whole number"),
        ("[http]\nport = -1", "2: http.port: must be between"),
        ('[http]\nport = "80"', "2: http.port: must be a number"),
        ("[http]\nport = inf", "2: http.port: must be a number"),
        ('[http]\nhost = ""', "2: http.host: must not be empty"),
        ('[http]\npublic_url = "kentongan.example"', "2: http.public_url: 'kentongan.example' is not an address"),
        ('[store]\nurl = "mysql://x"', "2: store.url: is no database"),
        ("http = 3", "1: http: must be a table [http]"),
        ("modem = 3", "1: modem: must be tables [[modem]]"),
        ('[modem]\nport = "x"', "1: modem: must be tables [[modem]]"),
        ('[[modem]]\nport = "x"\nimei = "12"', "3: modem.imei: '12' is not an IMEI"),
        ('[[modem]]\nport = "x"\nnumber = "110"', "3: modem.number: 110 is an emergency short number"),
        ('[[modem]]\nport = "x"\nuse = "some"', "3: modem.use: 'some' is not one of all, calls, letters"),
        ('[[modem]]\nport = "x"\nname = "a b"', "3: modem.name: 'a b' is not a name"),
        ("[[modem]]\nport = 3", "2: modem.port: must be text"),
        ('data_dir = ""', "1: data_dir: must not be empty"),
        ('[[provider]]\ndescribtion = "x"', "2: provider.describtion: unknown key (did you mean description?)"),
        ("city = ", "1: Invalid value"),
        ('city = "a"\ncity = "b"', "2: Cannot overwrite a value"),
        ("[http", "1: Expected"),
        ('x = "', "1: Unterminated string"),
    ],
)
def test_a_mistake_says_where_and_what(here: Path, text: str, message: str) -> None:
    said = faults(written(here, text))
    assert any(line.startswith("kentongan.toml:" + message) for line in said), said


def test_a_file_that_is_not_text_or_cannot_be_read_is_one_line(here: Path) -> None:
    (here / "kentongan.toml").write_bytes(b"\xff\xfe")
    assert faults() == ["kentongan.toml: is not text in UTF-8"]
    (here / "kentongan.toml").unlink()
    (here / "kentongan.toml").mkdir()
    assert "cannot be read" in faults(Path("kentongan.toml"))[0]


def test_a_secret_is_shown_neither_in_a_fault_nor_in_a_repr(here: Path) -> None:
    path = written(here, '[africastalking]\napi_key = "keyword"\nsecrets = ["short-secret"]\n')
    said = faults(path)
    assert "short-secret" not in "\n".join(said)
    assert "secret 1 needs 22 characters" in said[0]
    path = written(here, f'[africastalking]\napi_key = "keyword"\nsecrets = ["{SECRET}"]\n')
    shown = repr(load(path, {}))
    assert "keyword" not in shown
    assert SECRET not in shown


def test_settings_cannot_be_changed_afterwards(here: Path) -> None:
    settings = load(None, {})
    with pytest.raises(AttributeError):
        settings.city = "other"  # type: ignore[misc]
    assert isinstance(hash(settings), int)
    assert settings == Settings(city=settings.city, data_dir=Path("var"))


def test_profiles_are_those_of_the_modem_room() -> None:
    from modem import profile

    assert set(PROFILES) == {"auto", *profile.PROFILES}
