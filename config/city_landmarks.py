"""Reads ``landmarks.csv``, which a pack may hold: places that people name other places by."""

from __future__ import annotations

from collections.abc import Sequence

from config.city import Landmark, Street
from config.city_areas import FILE, Ground
from config.city_files import PackFiles
from config.table import Table

LANDMARKS = "landmarks.csv"
COLUMNS = ("landmark", "variants", "kind", "kelurahan", "kecamatan", "street", "sample")


def read_landmarks(files: PackFiles, ground: Ground, streets: Sequence[Street]) -> tuple[Landmark, ...]:
    """Every landmark; none where the pack has no such file. Each must lead somewhere in the city."""
    if not (files.folder / LANDMARKS).is_file():
        return ()
    known = {street.name for street in streets}
    found: dict[str, Landmark] = {}
    for row in files.rows(LANDMARKS, COLUMNS):
        landmark = _landmark(row, ground, known)
        if landmark.name and landmark.name in found:
            row.fault("landmark", f"{landmark.name!r} is there twice")
        found[landmark.name] = landmark
    return tuple(found.values())


def _landmark(row: Table, ground: Ground, streets: set[str]) -> Landmark:
    landmark = Landmark(
        name=row.text("landmark"),
        variants=row.texts("variants", ()),
        kind=row.text("kind", pattern="[a-z_]+", form="one word in small letters, like school"),
        kelurahan=row.text("kelurahan", "") or None,
        kecamatan=row.text("kecamatan", "") or None,
        street=row.text("street", "") or None,
        sample=row.flag("sample"),
    )
    area = ground.areas.get(landmark.kelurahan or "")
    if landmark.kelurahan and area is None:
        row.fault("kelurahan", f"{landmark.kelurahan!r} is no area of {FILE}")
    if landmark.kecamatan and landmark.kecamatan not in ground.districts:
        row.fault("kecamatan", f"{landmark.kecamatan!r} is no district of {FILE}")
    elif landmark.kecamatan and area is not None and area.kecamatan_code != landmark.kecamatan:
        row.fault("kecamatan", "is not the district that holds the area")
    if landmark.street and landmark.street not in streets:
        row.fault("street", f"{landmark.street!r} is no street of streets.csv")
    if not (landmark.kelurahan or landmark.kecamatan or landmark.street):
        row.fault("landmark", "needs an area (kelurahan), a district (kecamatan) or a street: it leads nowhere")
    return landmark
