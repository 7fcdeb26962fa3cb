"""``kentongan city new``: a scripted terminal leads from a folder of nothing to a pack without a fault, and on another
day from where it was left."""

from __future__ import annotations

import json
import os
import pty
import select
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from config.check import check
from config.city import CityFault, find_pack, load_city
from config.city_asking import Asker, Left
from config.city_ground_made import Keys, guessed, made, unfit
from config.city_ground_read import Feature, NoGround, read_features
from config.city_lead import brought, lead
from config.city_new import folder_of, new_city

TOP = ("Kota Palu", "Asia/Makassar", "id", "110", "desa", "distrik", "+628120000101", "+628120000201")
STATIONS = (
    *("Pos Timur", "police", "no", "robbery, violence, sos", "Besusu Contoh", "+628120000301"),
    *("Polres Palu", "police", "yes", "Ujuna Contoh", ""),
)
ROSTER = ("Ani Contoh", "+628120000401", "", "", "Budi Contoh", "+628120000402", "daily 00:00 00:00", "")
PATIENCE_S = 30.0
SWAPPED = [[-0.9, 119.8], [-0.8, 119.8], [-0.8, 119.9], [-0.9, 119.8]]


def feature(code: str, name: str, above: str, west: float, **more: Any) -> dict[str, Any]:
    ring = [[west, -0.9], [west, -0.88], [west + 0.02, -0.88], [west + 0.02, -0.9], [west, -0.9]]  # clockwise
    properties = {"OBJECTID": int(code[-4:]), "KODE_DESA": code, "NAMOBJ": name.upper(), "WADMKC": above}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}} | more


TOWN = (
    feature("72.71.01.1001", "Besusu Contoh", "Timur Contoh", 119.86),
    feature("72.71.01.1002", "Lolu Contoh", "Timur Contoh", 119.88),
    feature("72.71.02.1001", "Ujuna Contoh", "Barat Contoh", 119.84),
)


def read(features: Sequence[Any]) -> list[Feature]:
    return read_features(json.dumps({"features": list(features)}).encode())[0]


def written(folder: Path, features: Sequence[Any] = TOWN) -> Path:
    file = folder / "desa.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return file


def asker(answers: Sequence[str]) -> tuple[Asker, list[str]]:
    said: list[str] = []
    lines: Iterator[str] = iter(answers)
    return Asker(lambda prompt: next(lines, None), said.append), said


def test_it_leads_from_nothing_to_a_pack_without_a_fault(tmp_path: Path) -> None:
    new_city(tmp_path / "palu")
    one, said = asker((*TOP, str(written(tmp_path)), "", "", "", *STATIONS, *ROSTER))
    assert lead(tmp_path / "palu", one) == []
    city = load_city(tmp_path / "palu")
    assert (city.title, city.timezone.key, city.levels.of("id").area) == ("Kota Palu", "Asia/Makassar", "desa")
    assert city.areas["72.71.01.1001"].name == "Besusu Contoh"
    assert dict(city.districts) == {"72.71.01": "Timur Contoh", "72.71.02": "Barat Contoh"}
    assert city.stations["pos-timur"].jurisdiction == {"72.71.01"}
    assert any("must not be empty" in line for line in said), "each step says what city check says"


def test_it_may_be_left_at_any_question_and_gone_on_with(tmp_path: Path) -> None:
    folder, answers = tmp_path / "palu", (*TOP, str(written(tmp_path)), "", "", "", *STATIONS, *ROSTER)
    new_city(folder)
    one, _ = asker((*answers[: len(TOP) + 4], *STATIONS[:3], "quit"))
    with pytest.raises(Left):
        lead(folder, one)
    assert check(folder)
    again, said = asker((*STATIONS, *ROSTER))
    assert lead(folder, again) == []
    assert not any("The city as people read it" in line for line in said), "what is done is not asked again"


def begun(folder: Path) -> Path:
    """A pack whose city and areas are answered for."""
    new_city(folder / "palu")
    with pytest.raises(Left):
        lead(folder / "palu", asker((*TOP, str(written(folder)), "", "", "", "quit"))[0])
    return folder / "palu"


def test_each_station_and_person_stands_in_the_pack_as_soon_as_it_is_answered_for(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    with pytest.raises(Left):
        lead(folder, asker((*STATIONS[:6], "quit"))[0])
    one, said = asker((*STATIONS[6:], *ROSTER[:4]))
    with pytest.raises(Left):
        lead(folder, one)
    assert "There are: Pos Timur." in said
    again, said = asker((*ROSTER[4:], ""))
    assert lead(folder, again) == []
    assert not any("Pos Timur" in line for line in said), "it has somebody at every hour"
    assert [(shift.station, shift.name) for shift in load_city(folder).shifts] == [
        ("pos-timur", "Ani Contoh"),
        ("polres-palu", "Budi Contoh"),
    ]


def test_a_table_that_a_spreadsheet_wrote_with_semicolons_is_read_and_goes_on_so(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    roster = folder / "roster.csv"
    rows = "sample;station;name;number;days;from;to;order\n1;pos-timur;Ani Contoh;+628120000401;daily;00:00;00:00;1\n"
    roster.write_bytes(b"\xef\xbb\xbf" + rows.encode())
    assert lead(folder, asker((*STATIONS, *ROSTER[4:], ""))[0]) == []
    assert [shift.name for shift in load_city(folder).shifts] == ["Ani Contoh", "Budi Contoh"]
    roster.write_text(roster.read_text().replace("Budi Contoh;+628120000402", "Budi Contoh;+628120000401"))
    assert [one.line for one in check(folder)] == [3, 3]


def test_a_wrong_answer_is_asked_for_again_and_nothing_else_is(tmp_path: Path) -> None:
    folder = tmp_path / "palu"
    new_city(folder)
    one, said = asker((
        *("Kota Palu", "WITA", "asia/makassar", "indonesia", "id", "1 1 2", "112", "desa", "distrik"),
        *("110", "0812 0000 101", ""),
        *(str(written(tmp_path)), "", "", ""),
        *("Pos Timur yang namanya panjang sekali", "Pos Timur", "Police", "no", "robbery, fier", "robbery sos"),
        *("ujuna contoh", "08120000301"),
        *("pos timur", "Polres Palu", "police", "yes", "", "+628120000301", "+628120000101", ""),
        *("Ani, S.H.", "12", "08120000401", "mon-fri", "mon-fri 07:00 19:00"),
        *("Ani, S.H.", "08120000401", "mon-fri 07:00 19:00", "", ""),
        *("Budi", "08120000401", "08120000402", "", ""),
    ))  # fmt: skip
    assert lead(folder, one) == [], said
    city = load_city(folder)
    assert (city.emergency_call, city.modems[0].number) == ("112", "+628120000101")
    assert [(shift.name, shift.number) for shift in city.shifts] == [
        *[("Ani, S.H.", "+628120000401")] * 2,
        ("Budi", "+628120000402"),
    ]
    for words in (
        *("'WITA' is none of them", "codes of ISO 639", "no number to call", "emergency short number", "37 letters"),
        *("fier: not known", "a station pos timur already", "number of Pos Timur already"),
        *("number of the gateway already", "Ani, S.H. at pos-timur already"),
        *("'12' is no telephone number", "mon-fri 07:00 19:00", "at these hours already"),
    ):  # fmt: skip
        assert any(words in line for line in said), words


def test_the_city_is_asked_for_again_with_what_was_answered_before(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    top = folder / "city.toml"
    top.write_text(top.read_text().replace('title = "Kota Palu"', 'title = ""'))
    with pytest.raises(Left):
        lead(folder, asker(("Kota Baru", *("",) * 7))[0])
    said = top.read_text()
    assert (
        said.count('[levels.id]\narea = "desa"') == said.count("\n[[modem]]") == said.count("\n[[command_centre]]") == 1
    )
    assert not [one for one in check(folder) if "city.toml" in one.file]


def test_what_stands_wrong_in_a_file_is_mended_there_and_not_asked_for(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    (folder / "stations.toml").write_text('[[station]]\nid = "pos"\nname = "Pos"\n')
    one, said = asker(("quit",))
    with pytest.raises(Left):
        lead(folder, one)
    assert any("more, all named by: kentongan city check" in line for line in said)
    assert (folder / "stations.toml").read_text().count("[[station]]") == 1


def test_a_city_without_districts_and_with_files_of_its_own_is_led_by_files_alone(tmp_path: Path) -> None:
    folder = tmp_path / "palu"
    new_city(folder)
    one, _ = asker((*TOP, str(written(tmp_path)), "", "", "-", *STATIONS, *ROSTER))
    assert lead(folder, one) == []
    assert load_city(folder).areas["72.71.01.1001"].kecamatan == ""
    other = tmp_path / "lolu"
    new_city(other)
    two, said = asker(())
    brought(other, [folder / name for name in ("city.toml", "areas.geojson", "stations.toml", "roster.csv")], two)
    assert check(other) == [], said


@pytest.mark.parametrize(
    ("features", "says"),
    [
        ((TOWN[0], {**TOWN[1], "geometry": TOWN[0]["geometry"]}), "overlap by 100%"),
        (
            ({**TOWN[0], "geometry": {"type": "Polygon", "coordinates": [SWAPPED]}},),
            "latitude stood before longitude",
        ),
        (
            ({**TOWN[0], "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}},),
            "was not valid (Self-intersection",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_polygons_is_mended_or_told(features: Sequence[Any], says: str) -> None:
    text, notes = made(read(features), Keys(code="KODE_DESA", name="NAMOBJ", district=""))
    assert any(says in note for note in notes), notes
    assert len(json.loads(text)["features"]) == len(features)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"NAMOBJ": "BESUSU CONTOH"}, r"Besusu Contoh is there 2 times in Timur Contoh \(codes 72.71.01.1001, 72"),
        ({"WADMKC": None}, "LOLU CONTOH .*has no WADMKC"),
        ({"NAMOBJ": ""}, "feature 2 has no NAMOBJ"),
    ],
)  # fmt: skip
def test_what_a_person_must_decide_is_told_with_its_name(change: dict[str, Any], says: str) -> None:
    features = read((TOWN[0], {**TOWN[1], "properties": TOWN[1]["properties"] | change}, TOWN[2]))
    with pytest.raises(NoGround, match=says):
        made(features, guessed(features))


def test_a_code_that_two_areas_share_by_a_slip_is_told_and_not_left_out_in_silence() -> None:
    towns = [feature(f"72.71.01.100{nth}", f"Desa {'ABCDE'[nth]}", "Timur", 119.8 + nth / 50) for nth in range(5)]
    towns[1]["properties"] |= {"KODE_DESA": "72.71.01.1000", "OBJECTID": 0}
    features = read(towns)
    keys = guessed(features)
    assert (keys.code, keys.name) == ("", "NAMOBJ")
    assert unfit(features, keys) == [
        "KODE_DESA would be the code, but 72.71.01.1000 is DESA A and DESA B: mend it in the file and take it anew"
    ]
    assert unfit(read(TOWN), guessed(read(TOWN))) == []


def test_what_was_mended_in_many_areas_is_said_once() -> None:
    features = read([{**one, "geometry": {"type": "Polygon", "coordinates": [SWAPPED]}} for one in TOWN] * 2)
    _, notes = made(features, guessed(features))
    assert sum("latitude stood before" in note for note in notes) == 1


def test_properties_are_guessed_by_name_and_by_what_they_hold() -> None:
    assert guessed(read(TOWN)) == Keys(code="KODE_DESA", name="NAMOBJ", district="WADMKC")
    plain = [TOWN[0] | {"properties": {"fid": nth, "label": name}} for nth, name in enumerate(("A", "B"))]
    assert guessed(read(plain)) == Keys(code="", name="label", district="")
    with pytest.raises(NoGround, match="holds no feature"):
        read_features(b"{}")


def typed_at_a_terminal(folder: Path, answers: list[str]) -> tuple[int, str]:
    """The real command under a terminal of its own, each answer typed when it is asked for."""
    pid, terminal = pty.fork()
    if pid == 0:  # the child: the command, in an empty folder
        os.chdir(folder)
        os.execv(sys.executable, [sys.executable, "-c", "import kentongan; raise SystemExit(kentongan.main())",
                                  "city", "new", "palu"])  # fmt: skip
    shown = ""
    while True:
        ready, _, _ = select.select([terminal], [], [], PATIENCE_S)
        assert ready, f"it waits for ever: {shown[-300:]}"
        try:
            shown += os.read(terminal, 4096).decode(errors="replace")
        except OSError:  # the terminal is closed: the command is over
            break
        if shown.endswith(": ") and answers:
            _wait_until_it_sleeps(pid)  # a Ctrl-C between the prompt and the wait for a line is not seen by readline
            os.write(terminal, answers.pop(0).encode())
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), shown


def _wait_until_it_sleeps(pid: int) -> None:
    """proc(5), /proc/PID/stat: the state is the first word behind the name in brackets."""
    ends = time.monotonic() + PATIENCE_S
    while Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "S":
        assert time.monotonic() < ends, "it never comes to wait"


def test_a_person_at_a_terminal_is_asked(tmp_path: Path) -> None:
    answers = [*TOP, str(written(tmp_path)), "", "", "", *STATIONS, *ROSTER]
    code, shown = typed_at_a_terminal(tmp_path, [f"{one}\n" for one in answers])
    assert code == 0, shown[-800:]
    assert "No fault. Try it: make run CITY=palu" in shown
    assert check(tmp_path / "palu") == []


def test_ctrl_c_leaves_at_once_and_says_how_to_go_on(tmp_path: Path) -> None:
    code, shown = typed_at_a_terminal(tmp_path, ["Kota Palu\n", "\x03"])
    assert code == 1
    assert "Go on with: kentongan city new palu" in shown
    assert "Traceback" not in shown


def test_a_bare_name_is_looked_for_in_cities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    new_city(Path("cities/palu"))
    assert find_pack("palu") == Path("cities/palu") == folder_of("palu")
    assert folder_of("donggala") == Path("donggala")
    with pytest.raises(CityFault):
        find_pack("nowhere")
