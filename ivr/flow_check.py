"""What makes a flow sound: every way leads somewhere, every wait ends, every prompt can be said. Pure.

A mistake is noted at the line where it stands; all of them are, before anything is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from config.city_voice import placeholders
from config.table import Table
from ivr.flow import ALSO, BACKWARDS, FINISH, PRESS, TYPE, WRONG
from ivr.flow_data import BACK, MORE, MOST_CHOICES, REPEAT, URGENT, ActSpec, Flow, Kind, Node

PRESSES = frozenset("12345678")  # what a flow may offer, and BACK besides
ENGINE: Mapping[str, frozenset[str]] = {
    PRESS: frozenset({"label", "key"}),
    **{id: frozenset[str]() for id in (WRONG, ALSO, BACKWARDS, FINISH, TYPE)},
}
"""The prompts of the engine itself, and what they may name."""
Prompts = Mapping[str, Mapping[str, str]]
"""Language → id → words."""
Edge = tuple[str, str]
"""Where a way stands in its node's table, and the node it leads to."""


def check(flow: Flow, table: Table, prompts: Prompts | None) -> None:
    """Note every mistake in ``table``, the file's. ``prompts``: the city's, where it is known."""
    _Check(flow, table, prompts).all()


class _Check:
    def __init__(self, flow: Flow, table: Table, prompts: Prompts | None) -> None:
        self._flow, self._table, self._prompts = flow, table, prompts
        self._nodes = flow.nodes
        self._known = _known(flow)

    def all(self) -> None:
        self._heads()
        for node in self._nodes.values():
            self._ways(node)
            self._keys(node)
            self._acts(node)
        self._unused()
        self._reached()
        self._rings()
        self._ends()
        if self._prompts is not None:
            self._said(self._prompts)

    def _fault(self, node: Node | str, key: str, message: str) -> None:
        name = node if isinstance(node, str) else node.name
        self._table.fault(f"nodes.{name}.{key}" if key else f"nodes.{name}", message)

    # -- where it leads

    def _heads(self) -> None:
        if not self._nodes:
            self._table.fault("", "holds no [nodes]")
        for key, name in (("start", self._flow.start), ("sorry", self._flow.sorry), ("urgent", self._flow.urgent)):
            if name and name not in self._nodes:
                self._table.fault(key, f"there is no node {name!r}")
        sorry, urgent = self._nodes.get(self._flow.sorry), self._nodes.get(self._flow.urgent)
        if sorry is not None and sorry.kind is not Kind.END:
            self._table.fault("sorry", f"{sorry.name!r} must be an end: after a fault of ours nothing is asked")
        if urgent is not None and urgent.kind in (Kind.END, Kind.SAY):
            self._table.fault("urgent", f"{urgent.name!r} takes no emergency: it is of kind {urgent.kind}")

    def _ways(self, node: Node) -> None:
        for key, name in _edges(node):
            if name and name not in self._nodes:
                self._fault(node, key, f"there is no node {name!r}")

    def _keys(self, node: Node) -> None:
        for key in node.keys:
            if key in (REPEAT, MORE, URGENT):
                meaning = {REPEAT: "once more", MORE: "more, or the end of words", URGENT: "the emergency"}[key]
                self._fault(node, f"keys.{key}", f"is reserved: it means {meaning} everywhere")
            elif key not in PRESSES and key != BACK:
                self._fault(node, f"keys.{key}", f"{key!r} is no key of 1 to 8, or {BACK} for back")
        offered = len(set(node.keys) - {BACK})
        if node.kind in (Kind.SAY, Kind.MENU, Kind.RECORD) and not node.prompts:
            self._fault(node, "prompts", f"a node of kind {node.kind} says something")
        if node.kind is Kind.MENU and not node.keys:
            self._fault(node, "", "a menu without keys asks nothing")
        if offered > MOST_CHOICES:
            self._fault(node, "keys", f"offers {offered} choices: nobody remembers more than {MOST_CHOICES}")

    def _acts(self, node: Node) -> None:
        if node.kind is Kind.JOIN:
            self._answers(node, frozenset({"ended", "failed"}), "a join", every=True)
        if node.kind not in (Kind.ACT, Kind.HOLD) or not node.act:
            return
        spec = self._flow.acts.get(node.act)
        if spec is None:
            self._fault(node, "act", f"{node.act!r} is not declared: [acts.{node.act}] with its results")
            return
        self._answers(node, spec.results, f"act {node.act!r}", every=node.kind is Kind.ACT)
        if node.kind is Kind.HOLD and spec.results <= set(node.results):
            self._fault(node, "results", f"every result of act {node.act!r} ends the holding: it never holds")
        if node.kind is Kind.ACT and spec.says:
            self._fault(node, "act", f"act {node.act!r} says how it stands: only a hold says that")

    def _answers(self, node: Node, may: frozenset[str], who: str, *, every: bool) -> None:
        for result in node.results:
            if result not in may:
                self._fault(node, f"results.{result}", f"{who} never answers {result!r}")
        for result in sorted(may - set(node.results)) if every else ():
            self._fault(node, "results", f"{who} may answer {result!r}: where does that lead?")

    def _unused(self) -> None:
        used = {node.act for node in self._nodes.values()}
        for act in self._flow.acts:
            if act not in used:
                self._table.fault(f"acts.{act}", "no node has it done")

    def _reached(self) -> None:
        if self._flow.start not in self._nodes:
            return  # nothing would be reached, and that is one mistake
        roots = (self._flow.start, self._flow.sorry, self._flow.urgent)
        seen = _closure(roots, {name: [to for _, to in _edges(node)] for name, node in self._nodes.items()})
        for name in self._nodes:
            if name not in seen:
                self._fault(name, "", "no way leads here")

    def _rings(self) -> None:
        """A way back to where one was, along which nobody has to press anything, would never end."""
        done: set[str] = set()
        for name in self._nodes:
            for at, key in _rings_from(name, self._nodes, done):
                self._fault(
                    at, key, f"leads back to {self._to(at, key)!r} without anybody pressing a key: it never ends"
                )

    def _to(self, name: str, key: str) -> str:
        return dict(_edges(self._nodes[name]))[key]

    def _ends(self) -> None:
        back: dict[str, list[str]] = {}
        for name, node in self._nodes.items():
            for _, to in _edges(node):
                back.setdefault(to, []).append(name)
        ending = _closure([name for name, node in self._nodes.items() if node.kind is Kind.END], back)
        for name in self._nodes:
            if name not in ending:
                self._fault(name, "", "no way leads from here to an end")

    # -- what is said

    def _said(self, prompts: Prompts) -> None:
        for id, may in ENGINE.items():
            self._words("", "", id, may, prompts)
        if self._flow.instead:
            self._words("", "instead", self._flow.instead, frozenset(), prompts)
        for name, act in self._flow.acts.items():
            for node in (one for one in self._nodes.values() if one.kind is Kind.HOLD and one.act == name):
                for id in sorted(act.says):
                    self._words("acts." + name, "says", id, self._known[node.name] | act.fields, prompts)
        for node in self._nodes.values():
            known = self._known[node.name]
            for key, ids in (("prompts", node.prompts), ("again", node.again)):
                for id in ids:
                    self._words(f"nodes.{node.name}", key, id, known, prompts)
            for key, pressed in node.keys.items():
                self._words(f"nodes.{node.name}", f"keys.{key}.label", pressed.label, known, prompts)
            if node.kind is Kind.JOIN and node.number and node.number not in known:
                self._fault(node, "number", f"the field {node.number!r} is not known on every way that leads here")

    def _words(self, path: str, key: str, id: str, known: frozenset[str], prompts: Prompts) -> None:
        """The prompt is there in every language, and names only what is known."""
        if not id:
            return
        at = ".".join(part for part in (path, key) if part)
        missing = [lang for lang, said in prompts.items() if id not in said]
        if missing:
            self._table.fault(at, f"there is no prompt {id!r} in {', '.join(missing)}")
        names = frozenset[str]().union(*(placeholders(said[id]) for said in prompts.values() if id in said))
        for name in sorted(names - known):
            what = "has no field" if key == "instead" or not path else f"the field {{{name}}} is not known on every way"
            here = f"prompt {id!r} names {{{name}}}: it {what}" if what == "has no field" else f"prompt {id!r}: {what}"
            self._table.fault(at, here)


# -- the graph


def _edges(node: Node) -> Iterator[Edge]:
    """Every way out of a node."""
    yield from _unasked(node)
    yield from ((f"keys.{key}.next", pressed.next) for key, pressed in node.keys.items())


def _unasked(node: Node) -> Iterator[Edge]:
    """The ways that need no key: by silence, by an act's answer, onward."""
    yield from ((key, name) for key, name in (("next", node.next), ("silent", node.silent)) if name)
    yield from ((f"results.{result}", name) for result, name in node.results.items())


def _closure(roots: Iterable[str], ways: Mapping[str, Sequence[str]]) -> set[str]:
    """Everything that the roots lead to, and they."""
    seen: set[str] = set()
    waiting = [root for root in roots if root]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += ways.get(name, ())
    return seen


def _rings_from(name: str, nodes: Mapping[str, Node], done: set[str]) -> Iterator[Edge]:
    """(node, its way) of each way that closes a ring of ways which need no key; ``done``: what was looked at."""
    path: list[tuple[str, Iterator[Edge]]] = []
    if name not in done:
        path.append((name, _unasked(nodes[name])))
    while path:
        at, ways = path[-1]
        way = next(ways, None)
        if way is None:
            done.add(at)
            path.pop()
        elif any(way[1] == before for before, _ in path):
            yield at, way[0]
        elif way[1] in nodes and way[1] not in done:
            path.append((way[1], _unasked(nodes[way[1]])))


def _known(flow: Flow) -> Mapping[str, frozenset[str]]:
    """The fields that are filled at each node, whichever way led to it."""
    everything = flow.fields.union(
        *(act.fields for act in flow.acts.values()),
        *(pressed.sets for node in flow.nodes.values() for pressed in node.keys.values()),
        *({node.into} for node in flow.nodes.values() if node.into),
    )
    known = dict.fromkeys(flow.nodes, everything)
    known[flow.start] = flow.fields
    changed = True
    while changed:
        changed = False
        for node in flow.nodes.values():
            for to, carried in _carried(flow, node, known[node.name]):
                if to in flow.nodes and not known[to] <= carried:
                    known[to] &= carried
                    changed = True
    return known


def _carried(flow: Flow, node: Node, known: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """What is known along each way out of a node; the emergency and the apology may come at any time."""
    done = known | flow.acts.get(node.act, ActSpec(results=frozenset())).fields
    for key, to in _unasked(node):
        filled = frozenset({node.into}) if key == "next" and node.into else frozenset[str]()
        yield to, (done if key.startswith("results.") else known) | filled
    for pressed in node.keys.values():
        yield pressed.next, known | frozenset(pressed.sets)
    if node.kind is not Kind.END:
        yield from ((to, known) for to in (flow.urgent, flow.sorry) if to and to != node.name)
