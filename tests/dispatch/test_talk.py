"""The dialogues as pure steps: nothing raises, nobody is stuck, two presses are an alarm, what is typed is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from config.gsm7 import septets
from dispatch.cries import Cries
from dispatch.locate import Locator
from dispatch.reading import Act, Intent, Reader
from dispatch.talk import spoken
from gateway.asking import shown, tidy
from gateway.dialogue import Register, Say, Who
from gateway.person import tidy_name
from gateway.whereabouts import Whereabouts
from tests.dispatch.talks import EPOCH, PHONE, dialogues, held, pack, somebody
from tests.fixtures.whole import examples

PACKS = ("binjai", "tinytown")
LONG = "Nyimas Siti Khadijah binti Abdurrahman Wahid"
PEOPLE = ("nobody", "confirmed", "unconfirmed", "stale", "doubtful", "withheld")
FACES = [(name, language, who) for name in PACKS for language in pack(name).languages for who in PEOPLE]


def person(name: str, language: str, who: str) -> Who:
    """``stale``: of a kelurahan that the pack does not have any more."""
    city = pack(name)
    known = {
        "confirmed": somebody(city, language, name=LONG, address="Jl. Letnan Umar Baki Gang Setia Budi No. 112 A"),
        "unconfirmed": somebody(city, language, confirmed=False, name="", address=""),
        "stale": somebody(city, language, kelurahan="00.00.00.0000"),
    }
    number = "" if who == "withheld" else PHONE
    return Who(number=number, at=EPOCH, language=language, resident=known.get(who), waits=True, doubt=who == "doubtful")


TYPED = st.one_of(
    st.sampled_from(
        [
            "0",
            "1",
            "2",
            "3",
            "4",
            "5",
            "9",
            "1#",
            "*",
            "menu",
            "batal",
            "SOS",
            "ya",
            "Siti",
            "jl labu 3",
            "nangka",
            "12",
            "x",
        ]
    ),
    st.text(min_size=1, max_size=300).filter(lambda text: bool(text.strip())),
)


@settings(deadline=None, max_examples=examples(150))
@given(face=st.sampled_from(FACES), inputs=st.lists(TYPED, max_size=8))
def test_no_input_raises_and_nobody_is_stuck(face: tuple[str, str, str], inputs: Sequence[str]) -> None:
    one = held(face[0], person(*face))
    for typed in inputs:
        if one.over:
            one = held(face[0], one.who)
        one.say(typed.strip())
        text = shown(one.step.screen)
        assert septets(text) is not None, "a screen outside the GSM alphabet"
        for effect in one.effects:
            assert not isinstance(effect, Register) or effect.resident.phone == one.who.number
    assert one.back()


@settings(deadline=None, max_examples=examples(200))
@given(
    which=st.sampled_from([(name, one.name) for name in PACKS for one in dialogues(name)]),
    who=st.sampled_from(PEOPLE),
    state=st.dictionaries(
        st.sampled_from(["at", "name", "street", "area", "district", "kind", "~words", "?"]),
        st.one_of(
            st.sampled_from(
                ["name", "district", "area", "street", "confirm", "home", "data", "erase", "language", "kind"]
            ),
            st.sampled_from(["12.75.01", "12.75.01.1001", "99.01.01", "99.01.01.1001", ""]),
            st.text(max_size=20),
        ),
    ),
    typed=TYPED,
)
def test_a_state_of_another_version_or_pack_begins_anew_and_never_raises(
    which: tuple[str, str], who: str, state: Mapping[str, str], typed: str
) -> None:
    name, named = which
    dialogue = next(one for one in dialogues(name) if one.name == named)
    step = dialogue.step(state, typed, person(name, pack(name).languages[0], who))
    assert step.goto or step.ask is not None or step.declined or shown(step.screen)


@pytest.mark.parametrize("face", FACES, ids="-".join)
def test_two_presses_always_raise_the_alarm_of_that_kind(face: tuple[str, str, str]) -> None:
    name, city, reader = face[0], pack(face[0]), Reader(pack(face[0]))
    menu = held(name, person(*face))
    menu.say("1")
    keys = [choice.key for choice in menu.step.screen.choices]
    assert len(keys) == len(city.codes)
    for key, code in zip(keys, city.codes, strict=True):
        one = held(name, menu.who)
        one.say("1")
        one.say(key)
        (alarm,) = one.effects
        assert isinstance(alarm, Say)
        assert alarm.urgent
        reading = reader.read(alarm.text)
        assert (reading.intent, reading.act, reading.kind) == (Intent.EMERGENCY, Act.RING, code.kind)
        assert reading.digit is None, "a bare digit may answer a question of the desk's"
        assert one.over or one.back()


@pytest.mark.parametrize("name", PACKS)
def test_every_kind_is_said_in_words_that_the_desk_reads_so(name: str) -> None:
    city, reader = pack(name), Reader(pack(name))
    for code in city.codes:
        assert reader.read(spoken(code, city, reader)).kind == code.kind


@pytest.mark.parametrize("name", PACKS)
def test_every_kelurahan_that_is_chosen_is_the_one_that_the_desk_finds(name: str) -> None:
    city, locator, where = pack(name), Locator(pack(name)), Whereabouts(pack(name))
    who = person(name, city.languages[0], "nobody")
    for district in where.districts():
        code = sorted({area.kecamatan_code for area in city.areas.values()})[int(district.key) - 1]
        for area in where.areas(code):
            one = held(name, who, "place")
            for typed in (district.key, area.key, "jl tak dikenal no 12"):
                one.say(typed)
            says = [effect.text for effect in one.effects if isinstance(effect, Say)]
            coarse, placed, street = (locator.locate(text, None, EPOCH) for text in says)
            found = city.areas[placed.kelurahan or ""]
            assert (found.name, found.kecamatan_code) == (area.label, code)
            assert street.kelurahan == placed.kelurahan
            assert street.street
            assert coarse.kecamatan == code or coarse.kelurahan == placed.kelurahan


@pytest.mark.parametrize(("who", "told"), [("confirmed", "talk_placed_home"), ("unconfirmed", "talk_unplaced")])
def test_an_address_is_called_recorded_only_where_the_desk_has_it(who: str, told: str) -> None:
    """The desk goes by no address that nobody has confirmed; passing the question over tells it none."""
    one = held("binjai", person("binjai", "id", who))
    for typed in ("1", "2", "0"):
        one.say(typed)
    assert one.over
    assert one.step.screen.text == pack("binjai").text("id", told)
    assert len(one.effects) == 1


LETTERS = st.text(st.characters(categories=("Lu", "Ll")), min_size=2, max_size=30)
NAMES = st.lists(LETTERS, min_size=1, max_size=3).map(" ".join)
STREETS = st.builds(lambda name, number: f"Jl. {name} No. {number}", LETTERS, st.integers(1, 999))


@settings(deadline=None, max_examples=examples(75))
@given(name=NAMES, street=STREETS, data=st.data(), who=st.sampled_from(["nobody", "confirmed", "unconfirmed"]))
def test_what_is_registered_is_what_was_typed(name: str, street: str, data: st.DataObject, who: str) -> None:
    assume("spasi" not in (name + street).lower())  # people type "<spasi>" for a blank, and it is read as one
    city, cries = pack("binjai"), Cries(pack("binjai"))
    where = Whereabouts(city)
    area = data.draw(st.sampled_from(sorted(city.areas)))
    district = city.areas[area].kecamatan_code
    keys = (
        str(sorted(city.districts).index(district) + 1),
        next(choice.key for choice in where.areas(district) if choice.label == city.areas[area].name),
    )
    one = held("binjai", person("binjai", "id", who), "registration")
    for typed in (name, *keys, street):
        if cries.cry(typed, words_awaited=not one.step.screen.choices):
            return
        if one.dialogue != "registration":
            return  # a name like "menu" leads to the menu
        one.say(typed)
    if one.dialogue != "registration" or one.over:
        return
    one.say("1")
    (effect,) = one.effects
    assert isinstance(effect, Register)
    kept = effect.resident
    assert (kept.name, kept.kelurahan, kept.address) == (tidy_name(name), area, tidy(street))
    assert (kept.name, kept.address) == (name, street) or not (name + street).isascii()
    assert not kept.confirmed


@pytest.mark.parametrize("face", FACES, ids="-".join)
def test_fixed_screens_fit_a_phone_and_most_fit_one_sms(face: tuple[str, str, str]) -> None:
    """Every screen that digits, a long name and a long street lead to; lists of kelurahan are paged by USSD."""
    who = person(*face)
    todo: list[tuple[str, ...]] = [()]
    seen: set[str] = set()
    wide = []
    while todo:
        path = todo.pop()
        one = held(face[0], who)
        for typed in path:
            one.say(typed)
        text = shown(one.step.screen)
        if text in seen:
            continue
        seen.add(text)
        width, lines = septets(text) or 999, text.count("\n") + 1
        listed = "elurahan" in text or len(one.step.screen.choices) > 6
        assert width <= 182, text
        assert lines <= 7 or listed, text
        if width > 160:
            wide.append(text)
        if not one.over and len(path) < 7:
            nexts = [choice.key for choice in one.step.screen.choices] or [LONG, "Jl. " + "Panjang Sekali " * 4]
            todo += [(*path, typed) for typed in nexts[:4]]
    assert len(wide) <= 2, wide


SAID = [
    # typed where words are asked, is it an alarm?
    ("SOS", True),
    ("Sos", True),
    ("tolong", True),
    ("tolong rampok", True),
    ("kebakaran jl mawar", True),
    ("jl mawar rumah terbakar", True),
    ("maling di rumah saya", True),
    ("ada orang masuk rumah", True),
    ("DIAM RAMPOK", True),
    ("kode 2", True),
    ("kebkaran", True),
    ("Jl. Kebakaran", False),
    ("Jl. Kebakaran no 4", False),
    ("Gang Begal", False),
    ("Abu Bakar", False),
    ("Malini", False),
    ("Rambok", False),
    ("dekat rumah sakit", False),
    ("depan pos pemadam", False),
    ("2 gang mawar", False),
    ("Jl. Gatot Subroto km 5 no 12A Lk IV", False),
    ("Siti Aminah", False),
    ("1", False),
    ("batal", False),
]


@pytest.mark.parametrize(("text", "alarm"), SAID, ids=[text for text, _ in SAID])
def test_where_words_are_asked_only_what_is_surely_an_emergency_is_one(text: str, alarm: bool) -> None:
    assert Cries(pack("binjai")).cry(text, words_awaited=True) is alarm


@pytest.mark.parametrize("text", ["sakit", "depan pos pemadam", "rambok", "Jl. Kebakaran"])
def test_where_a_choice_is_asked_any_word_of_emergency_is_one(text: str) -> None:
    assert Cries(pack("binjai")).cry(text, words_awaited=False)


def test_my_data_shows_nobody_but_the_phone_itself() -> None:
    for face in FACES:
        one = held(face[0], person(*face), "my_data")
        text = shown(one.step.screen)
        assert (one.who.resident is not None) == ("Jl." in text or "-, -" in text)
        assert replace(one.who, doubt=True, resident=None).resident is None
