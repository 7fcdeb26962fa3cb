"""The sentences that ship as sound, for when no machine can speak; run it to speak them anew:

python -m tests.ivr.bundled
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from config.city import City, load_city
from config.city_voice import placeholders, shipped
from ivr.conversation import Utterance
from ivr.flow_read import flows
from ivr.house import FAREWELL
from ivr.sound import write_wav
from ivr.speech_fixed import WARNINGS
from ivr.spoken_aloud import spoken
from ivr.synth import Espeak

LANGUAGES = ("id", "en")
ALSO = {  # what an officer or a caller may hear after a key, so that nothing untrue is said in its place
    "officer": ("officer_accepted", "officer_passed", "officer_over", "officer_unanswered"),
    "call_back": ("call_back_mistake", "call_back_noted_emergency"),
}
CITY = "binjai"


def bundled(city: City) -> Iterator[Utterance]:
    """What stands in for the rest of each flow, its apology, a few answers, and what is said when the line is needed;
    of these, what has no fields (a city's name or number would be another city's elsewhere), in the words that ship."""
    for name, flow in flows(city).items():
        ids = dict.fromkeys([flow.instead, *flow.nodes[flow.sorry].prompts, *ALSO.get(name, ())])
        for lang in LANGUAGES:
            prompts = shipped(lang)
            for id in ids:
                if id and not placeholders(prompts[id]):
                    yield Utterance(text=prompts[id], lang=lang, prompt=id, whole=True, slow=flow.slow)
    for lang in LANGUAGES:
        yield Utterance(text=shipped(lang)[FAREWELL], lang=lang, prompt=FAREWELL, whole=True)


async def rendered(city: City, one: Utterance) -> bytes:
    """Its sound, as the machine of this computer says it."""
    wpm = city.voice.menu_wpm if one.slow else city.voice.incident_wpm
    return await Espeak().render(spoken(one.text, one.lang), lang=one.lang, wpm=wpm)


async def main() -> None:
    city = load_city(CITY)
    for old in WARNINGS.glob("*/*.wav"):
        old.unlink()
    for one in bundled(city):
        path = WARNINGS / one.lang / f"{one.prompt}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write_wav(await rendered(city, one)))
        print(f"{path.relative_to(WARNINGS)}: {one.text}")


if __name__ == "__main__":
    asyncio.run(main())
