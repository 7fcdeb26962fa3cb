"""What a call says, in words: prompts of the city with the call's fields in them. Pure."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from string import Formatter
from typing import Protocol

from ivr.conversation import Utterance
from ivr.events import Part

log = logging.getLogger(__name__)

MOST = 1500  # characters of one utterance: about two minutes; what is longer is nobody's answer but a flood


class Catalogue(Protocol):
    """The city's prompts by language."""

    @property
    def languages(self) -> Sequence[str]:
        """The first is spoken where another is not known."""

    @property
    def prompts(self) -> Mapping[str, Mapping[str, str]]: ...

    def prompt(self, lang: str, id: str, **fields: str) -> str:
        """The words. Raises KeyError for an unknown prompt or a missing field."""


def worded(
    catalogue: Catalogue, parts: Iterable[Part], fields: Mapping[str, str], language: str, *, slow: bool
) -> tuple[Utterance, ...]:
    """What is said, in order. A prompt that cannot be said (a field is missing) is left out, and logged: the call goes
    on without it."""
    lang = language if language in catalogue.prompts else catalogue.languages[0]
    said: list[Utterance] = []
    for part in parts:
        try:
            said += _one(catalogue, part, fields, lang, slow)
        except (KeyError, ValueError, IndexError) as fault:
            log.error("the prompt %r cannot be said: %r", part.prompt, fault)
    return tuple(said)


def holes(template: str) -> frozenset[str]:
    """The names of the fields that a prompt needs."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


def _one(catalogue: Catalogue, part: Part, fields: Mapping[str, str], lang: str, slow: bool) -> list[Utterance]:
    if not part.prompt:
        text = part.text.strip()[:MOST]
        return [Utterance(text=text, lang=lang, slow=slow)] if text else []
    needs = holes(catalogue.prompts[lang][part.prompt])
    known = {**fields, **part.fields}
    if part.label:
        label = holes(catalogue.prompts[lang][part.label])
        known["label"] = catalogue.prompt(lang, part.label, **{name: known[name] for name in label})
    if needs and not any(known[name].strip() for name in needs):
        return []  # a sentence about nothing
    text = catalogue.prompt(lang, part.prompt, **{name: known[name] for name in needs})[:MOST].strip()
    return [Utterance(text=text, lang=lang, prompt=part.prompt, whole=not needs, slow=slow)] if text else []
