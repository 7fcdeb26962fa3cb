"""What ails is said in the page's language, and the program's own sentence is what the page knows it by."""

from __future__ import annotations

from pathlib import Path

import pytest

import kentongan
from gateway.page import STAFF, Floor
from gateway.pulse import Status
from tests.fixtures.browser import OpenPage
from tests.fixtures.site import Client, FixedKeeper, user_with

pytestmark = pytest.mark.sqlite_only("a browser sees nothing of the engine")
ROOT = Path(kentongan.__file__).parent
AWAY_IN = "eservices/lookup/sources/source.py"
SAID = (  # kind, the program's sentence, where and how it stands there, the page's words
    ("sim", "not registered", "gateway/gsm.py", '"not registered"', "tidak terdaftar di jaringan"),
    ("voice", "rings, and says nothing", "gateway/gsm.py", '"rings, and says nothing"', "hanya berdering, tanpa suara"),
    ("proof", "never came in", "gateway/loopback.py", '"never came in"', "suratnya tidak pernah sampai"),
    ("provider", "no answer in 5 s", "gateway/circuit.py", 'f"no answer in {', "tidak menjawab dalam 5 detik"),
    (
        "provider",
        "[http] public_url is not set: a voice provider fetches our sound there",
        "ivr/africas_talking_leg.py",
        '"[http] public_url is not set: a',
        "belum diatur (public_url)",
    ),
    (
        "provider",
        "[http] public_url is this machine's own: a voice provider cannot reach it",
        "ivr/africas_talking_leg.py",
        "\"[http] public_url is this machine's own: a",
        "hanya alamat komputer ini",
    ),
    (
        "provider",
        "[http] public_url is not https: a voice provider fetches our sound there",
        "ivr/africas_talking_leg.py",
        '"[http] public_url is not https: a',
        "harus diawali https",
    ),
    ("look-up", "away since 14.02: no answer in 1.5 s", AWAY_IN, 'f"away since {since', "dihubungi sejak 14.02"),
    (
        "disk",
        "7% free; only emergencies are handled",
        "gateway/disk.py",
        '"; only emergencies are handled"',
        "7% kosong",
    ),
    ("clock", "went back by 90 s", "gateway/timekeeping.py", 'f"went back by {back_s:.0f} s"', "mundur 90 detik"),
    ("loop", "silent for 40 s (limit 30 s)", "gateway/pulse.py", 'f"silent for {age:.0f} s (limit {', "diam 40 detik"),
    ("lead", "the desks and dispatch run here", "gateway/leading.py", '"the desks and dispatch run here"', "meja dan"),
    ("modem", "a sentence that nobody knows", "", "", "a sentence that nobody knows"),
)


async def test_what_ails_is_said_in_the_pages_language(
    floor: Floor, site: Client, keeper: FixedKeeper, open_page: OpenPage
) -> None:
    for nth, (kind, sentence, file, form, _) in enumerate(SAID):
        assert not file or form in (ROOT / file).read_text(), f"{file} says it otherwise now"
        floor.pulse.report(kind, f"nomor {nth}", Status.DEGRADED, sentence)
    page = await open_page(site, "/", keeper.admit(user_with(*STAFF)))
    await page.locator(".health summary").click()
    table = page.locator(".health-parts table")
    await table.wait_for()
    shown = await table.inner_text()
    assert [words for *_, words in SAID if words not in shown] == []
    assert [sentence for _, sentence, file, *_ in SAID if file and sentence in shown] == []
