"""The timeline in words: every kind of line as a sentence in its visitor's language, from the line's parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dispatch.console.incidents.reasons import reason_of
from dispatch.console.words import FIRST, Words
from gateway.number import local

if TYPE_CHECKING:
    from config.city import City

Json = Mapping[str, Any]
WIRED = ("siren", "call", "call_back")
BY_CALLER = ("opened", "repeat", "part", "whole", "answer", "cancel")
LETTERS = frozenset({*BY_CALLER, "relay", "noted", "wrote", "closed", "marked", "cancelled"})
"""Kinds whose line may end in words that somebody typed."""


class Telling:
    """``words``: with the keys ``incidents.line.…``."""

    def __init__(self, words: Words, city: City) -> None:
        self._words, self._city = words, city

    def say(self, language: str, key: str, fields: Mapping[str, object]) -> str:
        """The words of ``incidents.KEY``. Raises KeyError."""
        return self._words.say(language, f"incidents.{key}", fields)

    def line(self, language: str, line: Json) -> tuple[str, str]:
        """The sentence, and the words of a stranger or a colleague that follow it (or "")."""
        data = {**line["data"]}
        fields = self._fields(language, line, data)
        key = self._first(language, self._keys(line, data))
        if key is None:
            return line["kind"], ": ".join(part for part in (line["who"], line["text"]) if part)
        said = self._words.say(language, key, fields).strip()
        return said, self._typed(line, data)

    def because(self, language: str, sentences: Iterable[str]) -> str:
        """Why it was read so, and taken to be there: each sentence of ``reasons`` once, in words."""
        return ", ".join(dict.fromkeys(self._because(language, one) for one in sentences))

    def _because(self, language: str, sentence: str) -> str:
        reason = reason_of(sentence)
        said = self._words.say(language, f"incidents.saw.{reason.key}", reason.fields)
        if reason.typed:
            return self._words.say(language, "incidents.saw.slip", {"typed": reason.typed, "words": said})
        return said

    def why(self, language: str, alarm: str) -> str:
        """Why a person must look, as the ladder wrote it down."""
        words, _, last = alarm.rpartition(" ")
        if last.isdigit() and (said := self._known(language, _slug(words), {"n": last})):
            return said
        if alarm.startswith("fault of the program"):
            return self._words.say(language, "incidents.why.fault")
        return self._known(language, _slug(alarm), {}) or alarm

    def reason(self, language: str, key: str, fields: Mapping[str, str]) -> str:
        """Why an act was not done; "" for a reason without words of its own."""
        full = f"incidents.refused.{key}"
        return self._words.say(language, full, fields) if self._has(language, full) else ""

    def _fields(self, language: str, line: Json, data: Mapping[str, str]) -> dict[str, str]:
        name = line.get("name") or data.get("name") or line["who"]
        outcome = line.get("outcome", "")
        fields = {**data, "who": line["who"], "name": name, "outcome": self.outcome(language, line["kind"], outcome)}
        fields["saw"] = self.because(language, line.get("because", ()))
        fields["label"] = self._label(line.get("label") or self.labels(data.get("as_kind", "")), language)
        fields["key"] = str(line.get("key") or data.get("key", ""))
        fields["finding"] = self._label(self._city.findings.get(data.get("finding", ""), {}), language)
        fields["spoken"] = line.get("words", "")
        if data.get("station") in self._city.stations:
            fields["station"] = self._city.stations[data["station"]].name
        if line["kind"] == "alarm":
            fields["why"] = self.why(language, line["text"])
        if line["kind"] == "unknown":
            fields["key"] = local(fields["key"].split("/")[1]) if fields["key"].count("/") > 1 else ""
        return fields

    def _keys(self, line: Json, data: Mapping[str, str]) -> list[str]:
        """The most telling first."""
        kind = line["kind"]
        variants = [data.get(name, "") for name in ("rang", "code", "digit", "mark", "machine", "reporter", "by")]
        if kind == "wrote":
            variants.append(data.get("to", ""))
        if kind == "closed" and data.get("finding"):
            variants.append("found")
        return [*(f"incidents.line.{kind}_{one}" for one in variants if one), f"incidents.line.{kind}"]

    def _first(self, language: str, keys: list[str]) -> str | None:
        return next((key for key in keys if self._has(language, key)), None)

    def outcome(self, language: str, kind: str, outcome: str) -> str:
        """What came of a call, in words."""
        keys = [f"incidents.outcome.{kind}_{outcome}", f"incidents.outcome.{outcome}"]
        key = self._first(language, keys) if outcome else None
        return self._words.say(language, key) if key else outcome

    def _typed(self, line: Json, data: Mapping[str, str]) -> str:
        kind = line["kind"]
        if kind == "told":
            return str(line.get("words", ""))
        if kind not in LETTERS:
            return data.get("words", "") if kind in ("doubt", "fault") else ""
        if data:
            return data.get("words", "")
        return "" if line["text"].startswith("by ") else str(line["text"])

    def _known(self, language: str, slug: str, fields: Mapping[str, str]) -> str:
        key = f"incidents.why.{slug}"
        return self._words.say(language, key, fields) if self._has(language, key) else ""

    def labels(self, kind: str) -> Mapping[str, str]:
        """The names of a kind of emergency, by language; none for another word."""
        try:
            return self._city.code(kind).labels
        except KeyError:
            return {}

    def _label(self, labels: Mapping[str, str], language: str) -> str:
        return self._city.said(language, labels, "")

    def _has(self, language: str, key: str) -> bool:
        return key in self._words.keys(language) or key in self._words.keys(FIRST)


def _slug(text: str) -> str:
    return "_".join("".join(char if char.isalnum() else " " for char in text.lower()).split())
