"""Templates into pages: escaped, marked, whole; and the pieces that every page is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from config.city import City, load_city
from dispatch.console.look import look_of
from dispatch.console.navigation import entries
from dispatch.console.render import Renderer
from dispatch.console.sheets import Written, sheet_csv
from dispatch.console.shown import shown
from gateway.page import STAFF, WATCH, Page, Role, Shown, User, Visit, Wing
from tests.fixtures.sample_wing import HOSTILE
from tests.fixtures.site import EVERYBODY, TINY

AT = datetime(2026, 5, 1, 20, 4, 5, tzinfo=UTC)  # 04.04 of the next day in the town, which is eight hours ahead
TOWN = load_city(TINY)


async def none(visit: Visit) -> Shown:
    return Shown(template="")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def drawn(folder: Path, body: str, data: dict[str, Any] | None = None, town: City = TOWN, **visit: Any) -> str:
    """A template of one line within no frame."""
    (folder / "x.html").write_text(body, encoding="utf-8")
    page = Page(path="/x", handle=none, roles=STAFF, title="site.name")
    renderer = Renderer((Wing(room="t", pages=(page,), templates=folder),), town)
    asked = Visit(**{"user": EVERYBODY, "path": "/x", "now": AT, **visit})
    return renderer.page("t/x.html", data or {}, asked, None, page)


FORMS = (
    '{% from "console/forms.html" import field, hidden, pager, act, proof, tabs, status, rows, check with context %}'
)


def test_text_is_escaped_and_its_unseen_signs_are_marked(folder: Path) -> None:
    text = drawn(folder, '<p title="{{ x }}">{{ x }}</p>', {"x": HOSTILE + '"'})
    assert "<script>" not in text
    assert "\u202e" not in text
    assert text.count("⟦RLO⟧gnp.exe⟦PDF⟧") == 2
    assert '""' not in text


@given(text=st.text(max_size=80))
def test_whatever_was_written_stays_text(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    page = drawn(tmp_path_factory.getbasetemp(), "<i>{{ x }}</i>{{ x | strange }}", {"x": text})
    inside = page.removeprefix("<i>").partition("</i>")[0]
    assert "<" not in inside
    assert ">" not in inside
    assert not any(char in page for char in "\u202e\u202d\u2066\u200b\x00\x07")


def test_strange_text_shows_its_marks_as_plates(folder: Path) -> None:
    text = drawn(folder, "{{ x | strange }}", {"x": "a\u202eb <b>\n2"})
    assert text == '<bdi class="strange">a<span class="plate">RLO</span>b &lt;b&gt;\n2</bdi>'


def test_a_hidden_field_keeps_its_value_as_it_is(folder: Path) -> None:
    text = drawn(folder, FORMS + '{{ hidden({"x": x}) }}', {"x": 'a\u202e"<\u200b'})
    assert 'value="a\u202e&#34;&lt;\u200b"' in text


def test_a_name_that_nobody_gave_is_a_fault_and_no_empty_place(folder: Path) -> None:
    with pytest.raises(UndefinedError):
        drawn(folder, "{{ nothing }}")


def test_moments_are_told_on_the_citys_clock_with_the_instant_behind(folder: Path) -> None:
    text = drawn(folder, "{{ at | moment }} {{ at | day }} {{ at | clock }}", {"at": AT})
    assert f'<time datetime="{AT.isoformat()}">2 Mei 2026 04.04</time>' in text
    assert text.endswith("2 Mei 2026 04.04.05")


@pytest.mark.parametrize(
    ("zone", "name"), [("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")]
)
def test_the_citys_time_is_called_by_its_name(folder: Path, zone: str, name: str) -> None:
    town = replace(TOWN, timezone=ZoneInfo(zone))
    assert drawn(folder, "{{ at | zone }}", {"at": AT}, town=town) == name


def test_the_pager_keeps_what_was_asked_and_drops_what_was_said(folder: Path) -> None:
    query = {"q": "a&b <", "page": "2", "said": "site.name"}
    text = drawn(folder, FORMS + "{{ pager(2, 3, visit.query) }}", query=query)
    assert 'href="?q=a%26b+%3C&amp;page=1"' in text
    assert 'href="?q=a%26b+%3C&amp;page=3"' in text
    assert "2 dari 3" in text
    assert drawn(folder, FORMS + "{{ pager(1, 1) }}").strip() == ""


def test_one_tab_is_marked_the_one_that_is_open(folder: Path) -> None:
    body = FORMS + '{{ tabs([("/x", "a"), ("/x?all=1", "b")]) }}'
    for path, open_ in (("/x", "/x"), ("/x?all=1", "/x?all=1"), ("/x?q=2", "/x")):
        text = drawn(folder, body, path=path)
        assert text.count("aria-current") == 1
        assert f'href="{open_}" aria-current="page"' in text


def test_a_proof_is_asked_of_who_is_not_sure(folder: Path) -> None:
    body = FORMS + '{{ act("/x", "a", danger=true) }}'
    assert 'name="pin"' in drawn(folder, body)
    assert 'name="pin"' not in drawn(folder, body, sure=True)


def test_a_field_names_its_fault_and_its_hint(folder: Path) -> None:
    text = drawn(folder, FORMS + '{{ field("n", "Nama", x, hint="h", error="e", required=true) }}', {"x": '"><b>'})
    assert 'value="&#34;&gt;&lt;b&gt;"' in text
    assert 'aria-invalid="true"' in text
    assert 'aria-describedby="n-hint n-error"' in text
    assert 'id="n-hint"' in text
    assert 'id="n-error"' in text
    assert " required" in text


def test_a_status_is_a_picture_and_a_word(folder: Path) -> None:
    text = drawn(folder, FORMS + '{{ status("bad", "Mati") }}')
    assert "<svg" in text
    assert "Mati" in text


def test_a_table_to_take_away_is_marked_too() -> None:
    sheet = Written(title="x", columns=["a"], rows=[["=1+1"], [HOSTILE]])
    text = sheet_csv(sheet).decode("utf-8-sig")
    assert "'=1+1" in text
    assert "⟦RLO⟧" in text
    assert "\u202e" not in text


# -- the looks


@pytest.mark.parametrize(
    ("hour", "cookie", "theme"),
    [(12, "", "light"), (0, "", "dark"), (0, "kentongan-light=light", "light"), (12, "kentongan-light=dark", "dark")],
)
def test_it_is_light_by_day_and_dark_at_night_unless_somebody_chose(hour: int, cookie: str, theme: str) -> None:
    now = datetime(2026, 5, 1, hour, tzinfo=TOWN.timezone)
    look = look_of(Visit(user=EVERYBODY, path="/", now=now, headers={"Cookie": cookie}), TOWN)
    assert look.theme == theme
    assert look.other_light != theme


def test_letters_grow_in_turn() -> None:
    def after(size: str) -> str:
        visit = Visit(user=EVERYBODY, path="/", now=AT, headers={"Cookie": f"kentongan-size={size}"})
        return look_of(visit, TOWN).other_size

    assert [after(size) for size in ("normal", "large", "huge", "none")] == ["large", "huge", "normal", "large"]


# -- the navigation


def pages(*paths: tuple[str, int, frozenset[Role]]) -> list[Page]:
    return [Page(path=path, handle=none, roles=roles, title=path, nav=nav) for path, nav, roles in paths]


ALL = pages(("/", 1, WATCH), ("/tickets", 60, STAFF), ("/settings", 95, frozenset({Role.ADMIN})), ("/me", 99, STAFF))


def test_a_person_is_offered_what_he_may_open() -> None:
    office = User(login="a", name="a", roles=frozenset({Role.OFFICE}))
    assert [one.path for one in entries(ALL, office, "/tickets")] == ["/tickets"]
    assert [one.path for one in entries(ALL, EVERYBODY, "/")] == ["/", "/tickets", "/settings"]


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/", {"/": "page"}),
        ("/tickets", {"/tickets": "page"}),
        ("/tickets/12", {"/tickets": "true"}),
        ("/ticketsx", {}),
        ("/me", {}),
    ],
)
def test_the_page_on_which_one_stands_is_marked(path: str, marked: dict[str, str]) -> None:
    found = entries(ALL, EVERYBODY, path)
    assert {one.path: one.current for one in found if one.current} == marked


def test_shown_never_doubts_a_mark_of_its_own() -> None:
    assert shown("⟦RLO⟧") == shown(shown("⟦RLO⟧"))
