"""What an officer hears: every fact by itself, and nothing that is not so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config.city import City
from dispatch.case import Case, SirenState
from dispatch.incident import Certainty, Incident, Place, Source, State, move
from dispatch.plan import Effect, EffectKind, EffectRow, EffectState
from dispatch.spoken import Known, age_words, facts, place_said, where
from gateway.messages import Kind
from ivr.leg import Outcome
from tests.dispatch.stage import ANI, DODI, GINA, HULU, HULU_SIREN, town

NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
HOME = Place(
    kelurahan=HULU,
    street="Jl. Bambu Kuning No. 1",
    lingkungan=3,
    source=Source.REGISTERED,
    age_s=90 * 86400.0,
    certainty=Certainty.LIKELY,
)


def say(id: str, /, **fields: object) -> str:
    """The prompt's name with what fills it."""
    inside = ", ".join(str(value) for value in fields.values())
    return f"{id}({inside})" if inside else id


def incident(**changes: object) -> Incident:
    base = Incident(
        id=1,
        code="1",
        state=State.CONFIRMED,
        kind="robbery",
        caller=GINA,
        opened_at=NOW,
        confirmed_at=NOW,
        registered=True,
        siren_allowed=True,
        place=HOME,
        station="polsek-hulu",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def known(here: Incident, *rows: EffectRow, siren: SirenState | None = None, **changes: object) -> Known:
    case = Case(incident=here, origin=Kind.SMS, heard_at=NOW)
    base = Known(case=case, rows=rows, hearer=ANI, station="polsek-hulu", now=NOW, name="Gina Contoh", siren=siren)
    return replace(base, **changes)  # type: ignore[arg-type]


def row(kind: EffectKind, target: str, state: EffectState, outcome: Outcome | None = None, **more: object) -> EffectRow:
    effect = Effect(incident=1, kind=kind, target=target, wave=1, round=1, station="polsek-hulu")
    base = EffectRow(effect=effect, state=state, intended_at=NOW, attempted_at=NOW, outcome=outcome)
    return replace(base, **more)  # type: ignore[arg-type]


def told(known: Known) -> dict[str, str]:
    return dict(facts(city(), known, say, "id"))


def city() -> City:
    return town()


def test_what_where_who_and_the_siren_are_said_and_what_there_is_nothing_of_is_empty() -> None:
    assert told(known(incident())) == {
        "what": f"fact_what({city().label('robbery', 'id')})",
        "where": f"fact_place({place_said(city(), HOME, say, 'id')}) fact_registered(age_months(3))",
        "place": f"fact_place({place_said(city(), HOME, say, 'id')})",
        "caller": "fact_caller(Gina Contoh)",
        "siren": "fact_siren_unknown",
        "others": "",
    }


def test_what_nobody_vouched_for_is_called_doubtful_and_its_siren_waits() -> None:
    facts = told(known(incident(siren_allowed=False, registered=False), name=""))
    assert facts["what"].startswith("fact_what_doubtful")
    assert facts["siren"].startswith("fact_siren_waits")
    assert facts["caller"] == "fact_caller_unknown"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(), "fact_place_unknown"),
        (Place(outside=True, outside_name="Medan"), "fact_place_outside(Medan)"),
        (
            Place(candidates=(HULU, "99.01.02.1001")),
            "fact_place_which({0} word_or {1})",
        ),
        (Place(kelurahan=HULU, source=Source.TEXT, age_s=0.0, certainty=Certainty.SURE), "{place} fact_said"),
        (Place(kelurahan=HULU, source=Source.TEXT, age_s=0.0, certainty=Certainty.LIKELY), "{place} fact_unsure"),
        (
            Place(kelurahan=HULU, source=Source.TEXT, age_s=7200.0, certainty=Certainty.SURE),
            "{place} fact_said fact_old(age_hours(2))",
        ),
        (HOME, "{place} fact_registered(age_months(3))"),
    ],
)
def test_the_place_is_said_with_how_sure_and_how_old_it_is(place: Place, words: str) -> None:
    names = [city().areas[code].name for code in (HULU, "99.01.02.1001")]
    expected = words.format(*names, place=f"fact_place({place_said(city(), place, say, 'id')})")
    assert where(city(), incident(place=place), NOW, say, "id") == expected


def test_what_was_fresh_when_it_was_said_grows_old_while_nobody_comes() -> None:
    fresh = Place(kelurahan=HULU, source=Source.TEXT, age_s=0.0, certainty=Certainty.SURE)
    here = incident(place=fresh)
    assert "fact_old" not in where(city(), here, NOW + timedelta(minutes=9), say, "id")
    assert "fact_old(age_minutes(25))" in where(city(), here, NOW + timedelta(minutes=25), say, "id")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "age_now"),
        (59, "age_now"),
        (60, "age_minutes(1)"),
        (3599, "age_minutes(59)"),
        (3600, "age_hours(1)"),
        (86400, "age_days(1)"),
        (59 * 86400, "age_months(1)"),
        (800 * 86400, "age_years(2)"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(seconds: float, words: str) -> None:
    assert age_words(seconds, say) == words


@pytest.mark.parametrize(
    ("siren", "rows", "words"),
    [
        (None, (), "fact_siren_unknown"),
        (SirenState(number=HULU_SIREN), (), "fact_siren_unknown"),
        (
            SirenState(number=HULU_SIREN, proven_at=NOW - timedelta(hours=5)),
            (),
            "fact_siren_proven(age_hours(5))",
        ),
        (
            SirenState(number=HULU_SIREN, proven_at=NOW - timedelta(days=5), failures=1, failed_at=NOW),
            (),
            "fact_siren_dead",
        ),
        (
            None,
            (row(EffectKind.SIREN, HULU_SIREN, EffectState.DOING),),
            "fact_siren_ringing fact_siren_unknown",
        ),
        (
            SirenState(number=HULU_SIREN, proven_at=NOW),
            (
                row(
                    EffectKind.SIREN,
                    HULU_SIREN,
                    EffectState.DONE,
                    Outcome.REJECTED,
                    settled_at=NOW,
                    relayed_at=NOW,
                ),
            ),
            "fact_siren_sounded(11.00)",
        ),
    ],
)
def test_the_siren_is_said_to_be_proven_dead_or_unknown(
    siren: SirenState | None, rows: tuple[EffectRow, ...], words: str
) -> None:
    assert told(known(incident(), *rows, siren=siren))["siren"] == words


def test_a_station_without_a_siren_says_so() -> None:
    bare = replace(city().stations["polsek-hulu"], siren=None)
    pack = replace(city(), stations={**city().stations, "polsek-hulu": bare})
    assert facts(pack, known(incident()), say, "id")["siren"] == "fact_siren_none"


def test_two_officers_on_the_line_are_told_of_each_other() -> None:
    rows = (row(EffectKind.CALL, ANI, EffectState.DOING), row(EffectKind.CALL, DODI, EffectState.DOING))
    assert told(known(incident(), *rows))["others"] == "fact_others(Dodi Contoh)"
    assert told(known(incident(), *rows, hearer=DODI))["others"] == "fact_others(Ani Contoh)"
    gone = (rows[0], replace(rows[1], state=EffectState.DONE))
    assert told(known(incident(), *gone))["others"] == ""


def test_who_accepted_is_named_to_the_others() -> None:
    taken = move(incident(), State.ACCEPTED, NOW, DODI)
    assert told(known(taken))["others"] == "fact_accepted(Dodi Contoh)"
    assert told(known(taken, hearer=DODI))["others"] == ""


@pytest.mark.parametrize(
    ("caller", "registered", "name", "words"),
    [
        ("", False, "", "fact_caller_withheld"),
        (GINA, True, "", "fact_caller_registered"),
        (GINA, False, "", "fact_caller_unknown"),
        (GINA, True, "N" * 100, f"fact_caller({'N' * 60})"),
    ],
)
def test_the_caller_is_named_as_far_as_somebody_vouched_for_him(
    caller: str, registered: bool, name: str, words: str
) -> None:
    assert told(known(incident(caller=caller, registered=registered), name=name))["caller"] == words


def test_an_officer_is_told_not_to_ring_a_phone_that_must_be_quiet() -> None:
    assert told(known(incident(quiet=True)))["caller"].endswith("fact_quiet")
