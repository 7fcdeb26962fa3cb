"""The lines that ``kentongan city new`` writes into a pack."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence

from config.city_files import mark_of


def quoted(text: str) -> str:
    """As TOML and JSON write it."""
    return json.dumps(text, ensure_ascii=False)


def top_text(
    old: str,
    *,
    name: str,
    title: str,
    zone: str,
    languages: Sequence[str],
    call: str,
    levels: tuple[str, str],
    modem: str,
    centre: str,
) -> str:
    """``city.toml`` of the skeleton, filled in; its comments stay."""
    prefix = next(iter(re.findall(r'(?m)^sample_prefix = "(.*?)"', old)), "")
    values = {"title": title, "timezone": zone, "emergency_call": call}
    text = old
    for key, value in values.items():
        text = re.sub(rf'(?m)^{key} = ".*?"', lambda _, key=key, value=value: f"{key} = {quoted(value)}", text, count=1)  # type: ignore[misc]
    text = re.sub(r"(?m)^languages = \[.*?\]", f"languages = [{', '.join(map(quoted, languages))}]", text, count=1)
    tables = "".join(
        f"\n[levels.{one}]\narea = {quoted(levels[0])}\ndistrict = {quoted(levels[1])}\n" for one in languages
    )
    tables = "" if levels == ("kelurahan", "kecamatan") else tables
    own = "".join(
        f"\n[[{table}]]\n{extra}number = {quoted(number)}\n" + ("sample = true\n" if number.startswith(prefix) else "")
        for table, extra, number in (("modem", "", modem), ("command_centre", f"name = {quoted(name)}\n", centre))
    )
    head, clocks, rest = text.partition("# Seconds, unless the name says otherwise.")
    head = re.sub(r"(?m)^\[(?:\[modem\]|\[command_centre\]|levels\.\w+)\]\n(?:[^\[#\n].*\n)*", "", head)
    return f"{head.rstrip()}\n{tables}{own}\n{clocks}{rest}"


def station_text(
    *,
    name: str,
    agency: str,
    kinds: Sequence[str],
    districts: Sequence[str],
    area: str,
    headquarters: bool,
    siren: str,
    callers: Sequence[str],
    prefix: str,
) -> str:
    """One ``[[station]]``."""
    lines = ["[[station]]", f"id = {quoted(station_id(name))}", f"name = {quoted(name)}", f"agency = {quoted(agency)}"]
    lines += [f"kinds = {json.dumps(list(kinds))}", f"jurisdiction = {json.dumps(list(districts))}"]
    lines += ["headquarters = true"] * headquarters + [f"kelurahan = {quoted(area)}"]
    if siren:
        lines += ["", "[station.siren]", f"number = {quoted(siren)}", 'controller = "RTU5024"', 'mode = "timed"']
        lines += ["close_s = 30", f"whitelist = {json.dumps(list(callers))}", "relay = false"]
        lines += ["sample = true"] * bool(prefix and siren.startswith(prefix))
    return "\n".join(lines) + "\n"


def station_id(name: str) -> str:
    """What a station is called in other files."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def officer_line(cells: Mapping[str, str | int], whole: str) -> str:
    """One row for a CSV file: its columns, and the mark between them, as the file has them."""
    mark, line = mark_of(whole), io.StringIO()
    heading = [column.strip('\ufeff "') for column in whole.partition("\n")[0].split(mark)]
    csv.writer(line, delimiter=mark, lineterminator="").writerow([cells.get(column.strip(), "") for column in heading])
    return line.getvalue()
