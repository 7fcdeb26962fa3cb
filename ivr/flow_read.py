"""Flows as people write them: ``flows/<name>.toml``, read into frozen data. What is refused here is never spoken.

Every mistake of a file is found in one reading, with its file and line; ``flow_check`` holds what makes a flow sound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from config.fault import Fault
from config.table import Table
from config.toml_lines import Toml, TomlFault, parse
from ivr.flow_check import check
from ivr.flow_data import ActSpec, Flow, Key, Kind, Node
from ivr.flow_offered import HAS, offered

if TYPE_CHECKING:
    from config.city import City

SHIPPED = Path(__file__).with_name("flows")
NAME = r"[a-z][a-z0-9_]*"  # of nodes, acts, fields, results and prompts
FORM = "a name in small letters, digits and _"
LONGEST_S = 120.0  # no wait, recording or turn of a HOLD is longer
MOST_TRIES, MOST_ROUNDS = 5, 120  # of what asks a person; of a HOLD


class FlowFault(Exception):
    """The flow cannot be used. ``faults``: every mistake, as "file:line: what"."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = [str(fault) for fault in faults]
        self.found = tuple(faults)
        super().__init__("\n".join(self.faults))


def read_flow(path: Path, city: City | None = None) -> Flow:
    """The flow of that file; with ``city``, every prompt of it must be there in every language of the city. Raises
    FlowFault, with every mistake at once."""
    flow, faults = judged(path, city)
    if flow is None or faults:
        raise FlowFault(faults)
    return flow


def flows(city: City) -> Mapping[str, Flow]:
    """Every shipped flow by its name, in the city's words, with what it offers. Raises FlowFault: every mistake."""
    read = [(path.stem, *judged(path, city)) for path in sorted(SHIPPED.glob("*.toml"))]
    if faults := [fault for _, _, found in read for fault in found]:
        raise FlowFault(faults)
    return {name: offered(flow, city) for name, flow, _ in read if flow is not None}


def judged(path: Path, city: City | None) -> tuple[Flow | None, list[Fault]]:
    """The flow as far as it can be read, and every mistake in it, in the order of its lines."""
    faults: list[Fault] = []
    document = _opened(path, faults)
    if document is None:
        return None, faults
    table = Table(document.data, lambda key: (_shown(path), document.line(*key.split(".")) if key else 1), faults)
    flow = _flow(path.stem, table)
    check(flow, table, city.prompts if city is not None else None)
    return flow, sorted(set(faults))


def _opened(path: Path, faults: list[Fault]) -> Toml | None:
    line, message = 0, ""
    try:
        return parse(path.read_text(encoding="utf-8-sig"))
    except TomlFault as fault:
        line, message = fault.line, f"is not TOML: {fault}"
    except FileNotFoundError:
        message = "there is no such file"
    except UnicodeDecodeError:
        message = "is not text in UTF-8"
    except OSError as fault:
        message = f"cannot be read ({fault.strerror})"
    faults.append(Fault(file=_shown(path), line=line, message=message))
    return None


def _shown(path: Path) -> str:
    """The path as a person would type it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


# -- the whole


def _flow(name: str, table: Table) -> Flow:
    acts, nodes = table.table("acts"), table.table("nodes")
    flow = Flow(
        name=name,
        start=table.text("start"),
        sorry=table.text("sorry"),
        urgent=table.text("urgent", ""),
        instead=table.text("instead"),
        slow=table.flag("slow", False),
        fields=_names(table, "fields"),
        acts={act: _act(acts.table(act)) for act in _keys(acts)},
        nodes={node: _node(node, nodes.table(node)) for node in _keys(nodes)},
    )
    acts.done()
    nodes.done()
    table.done()
    return flow


def _keys(table: Table) -> list[str]:
    """The names in a table of tables."""
    for name in table.data:
        _named(table, name, name)
    return list(table.data)


def _act(table: Table) -> ActSpec:
    act = ActSpec(
        results=_names(table, "results", needed=True), fields=_names(table, "fields"), says=_names(table, "says")
    )
    table.done()
    return act


def _names(table: Table, key: str, *, needed: bool = False) -> frozenset[str]:
    names = table.texts(key, None if needed else ())
    for name in names:
        _named(table, key, name)
    if needed and not names and key in table.data:
        table.fault(key, "needs one at the least")
    return frozenset(names)


def _named(table: Table, key: str, name: str) -> None:
    if not re.fullmatch(NAME, name):
        table.fault(key, f"{name!r} is not {FORM}")


# -- one node: what each kind may hold


def _node(name: str, table: Table) -> Node:
    kind = table.choice("kind", [kind.value for kind in Kind])
    if kind not in set(Kind):
        return Node(name=name, kind=Kind.END)  # its kind is the fault; what else it holds cannot be judged
    node = _READS[Kind(kind)](name, table)
    table.done()
    return node


def _say(name: str, table: Table) -> Node:
    return Node(name=name, kind=Kind.SAY, prompts=table.texts("prompts"), next=table.text("next"))


def _menu(name: str, table: Table) -> Node:
    return Node(
        name=name,
        kind=Kind.MENU,
        prompts=table.texts("prompts"),
        again=table.texts("again", ()),
        keys=_pressed(table),
        timeout_s=_timeout(table),
        tries=_tries(table),
        silent=table.text("silent"),
    )


def _act_node(name: str, table: Table) -> Node:
    return Node(
        name=name, kind=Kind.ACT, prompts=table.texts("prompts", ()), act=table.text("act"), results=_results(table)
    )


def _talk(name: str, table: Table) -> Node:
    return Node(
        name=name,
        kind=Kind.TALK,
        prompts=table.texts("prompts", ()),
        dialogue=table.text("dialogue", pattern=NAME, form=FORM),
        words=table.flag("words", False),
        timeout_s=_timeout(table),
        tries=_tries(table),
        silent=table.text("silent"),
        next=table.text("next"),
    )


def _record(name: str, table: Table) -> Node:
    return Node(
        name=name,
        kind=Kind.RECORD,
        prompts=table.texts("prompts"),
        again=table.texts("again", ()),
        into=table.text("into", pattern=NAME, form=FORM),
        seconds=table.number("seconds", 1, LONGEST_S),
        timeout_s=_timeout(table),
        tries=_tries(table),
        silent=table.text("silent"),
        next=table.text("next"),
    )


def _hold(name: str, table: Table) -> Node:
    return Node(
        name=name,
        kind=Kind.HOLD,
        prompts=table.texts("prompts", ()),
        act=table.text("act"),
        results=_results(table),
        keys=_pressed(table),
        seconds=table.number("seconds", 1, LONGEST_S),
        tries=table.whole("tries", 1, MOST_ROUNDS),
        silent=table.text("silent"),
        next=table.text("next"),
    )


def _join(name: str, table: Table) -> Node:
    return Node(
        name=name,
        kind=Kind.JOIN,
        prompts=table.texts("prompts", ()),
        number=table.text("number", pattern=NAME, form=FORM),
        results=_results(table),
    )


def _end(name: str, table: Table) -> Node:
    return Node(name=name, kind=Kind.END, prompts=table.texts("prompts", ()))


def _timeout(table: Table) -> float:
    return table.number("timeout_s", 1, LONGEST_S)


def _tries(table: Table) -> int:
    return table.whole("tries", 1, MOST_TRIES)


def _results(table: Table) -> Mapping[str, str]:
    results = table.table("results")
    return {result: results.text(result) for result in results.data}


def _pressed(table: Table) -> Mapping[str, Key]:
    keys = table.table("keys")
    return {key: _key(keys.table(key)) for key in keys.data}


def _key(table: Table) -> Key:
    sets = table.table("sets")
    key = Key(
        label=table.text("label"),
        next=table.text("next"),
        sets={_field(sets, name): sets.text(name, "") for name in sets.data},
        needs=table.choice("needs", HAS, ""),
    )
    table.done()
    return key


def _field(table: Table, name: str) -> str:
    _named(table, name, name)
    return name


_READS: Mapping[Kind, Callable[[str, Table], Node]] = {
    Kind.SAY: _say,
    Kind.MENU: _menu,
    Kind.ACT: _act_node,
    Kind.TALK: _talk,
    Kind.RECORD: _record,
    Kind.HOLD: _hold,
    Kind.JOIN: _join,
    Kind.END: _end,
}
