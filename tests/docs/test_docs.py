"""Documents hold: links lead somewhere, commands and settings exist, files and tests that are named are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.docs.checks import (
    faults_of_commands,
    faults_of_links,
    faults_of_makes,
    faults_of_mentions,
    faults_of_modules,
    faults_of_paths,
    faults_of_settings,
    faults_of_tables,
    faults_of_tests,
)
from tests.docs.reading import ROOT, Page, pages, read

PAGES = pages()
EACH = pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])


@EACH
def test_every_link_picture_and_anchor_is_there(page: Page) -> None:
    assert list(faults_of_links(page)) == []


@EACH
def test_every_row_of_a_table_has_its_heads_cells(page: Page) -> None:
    assert list(faults_of_tables(page)) == []


@EACH
def test_every_command_line_is_read_by_the_programs_own_parser(page: Page) -> None:
    assert [*faults_of_commands(page), *faults_of_mentions(page)] == []


@EACH
def test_every_target_of_make_is_in_the_makefile(page: Page) -> None:
    assert list(faults_of_makes(page)) == []


@EACH
def test_every_block_of_settings_is_loaded_by_the_program(page: Page, tmp_path: Path) -> None:
    assert list(faults_of_settings(page, tmp_path)) == []


@EACH
def test_every_file_and_every_test_that_is_named_is_there(page: Page) -> None:
    assert [*faults_of_paths(page), *faults_of_modules(page), *faults_of_tests(page)] == []


def test_every_document_is_in_the_index() -> None:
    listed = {target.partition("#")[0] for _, _, target in read(ROOT / "docs/README.md").links()}
    assert {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"} <= listed
    assert "docs/README.md" in {target for _, _, target in read(ROOT / "README.md").links()}


WRONG: list[tuple[str, Callable[[Page], Iterable[str]], str]] = [
    ("see [there](nowhere.md)", faults_of_links, "nowhere.md is not there"),
    ("# One\n[two](#two)", faults_of_links, "#two has no such heading"),
    ("![one](page.md)", faults_of_links, "page.md is no picture"),
    ("| a | b |\n|---|---|\n| `c|d` | e |", faults_of_tables, "3 cells, the head has 2"),
    ("```\nkentongan stations tst --as A b\n```", faults_of_commands, "tst"),
    ("```sh\nsudo x/kentongan doctor --all | cat > f\n```", faults_of_commands, "unrecognized arguments: --all"),
    ("```\n$ kentongan incidents accept ID\n```", faults_of_commands, "--as"),
    ("```\nmake && kentongan \\\n  lookup give air\n```", faults_of_commands, "KEY"),
    ("`kentongan lookup put`", faults_of_mentions, "no command lookup put"),
    ("`kentongan officers list|ring`", faults_of_mentions, "no command officers ring"),
    ("`kentongan doctor --loud`", faults_of_mentions, "doctor has no --loud"),
    ("run `make walk`", faults_of_makes, "no such target"),
    ("```\nmake run TOWN=palu\n```", faults_of_makes, "nothing reads it"),
    ("see `config/nothing.toml`", faults_of_paths, "config/nothing.toml` is not there"),
    ("see `gateway/*.txt`", faults_of_paths, "is not there"),
    ("see `nothing_of_it.py`", faults_of_modules, "there is no nothing_of_it.py"),
    ("see `test_nothing_of_it`", faults_of_tests, "there is no test_nothing_of_it"),
    ("see `test_nothing_of_it…`", faults_of_tests, "there is no test_nothing_of_it"),
]


@pytest.mark.parametrize(("text", "faults", "said"), WRONG, ids=[one[0].replace("\n", " ")[:40] for one in WRONG])
def test_what_is_wrong_is_found(text: str, faults: Callable[[Page], Iterable[str]], said: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    found = list(faults(read(tmp_path / "page.md")))
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[http]\nprot = 8080", "prot"),
        ('[[modem]]\nport = "/dev/x"\nuse = "everything"', "use"),
        ('[[modem]]\nport = "/dev/x"\nnumber = "0811…"\naloud = true', "aloud"),
        ("[http\n", "Expected"),
    ],
)
def test_a_setting_that_is_none_is_found(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(f"```toml\n{text}\n```\n", encoding="utf-8")
    found = list(faults_of_settings(read(tmp_path / "page.md"), tmp_path))
    assert len(found) == 1
    assert said in found[0]
