"""What an emergency turned out to be, as people write it down when they close it: ``[findings]`` of ``codes.toml``,
else these."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from config.table import Table

FALSE, DRILL = "false", "drill"
"""Two that mean something to the program: nobody was in need and the number's record says so; an exercise."""
FINDINGS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "handled": {"id": "Ditangani di tempat", "en": "Dealt with on the spot"},
        "carried": {"id": "Dibawa ke rumah sakit", "en": "Taken to hospital"},
        "arrested": {"id": "Pelaku diamankan", "en": "Somebody was detained"},
        "passed_on": {"id": "Diserahkan ke instansi lain", "en": "Passed on to others"},
        "gone": {"id": "Sudah selesai saat petugas tiba", "en": "Over when we came"},
        "nothing": {"id": "Tidak ditemukan apa-apa", "en": "Nothing was found"},
        "twice": {"id": "Sama dengan kejadian lain", "en": "The same as another"},
        "mistake": {"id": "Salah pencet", "en": "Pressed by mistake"},
        FALSE: {"id": "Laporan palsu", "en": "A false report"},
        DRILL: {"id": "Latihan", "en": "A drill"},
        "other": {"id": "Lainnya", "en": "Something else"},
    }
)


def read_findings(table: Table | None, languages: tuple[str, ...]) -> Mapping[str, Mapping[str, str]]:
    """The pack's own, by their word; ``false`` and ``drill`` are always there."""
    if table is None:
        return FINDINGS
    named: dict[str, Mapping[str, str]] = {}
    for word in table.data:
        one = table.table(word)
        named[word] = {language: one.text(language) for language in languages}
        one.done()
    table.done()
    return MappingProxyType({**named, **{word: FINDINGS[word] for word in (FALSE, DRILL) if word not in named}})
