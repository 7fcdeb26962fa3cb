"""A story: everything that will happen in one run of the simulator, decided by its seed before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from config.crash import POINTS
from modem.virtual.phone import Behaviour

ACT_S = 400.0  # virtual seconds in which people act and things break
CALM_S = 720.0  # virtual seconds after everything was mended, in which every promise must come true
STILL_S = 150.0  # … or fewer: nothing is left to do since then. Longer than any wait for a part, a code or a sweep
WHOLE_CALM = 10  # one story in so many is played to the end of its calm whatever is left to do

SILENT = 0.15  # share of stories in which nobody accepts while people act
RINGS_BACK = 0.3  # share of silent officers who ring back once: that accepts nothing

CRIES = (
    "TOLONG RAMPOK",
    "SOS",
    "1",
    "kebakaran di rumah",
    "tlg ada maling masuk rumah",
    "TOLONGRAMPOK",
    "DIAM RAMPOK",
    "tolong ibu saya pingsan tidak sadar",
)
LONG_CRY = (
    "tolong ada perampokan di rumah kami, pelakunya tiga orang membawa parang dan senjata, mereka masuk lewat pintu "
    "belakang dan sekarang masih di dalam rumah, anak anak bersembunyi di kamar mandi, tolong cepat datang karena "
    "kami takut sekali dan tidak bisa keluar, lampu sudah dimatikan oleh pelaku, kami tinggal dekat masjid besar, "
    "cepat tolong"
)
CHATTER = (
    "bantuan beras kapan dibagi?",
    "mama minta pulsa 50rb ke nomor ini, mama di kantor polisi",
    "jalan berlubang di depan sekolah",
    "terima kasih pak",
    '=HYPERLINK("http://x")',
    "\u202etxet desrever",
    "🔥",
    "",
    "AT+CMGD=1,4\r",
)
ANSWERS = ("BATAL", "2", "1", "di jalan melati", "cepat pak")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that happens at ``at_s``: ``what`` is write, ring, ring_back (an officer), behave, siren, fault
    or unplug."""

    at_s: float
    what: str
    who: int = 0
    text: str = ""
    seconds: float = 0.0
    behaviour: Behaviour | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """``officers``: how each of the roster behaves at first. ``replies_s``: an officer who answers by SMS does so that
    long after the offer. ``crashes``: (point, passing) at which the process dies, in order."""

    seed: int
    modems: int
    deeds: tuple[Deed, ...]
    officers: tuple[Behaviour, ...]
    replies_s: tuple[float | None, ...]
    crashes: tuple[tuple[str, int], ...]
    delay_s: float
    duplicate: float
    reorder: float
    air_s: float
    setup_s: float


def tell(seed: int, *, residents: int, officers: int, sirens: int) -> Story:
    """The story of a seed, for a city of that size."""
    chance = Random(seed)
    modems = chance.choice((1, 1, 2, 2, 2))
    deeds = [_cry(chance, residents) for _ in range(chance.randint(1, 5))]
    deeds += [_follow(chance, deed) for deed in tuple(deeds) if chance.random() < 0.5]
    deeds += [
        Deed(at_s=chance.uniform(0, ACT_S), what="write", who=chance.randrange(residents), text=chance.choice(CHATTER))
        for _ in range(chance.randint(0, 3))
    ]
    deeds += [_break(chance, modems, officers, sirens) for _ in range(chance.choice((0, 1, 2, 4)))]
    silent = chance.random() < SILENT
    if silent:
        deeds = [deed for deed in deeds if deed.what != "behave"]
        deeds += [_rings_back(chance, one) for one in range(officers) if chance.random() < RINGS_BACK]
    return Story(
        seed=seed,
        modems=modems,
        deeds=tuple(sorted(deeds, key=lambda deed: deed.at_s)),
        officers=tuple(_silence(chance) if silent else _manner(chance) for _ in range(officers)),
        replies_s=tuple(None if silent else chance.choice((None, None, 5.0, 40.0)) for _ in range(officers)),
        crashes=tuple((chance.choice(POINTS), chance.randint(1, 6)) for _ in range(chance.choice((0, 0, 1, 1, 2, 3)))),
        delay_s=chance.choice((0.0, 1.0, 4.0)),
        duplicate=chance.choice((0.0, 0.0, 0.1)),
        reorder=chance.choice((0.0, 0.0, 0.2)),
        air_s=chance.choice((0.5, 3.0)),
        setup_s=chance.choice((1.0, 5.0)),
    )


def _cry(chance: Random, residents: int) -> Deed:
    at, who = chance.uniform(0, ACT_S * 0.7), chance.randrange(residents)
    if chance.random() < 0.2:
        return Deed(at_s=at, what="ring", who=who, seconds=chance.uniform(3, 12))
    text = LONG_CRY if chance.random() < 0.15 else chance.choice(CRIES)
    return Deed(at_s=at, what="write", who=who, text=text)


def _follow(chance: Random, deed: Deed) -> Deed:
    later = deed.at_s + chance.choice((3.0, 20.0, 50.0, 90.0))
    if deed.what == "ring" and chance.random() < 0.4:
        return Deed(at_s=later + 30.0, what="ring", who=deed.who, seconds=5.0)
    return Deed(at_s=later, what="write", who=deed.who, text=chance.choice((*ANSWERS, deed.text or "1")))


def _manner(chance: Random) -> Behaviour:
    return chance.choice(
        (
            Behaviour(),
            Behaviour(),
            Behaviour(off=True),
            Behaviour(voicemail=True),
            Behaviour(answer_after_s=chance.uniform(1, 20), keys="1"),
            Behaviour(answer_after_s=3.0, keys="2"),
            Behaviour(answer_after_s=3.0, hangup_after_s=5.0),
            Behaviour(answer_after_s=4.0),
            Behaviour(hangup_after_s=2.0),
            Behaviour(answer_after_s=2.0, keys="9#3*1"),
        )
    )


def _silence(chance: Random) -> Behaviour:
    """Nobody who accepts: the ladder goes round and round until the town is mended."""
    return chance.choice((Behaviour(), Behaviour(), Behaviour(off=True), Behaviour(voicemail=True)))


def _rings_back(chance: Random, officer: int) -> Deed:
    return Deed(at_s=chance.uniform(0, ACT_S), what="ring_back", who=officer, seconds=chance.uniform(3, 12))


FAULTS = (
    "silence",
    "hang",
    "noise",
    "stray_code",
    "stall",
    "burst",
    "split_lines",
    "double_cr",
    "eof",
    "eio",
    "late_prompt",
    "no_prompt",
    "late_answer",
    "lost_answer",
    "late_submit_answer",
    "lost_submit_answer",
    "cme_14",
    "cms_500_at_prompt",
    "cms_515_at_pdu",
    "cms_500_at_list",
    "cms_321_at_read",
    "cms_500_at_delete",
    "cme_100_at_dial",
    "dial_fails",
    "stuck_call",
    "storage_full",
    "bad_pdu",
    "lost_cmti",
    "forget_settings",
    "odd_caller_id",
    "ring_clip_apart",
    "reboot",
    "no_network",
)


def _break(chance: Random, modems: int, officers: int, sirens: int) -> Deed:
    at, what = chance.uniform(0, ACT_S), chance.choice(("behave", "siren", "fault", "fault", "fault", "unplug"))
    if what == "behave":
        return Deed(at_s=at, what=what, who=chance.randrange(officers), behaviour=_manner(chance))
    if what == "siren":
        return Deed(
            at_s=at, what=what, who=chance.randrange(sirens), text=chance.choice(("well", "deaf", "lying", "off"))
        )
    return Deed(
        at_s=at, what=what, who=chance.randrange(modems), text=chance.choice(FAULTS), seconds=chance.uniform(1, 60)
    )
