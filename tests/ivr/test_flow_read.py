"""Flow files: what a sound one becomes, and every mistake of another, all at once, by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.city import load_city
from ivr.flow import ALSO, PRESS
from ivr.flow_data import BACK, MOST_CHOICES, Kind
from ivr.flow_read import SHIPPED, FlowFault, flows, judged, read_flow
from tests.fixtures.whole import examples

CITY = load_city("binjai")
TINY = load_city("tests/fixtures/tinytown")
FILES = sorted(SHIPPED.glob("*.toml"))

SOUND = """
start = "ask"
sorry = "sorry"
instead = "comm_test_instead"
fields = ["drill"]

[acts.heard]
results = ["noted"]
fields = ["by"]

[nodes.ask]
kind = "menu"
prompts = ["comm_test_ask", "drill"]
timeout_s = 6
tries = 3
silent = "unheard"
[nodes.ask.keys]
1 = { label = "to_hear", next = "heard" }

[nodes.heard]
kind = "act"
act = "heard"
results = { noted = "thanks" }

[nodes.thanks]
kind = "end"
prompts = ["officer_taken"]

[nodes.unheard]
kind = "end"

[nodes.sorry]
kind = "end"
"""


def written(folder: Path, *edits: tuple[str, str], text: str = SOUND) -> tuple[Path, list[int]]:
    """The sound flow with some edits, and the line at which each stands."""
    for old, new in edits:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    path = folder / "one.toml"
    path.write_text(text, encoding="utf-8")
    return path, [text.count("\n", 0, text.index(new)) + 1 if new else 0 for _, new in edits]


def test_a_sound_flow_has_no_fault(tmp_path: Path) -> None:
    path, _ = written(tmp_path)
    flow = read_flow(path, CITY)
    assert (flow.name, flow.start, flow.fields) == ("one", "ask", frozenset({"drill"}))
    assert flow.nodes["ask"].keys["1"].next == "heard"
    assert flow.acts["heard"].fields == {"by"}


def test_a_flow_with_ten_mistakes_is_reported_at_once_by_file_and_line(tmp_path: Path) -> None:
    mistakes = [
        ('start = "ask"', 'start = "aks"'),
        ('sorry = "sorry"', 'sorry = "ask"'),
        ('instead = "comm_test_instead"', 'instead = "call_out_text"'),
        ('prompts = ["comm_test_ask", "drill"]', 'prompts = ["comm_test_aks", "drill"]'),
        ("timeout_s = 6", "timeout = 6"),
        ("tries = 3", "tries = 0"),
        ('silent = "unheard"', 'silent = "nowhere"'),
        ("1 = { label", "9 = { label"),
        ('act = "heard"', 'act = "herd"'),
        ('prompts = ["officer_taken"]', 'prompts = ["recorded"]'),
    ]
    path, lines = written(tmp_path, *mistakes)
    with pytest.raises(FlowFault) as raised:
        read_flow(path, CITY)
    said = raised.value.faults
    assert all(one.startswith(f"{path}:") for one in said)
    at = {int(one.removeprefix(f"{path}:").split(":")[0]) for one in said}
    assert len(mistakes) == 10
    assert set(lines) <= at
    text = "\n".join(said)
    for says in (
        "start: there is no node 'aks'",
        "sorry: 'ask' must be an end",
        "instead: prompt 'call_out_text' names {text}",
        "there is no prompt 'comm_test_aks' in id, en",
        "nodes.thanks.prompts: prompt 'recorded': the field {number} is not known on every way",
        "nodes.ask.timeout_s is missing",
        "nodes.ask.timeout: unknown key (did you mean timeout_s?)",
        "nodes.ask.tries: must be between 1 and 5, is 0",
        "nodes.ask.silent: there is no node 'nowhere'",
        "nodes.ask.keys.9: is reserved",
        "nodes.heard.act: 'herd' is not declared",
        "acts.heard: no node has it done",
    ):
        assert says in text, f"nothing says {says!r}:\n{text}"


REFUSED = [
    ("no such node by a key", ('next = "heard"', 'next = "herd"'), "there is no node 'herd'"),
    ("no time-out", ("timeout_s = 6\n", ""), "timeout_s is missing"),
    ("no tries", ("tries = 3\n", ""), "tries is missing"),
    ("no way out", ('silent = "unheard"\n', ""), "silent is missing"),
    ("an endless time-out", ("timeout_s = 6", "timeout_s = 900"), "must be between 1 and 120"),
    ("no sorry", ('sorry = "sorry"\n', ""), "sorry is missing"),
    ("no instead", ('instead = "comm_test_instead"\n', ""), "instead is missing"),
    ("an instead with a field", ("comm_test_instead", "drill"), "it has no field"),
    ("an instead that there is not", ("comm_test_instead", "x"), "there is no prompt 'x'"),
    ("an urgent that ends", ('sorry = "sorry"', 'sorry = "sorry"\nurgent = "thanks"'), "takes no emergency"),
    ("an urgent that is not", ('sorry = "sorry"', 'sorry = "sorry"\nurgent = "x"'), "urgent: there is no node 'x'"),
    ("a kind that there is not", ('kind = "menu"', 'kind = "mneu"'), "'mneu' is not one of"),
    ("a key that there is not", ("1 = { label", "A = { label"), "is no key of 1 to 8"),
    ("star as a key", ("1 = { label", '"*" = { label'), "is reserved: it means once more"),
    ("hash as a key", ("1 = { label", '"#" = { label'), "is reserved"),
    ("two digits as a key", ("1 = { label", "12 = { label"), "is no key"),
    ("no keys", ('1 = { label = "to_hear", next = "heard" }\n', ""), "a menu without keys"),
    ("nothing said", ('prompts = ["comm_test_ask", "drill"]', "prompts = []"), "says something"),
    ("a label that there is not", ('"to_hear"', '"to_here"'), "there is no prompt 'to_here'"),
    ("an unknown key of a node", ("timeout_s = 6", "timeout_s = 6\nbargein = true"), "unknown key"),
    ("a key of another kind", ("timeout_s = 6", 'timeout_s = 6\nnext = "sorry"'), "nodes.ask.next: unknown key"),
    ("an unknown key of the flow", ('start = "ask"', 'start = "ask"\nlang = "id"'), "lang: unknown key"),
    ("a result without a way", ('results = ["noted"]', 'results = ["noted", "lost"]'), "may answer 'lost'"),
    ("a way without a result", ("noted = ", "kept = "), "never answers 'kept'"),
    ("an act without results", ('results = ["noted"]', "results = []"), "needs one at the least"),
    ("an act nobody has done", ("[acts.heard]", '[acts.other]\nresults = ["x"]\n[acts.heard]'), "no node has it done"),
    ("a field that is not filled", ('fields = ["by"]', "fields = []"), "the field {by} is not known on every way"),
    ("a field that is not known", ('fields = ["drill"]', "fields = []"), "the field {drill} is not known"),
    ("a field that is no name", ('fields = ["drill"]', 'fields = ["drill", "Drill 2"]'), "'Drill 2' is not a name"),
    ("a node that is no table", ("[nodes.unheard]", "[nodes]\nx = 3\n[nodes.unheard]"), "must be a table"),
    ("text where a number goes", ("tries = 3", 'tries = "3"'), "must be a number"),
    ("a loop by silence", ('silent = "unheard"', 'silent = "ask"'), "without anybody pressing a key"),
    ("a loop by an act", ('noted = "thanks"', 'noted = "heard"'), "without anybody pressing a key"),
    ("TOML that is none", ('start = "ask"', "start = ask"), "is not TOML"),
]


@pytest.mark.parametrize(("edit", "says"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_it_is_refused_where_it_stands(tmp_path: Path, edit: tuple[str, str], says: str) -> None:
    path, (line,) = written(tmp_path, edit)
    with pytest.raises(FlowFault) as raised:
        read_flow(path, CITY)
    fitting = [one for one in raised.value.found if says in one.message]
    assert fitting, f"nothing says {says!r}: {raised.value.faults}"
    assert all(one.file == str(path) and one.line >= 1 for one in fitting)
    far = ("no table", "may answer", "not known on every way", "is not known", "says something", "without keys")
    if line and not any(word in says for word in far):
        last = line + edit[1].count("\n")
        assert any(line <= one.line <= last for one in fitting), (line, fitting)


def test_a_node_that_nothing_leads_to_and_one_without_a_way_to_an_end_are_named(tmp_path: Path) -> None:
    more = """
[nodes.lost]
kind = "end"

[nodes.round]
kind = "menu"
prompts = ["menu_again"]
timeout_s = 5
tries = 1
silent = "round"
[nodes.round.keys]
1 = { label = "to_back", next = "round" }
"""
    path, _ = written(tmp_path, text=SOUND + more)
    with pytest.raises(FlowFault) as raised:
        read_flow(path, CITY)
    text = "\n".join(raised.value.faults)
    assert "nodes.lost: no way leads here" in text
    assert "nodes.round: no way leads from here to an end" in text


def test_a_loop_that_needs_a_key_is_none(tmp_path: Path) -> None:
    path, _ = written(tmp_path, ('noted = "thanks"', 'noted = "ask"'), ('["officer_taken"]', '["goodbye"]'))
    with pytest.raises(FlowFault) as raised:
        read_flow(path, CITY)
    assert [fault.message for fault in raised.value.found] == ["nodes.thanks: no way leads here"]


def test_a_field_that_one_way_does_not_fill_is_not_known(tmp_path: Path) -> None:
    both = '1 = { label = "to_hear", next = "heard" }\n2 = { label = "to_back", next = "thanks" }'
    path, _ = written(tmp_path, ('1 = { label = "to_hear", next = "heard" }', both))
    with pytest.raises(FlowFault) as raised:
        read_flow(path, CITY)
    assert "the field {by} is not known on every way" in str(raised.value)
    filled = both.replace('"thanks" }', '"thanks", sets = { by = "Budi" } }')
    path, _ = written(tmp_path, ('1 = { label = "to_hear", next = "heard" }', filled))
    assert read_flow(path, CITY).nodes["ask"].keys["2"].sets == {"by": "Budi"}


def test_more_than_four_choices_are_refused_and_the_way_back_is_not_counted(tmp_path: Path) -> None:
    keys = "\n".join(f'{n} = {{ label = "to_hear", next = "heard" }}' for n in (1, 2, 3, 4, 0))
    path, _ = written(tmp_path, ('1 = { label = "to_hear", next = "heard" }', keys))
    assert len(read_flow(path, CITY).nodes["ask"].keys) == MOST_CHOICES + 1
    path, _ = written(tmp_path, ('1 = { label = "to_hear", next = "heard" }', keys.replace("0 =", "5 =")))
    with pytest.raises(FlowFault, match="offers 5 choices"):
        read_flow(path, CITY)


def test_a_prompt_must_be_there_in_every_language_of_the_pack(tmp_path: Path) -> None:
    path, _ = written(tmp_path, ("officer_taken", "only_in_one"))
    prompts = {lang: dict(said) for lang, said in CITY.prompts.items()}
    prompts["id"]["only_in_one"] = "Halo."
    flow, faults = judged(path, _City(prompts))  # type: ignore[arg-type]
    assert flow is not None
    assert [one.message for one in faults] == ["nodes.thanks.prompts: there is no prompt 'only_in_one' in en"]


def test_the_engines_own_prompts_are_looked_for_too(tmp_path: Path) -> None:
    path, _ = written(tmp_path)
    prompts = {"id": {**CITY.prompts["id"], PRESS: "{label}: {digit}"}}
    del prompts["id"][ALSO]
    messages = "\n".join(one.message for one in judged(path, _City(prompts))[1])  # type: ignore[arg-type]
    assert f"there is no prompt {ALSO!r}" in messages
    assert f"prompt {PRESS!r} names {{digit}}" in messages


class _City:
    def __init__(self, prompts: dict[str, dict[str, str]]) -> None:
        self.prompts = prompts


def test_a_file_that_is_not_there_or_no_text_is_a_fault_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(FlowFault, match="there is no such file"):
        read_flow(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_bytes(b"start = \xff")
    with pytest.raises(FlowFault, match="not text in UTF-8"):
        read_flow(tmp_path / "bad.toml")
    with pytest.raises(FlowFault, match="cannot be read"):
        read_flow(tmp_path)


# -- the shipped flows


@pytest.mark.parametrize("city", [CITY, TINY], ids=["binjai", "tinytown"])
def test_every_shipped_flow_is_sound_in_every_city(city: object) -> None:
    found = flows(city)  # type: ignore[arg-type]
    assert set(found) >= {"officer", "call_back", "menu", "call_out", "comm_test"}


def test_the_faults_of_several_flows_come_together() -> None:
    prompts = {"id": {id: words for id, words in CITY.prompts["id"].items() if id not in ("drill", "menu_again")}}
    with pytest.raises(FlowFault) as raised:
        flows(_City(prompts))  # type: ignore[arg-type]
    files = {Path(one.file).stem for one in raised.value.found}
    assert files >= {"officer", "menu", "comm_test"}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_caller_is_offered_four_choices_at_most_and_asked_twice_at_least(path: Path) -> None:
    for node in read_flow(path, CITY).nodes.values():
        assert len(set(node.keys) - {BACK}) <= MOST_CHOICES
        if node.kind is Kind.TALK:
            assert node.tries >= 2


@settings(max_examples=examples(150), deadline=None)
@given(data=st.data())
def test_whatever_a_person_mistypes_is_a_fault_with_a_line_and_nothing_else(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = data.draw(st.sampled_from(FILES)).read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        upto = at + data.draw(st.integers(0, 12))
        piece = data.draw(
            st.sampled_from(["", '"', "x", "=", "[", "]", "{", "}", "\n", "9", ".", "#", "menu", "é", "\t"])
        )
        text = text[:at] + piece + text[upto:]
    path = tmp_path_factory.mktemp("flow") / "one.toml"
    path.write_text(text, encoding="utf-8")
    flow, faults = judged(path, CITY)
    assert flow is not None or faults
    assert all(one.file == str(path) and one.line >= 1 and one.message for one in faults)
