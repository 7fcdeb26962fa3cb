"""One incident whole, as a table to be taken away: what was typed, how it was read and why, the place, the ladder with
what came of each call, what sirens and people said, what it was found to be, and the timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from dispatch.console.incidents.said import Telling
from gateway.number import local
from gateway.page import Sheet, Visit

if TYPE_CHECKING:
    from config.city import City

Json = Mapping[str, Any]
Row = tuple[str, date | str, str, str]  # the instant is written by the console, as in every table
OURS = ("relay", "accept", "recall")  # roles of letters that no reporter wrote
NAMES = ("street", "lane", "landmark", "lingkungan", "kelurahan_name", "kecamatan", "outside_name")


def whole_sheet(telling: Telling, city: City, visit: Visit, whole: Json) -> Sheet:
    """For CSV and PDF alike. ``whole``: of ``ConsoleHouse.incident``."""
    told = _Whole(telling, city, visit.language, whole)
    say = told.say
    parts = (told.facts, told.typed, told.read, told.place, told.ladder, told.siren, told.talks, told.timeline)
    return Sheet(
        name=f"{say('file')}-{whole['code']}",
        title=f"{say('one', code=whole['code'])} · {told.label(whole['kind_label']) or whole['kind']}",
        columns=(say("part"), say("when"), say("what"), say("contents")),
        rows=[row for part in parts for row in part()],
        looked=[whole.get("caller") or ""],
        seconds=True,
    )


class _Whole:
    def __init__(self, telling: Telling, city: City, language: str, whole: Json) -> None:
        self._telling, self._city, self._language, self._one = telling, city, language, whole

    def say(self, key: str, **fields: object) -> str:
        return self._telling.say(self._language, key, fields)

    def label(self, labels: Mapping[str, str]) -> str:
        return self._city.said(self._language, labels, "")

    def facts(self) -> Iterator[Row]:
        one = self._one
        state = self.label(one["state_label"]) + (f" ({self.say('drill')})" if one["drill"] else "")
        yield from self._rows("summary", [("kind", one["opened_at"], self.label(one["kind_label"]) or one["kind"])])
        yield from self._rows("summary", [("state", None, state)])
        known = self.say("registered" if one["registered"] else "unregistered")
        caller = local(one["caller"]) if one["caller"] else "" if one["drill"] else self.say("withheld")
        who = ", ".join(part for part in (caller, one["caller_name"], "" if one["drill"] else known) if part)
        quiet = self.say("quiet") if one["quiet"] else ""
        told = [("reporter", None, who), ("reporter", None, quiet), ("station", None, one["station_name"])]
        told += [("by", one["handed_at"] or one["accepted_at"], one["accepted_by"])]
        told += [("assigned_to", one["assigned_at"], one["assigned_name"])]
        told += [("cancelled", one["cancelled_at"], self.say("yes") if one["cancelled_at"] else "")]
        finding = self.label(one["finding_label"]) or one["finding"]
        told += [("finding", one["closed_at"], finding), ("finding", None, one["finding_text"])]
        told += [("look", None, self._telling.why(self._language, one["alarm"]) if one["alarm"] else "")]
        yield from self._rows("summary", told)

    def typed(self) -> Iterator[Row]:
        for letter in self._one["messages"]:
            key = "missed_call" if letter["kind"] == "missed_call" else "empty_text"
            words = letter["text"] or self.say(key)
            doubt = self.say("doubted", why=letter["doubt"]) if letter["doubt"] else ""
            sender = self.say("sender_other" if letter["role"] in OURS else "sender_reporter")
            how = ", ".join(part for part in (sender, local(letter["from"]), letter["channel"]) if part)
            yield self._row("told", letter["at"], how, " ".join(part for part in (words, doubt) if part))

    def read(self) -> Iterator[Row]:
        reading = self._one["reading"]
        if reading:
            labels = self._telling.labels(reading["kind"])
            yield self._row("read_as", None, self.say("kind"), self.label(labels) or reading["kind"])
            yield from self._rows("read_as", [("because", None, self._because(reading["because"]))])

    def place(self) -> Iterator[Row]:
        place = self._one["place"]
        where = ", ".join(dict.fromkeys(str(place[name]) for name in NAMES if place[name]))
        point = f"{place['lat']:.5f}, {place['lon']:.5f}" if place["lat"] is not None else ""
        about = self.say("radius", m=round(place["radius_m"])) if place["radius_m"] else ""
        age = self.say("age_min", n=round(place["age_s"] / 60)) if place["age_s"] else ""
        yield from self._rows(
            "place",
            [
                ("place", None, where or self.say("unknown_place")),
                ("certainty", None, self.say(f"sure.{place['certainty']}")),
                ("source", None, ", ".join(part for part in (self.say(f"from.{place['source']}"), age) if part)),
                ("point", None, ", ".join(part for part in (point, about) if part)),
                ("candidates", None, ", ".join(place["candidates"])),
                ("because", None, self._because(place["saw"])),
            ],
        )

    def ladder(self) -> Iterator[Row]:
        for one in sorted(self._one["effects"], key=_began):
            whom = self.say("reporter") if one["reporter"] else one["target_name"] or local(one["target"])
            what = ": ".join((self.say(f"effect.{one['effect']}"), whom))
            came = [self.say(f"became_of.{one['state']}"), self._outcome(one), self._seconds(one["alerted_s"])]
            came.insert(2, f"[{one['pressed']}]" if one["pressed"] else "")
            station = one["station_name"] if one["station_name"] != one["target_name"] else ""
            yield self._row("ladder", _began(one), what, ", ".join(part for part in (station or "", *came) if part))

    def siren(self) -> Iterator[Row]:
        """What sirens' controllers and our lines said, as they said it."""
        for one in self._one["effects"]:
            if one["effect"] == "siren":
                said = [self._outcome(one), one["detail"]]
                whom = one["target_name"] or local(one["target"])
                yield self._row("siren_said", one["settled_at"] or _began(one), whom, _joined(said))
                if one["relayed_at"]:
                    yield self._row("siren_said", one["relayed_at"], whom, self.say("line.relay"))
        for letter in self._one["messages"]:
            if letter["role"] == "relay":
                yield self._row("siren_said", letter["at"], local(letter["from"]), letter["text"])

    def talks(self) -> Iterator[Row]:
        for talk in self._one["talks"]:
            for said in talk["said"]:
                yield self._row(
                    "talks", said["at"], self.say("us") if said["by"] == "us" else talk["name"], said["words"]
                )

    def timeline(self) -> Iterator[Row]:
        for line in self._one["timeline"]:
            said, typed = self._telling.line(self._language, line)
            yield self._row("timeline", line["at"], said, typed)

    def _rows(self, part: str, told: Iterable[tuple[str, str | None, str | None]]) -> Iterator[Row]:
        return (self._row(part, at, self.say(key), said) for key, at, said in told if said)

    def _row(self, part: str, at: str | None, what: str, said: str) -> Row:
        return self.say(part), datetime.fromisoformat(at) if at else "", what, said

    def _because(self, sentences: Iterable[str]) -> str:
        return self._telling.because(self._language, sentences)

    def _outcome(self, one: Json) -> str:
        return self._telling.outcome(self._language, one["effect"], one["outcome"] or "")

    def _seconds(self, seconds: float | None) -> str:
        return f"{seconds:.0f} s" if seconds else ""


def _began(one: Json) -> str:
    return str(one["started_at"] or one["attempted_at"] or one["intended_at"])


def _joined(parts: Iterable[str]) -> str:
    return ": ".join(part for part in parts if part)
