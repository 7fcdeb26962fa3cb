"""Emergencies that nobody names, found by what stands together: "orang", "masuk", "jendela". Pure; the scenes are data
(``<lang>_scenes.toml``), looked for in one walk over the words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.language import Scene
from dispatch.phrases import reach
from gateway.spelling import Spelling

PEACEFUL = ("complaint", "fraud")  # kinds of scene that are no emergency
Spots = Mapping[frozenset[str], list[tuple[int, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A scene that is there. ``begin`` to ``end`` (exclusive): the words of its first group; ``words``: all it saw."""

    kind: str
    words: str
    begin: int
    end: int
    sure: bool = False
    weak: bool = False

    def __str__(self) -> str:
        return f"scene {self.kind}: {self.words}"


class Scenes:
    """The scenes of a language as a city's spelling reads them; built once."""

    def __init__(self, scenes: Sequence[Scene], spelling: Spelling, beside: frozenset[str] = frozenset()) -> None:
        """``beside``: words that say nothing more, for the scenes that stand alone."""
        self._beside = beside
        cache: dict[frozenset[str], frozenset[str]] = {}

        def read(group: frozenset[str]) -> frozenset[str]:
            if group not in cache:
                cache[group] = spelling.phrases(group)
            return cache[group]

        self._scenes = [(scene, tuple(map(read, scene.groups)), read(scene.unless)) for scene in scenes]
        self._within: dict[str, set[frozenset[str]]] = defaultdict(set)
        for _, groups, unless in self._scenes:
            for group in (*groups, unless):
                for phrase in group:
                    self._within[phrase].add(group)
        self._reach = reach(self._within)
        self._by_key: dict[frozenset[str], list[int]] = defaultdict(list)
        for at, (_, groups, _) in enumerate(self._scenes):
            self._by_key[groups[0]].append(at)
        self.keys = frozenset(
            tuple(phrase.split()) for scene, groups, _ in self._scenes if scene.alone for phrase in groups[0]
        )
        """What stands alone, as words: a greeting around it hides it from ``any``."""
        self.vocabulary = frozenset(word for phrase in self._within for word in phrase.split())

    def spots(self, tokens: Sequence[str]) -> Spots:
        """Where phrases of the scenes stand, by group."""
        found: dict[frozenset[str], list[tuple[int, int]]] = defaultdict(list)
        within = self._within
        count = len(tokens)
        for at, token in enumerate(tokens):
            phrase = ""
            for end in range(at + 1, min(at + self._reach.get(token, 0), count) + 1):
                phrase = token if end == at + 1 else f"{phrase} {tokens[end - 1]}"
                for group in within.get(phrase, ()):
                    found[group].append((at, end))
        return found

    def seen(self, tokens: Sequence[str], spots: Spots) -> list[Seen]:
        """The emergencies."""
        return [
            self._told(scene, tokens, parts)
            for scene, parts in self._there(spots, figure=False)
            if not scene.alone or self._alone(tokens, parts[0])
        ]

    def any(self, tokens: Sequence[str]) -> bool:
        """Whether one of an emergency may be there."""
        return any(scene.kind not in PEACEFUL for scene, _ in self._there(self.spots(tokens), figure=False))

    def figures(self, spots: Spots) -> list[tuple[int, int]]:
        """The words that figures of speech take back."""
        return [parts[0] for _, parts in self._there(spots, figure=True)]

    def _there(self, spots: Spots, *, figure: bool) -> list[tuple[Scene, list[tuple[int, int]]]]:
        found = []
        for at in sorted(at for group in spots for at in self._by_key.get(group, ())):
            scene, groups, unless = self._scenes[at]
            if scene.figure is not figure:
                continue
            for key in spots[groups[0]]:
                parts = _beside(key, groups, spots, scene.near)
                if parts and not _near(key, spots.get(unless, ()), scene.near):
                    found.append((scene, parts))
                    break
        return found

    def _alone(self, tokens: Sequence[str], spot: tuple[int, int]) -> bool:
        """Nothing else is said: the words themselves, once or again, and such as add nothing."""
        said = set(tokens[spot[0] : spot[1]])
        return all(token in said or token in self._beside for token in tokens)

    @staticmethod
    def _told(scene: Scene, tokens: Sequence[str], parts: Sequence[tuple[int, int]]) -> Seen:
        words = " + ".join(dict.fromkeys(" ".join(tokens[begin:end]) for begin, end in parts))
        return Seen(kind=scene.kind, words=words, begin=parts[0][0], end=parts[0][1], sure=scene.sure, weak=scene.weak)


def _beside(
    key: tuple[int, int], groups: Sequence[frozenset[str]], spots: Spots, near: int
) -> list[tuple[int, int]] | None:
    """One place for every group, none of them inside another's; None if a group is missing."""
    parts = [key]
    for group in groups[1:]:
        free = (spot for spot in spots.get(group, ()) if _apart(key, spot) <= near and not _overlap(spot, parts))
        spot = next(free, None)
        if spot is None:
            return None
        parts.append(spot)
    return parts


def _near(key: tuple[int, int], spots: Sequence[tuple[int, int]], near: int) -> bool:
    return any(_apart(key, spot) <= near for spot in spots)


def _apart(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Words between two places; 0 where they touch."""
    return max(0, other[0] - one[1], one[0] - other[1])


def _overlap(spot: tuple[int, int], parts: Sequence[tuple[int, int]]) -> bool:
    return any(spot[0] < end and begin < spot[1] for begin, end in parts)
