"""What an answer to a letter means, by the rules of the description. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.provider import IdFrom, Probe, Rule, Send

SHOWN = 120  # characters of an answer that a person is shown
DOWN = frozenset({502, 503, 504})  # a proxy alone answers so: the provider behind it does not
NEVER = frozenset({400, 413, 414, 422})  # the letter itself is at fault (RFC 9110, 15.5)
ACCOUNT = frozenset(
    {301, 302, 303, 307, 308, 401, 402, 403, 404, 405, 407, 410}
)  # ours, or the address: a person mends it
LATER = frozenset({408, 425, 429, 503})  # it says itself that it took nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What was answered. ``headers`` by their names in lower case."""

    status: int
    body: str = ""
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``means``: sent, busy, refused, doubtful or account. ``id``: the provider's, or empty. ``why``: for a person."""

    means: str
    id: str = ""
    why: str = ""


def judge(send: Send, response: Response, reference: str) -> Outcome:
    """The first rule that fits; none: what the status says by itself. Only a rule says that a letter was sent."""
    tree = _tree(response.body)
    means = next((rule.means for rule in send.rules if _fits(rule, response, tree)), "") or _by_status(response.status)
    if means == "sent":
        return Outcome(means="sent", id=_id(send.id, response, tree, reference))
    said = " ".join(response.body.split())[:SHOWN]
    return Outcome(means=means, why=f"{response.status} {said}".strip())


def is_up(probe: Probe | None, response: Response) -> bool:
    """Whether a probe's answer says that the provider is there."""
    if probe is not None and probe.up:
        return response.status in probe.up
    return response.status not in DOWN


def at(tree: Any, path: str) -> str | None:
    """The value at a path of names and places (``data.0.id``) as text; None where there is none."""
    for step in path.split("."):
        if isinstance(tree, Mapping) and step in tree:
            tree = tree[step]
        elif isinstance(tree, Sequence) and not isinstance(tree, str) and step.isdecimal() and int(step) < len(tree):
            tree = tree[int(step)]
        else:
            return None
    if isinstance(tree, bool):
        return "true" if tree else "false"
    if tree is None:
        return None
    return tree if isinstance(tree, str) else json.dumps(tree)


def _tree(body: str) -> Any:
    try:
        return json.loads(body, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None


def _fits(rule: Rule, response: Response, tree: Any) -> bool:
    if rule.status and response.status not in rule.status:
        return False
    if rule.body and not re.search(rule.body, response.body):
        return False
    if not rule.json:
        return True
    value = at(tree, rule.json)
    return value is not None and (not rule.values or value in rule.values)


def _by_status(status: int) -> str:
    if status in NEVER:
        return "refused"
    if status in ACCOUNT:
        return "account"
    if status in LATER or 400 <= status < 500:
        return "busy"
    return "doubtful"  # 2xx that no rule knows; 500, 502, 504: it may have been taken


def _id(where: IdFrom, response: Response, tree: Any, reference: str) -> str:
    """The id by which reports name the letter. An answer without one is still an answer: then ours stands for it."""
    found: str | None = None
    if where.json:
        found = at(tree, where.json)
    elif where.header:
        found = (response.headers or {}).get(where.header.lower())
    elif where.body and (match := re.search(where.body, response.body)):
        found = match[1]
    return (found or "").strip() or reference
