"""Where settings come from: defaults, a file, the environment; laid over each other, each value with its place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.fault import Fault
from config.table import Table, Written
from config.toml_lines import Toml, TomlFault, parse

PREFIX = "KENTONGAN_"
NOT_SETTINGS = ("KENTONGAN_SETTINGS", "KENTONGAN_CRASH_AT")  # read elsewhere
DEFAULTS = Path(__file__).with_name("defaults.toml")
ENVIRONMENT = "environment"


def merged(path: Path, named: bool, environ: Mapping[str, str], faults: list[Fault]) -> Table:
    """The table of all settings. ``named``: the file must be there. Faults of the sources themselves are noted."""
    defaults = parse(DEFAULTS.read_text(encoding="utf-8"))
    found = _file(path, named, faults)
    tree = _laid_over(defaults.data, found.data)
    variables = _from_environment(tree, environ, faults)

    def where(key: str) -> tuple[str, int]:
        steps = tuple(key.split("."))
        if steps not in variables and steps not in found.lines:  # a table that only the environment named
            variable = next((name for leaf, name in variables.items() if leaf[: len(steps)] == steps), "")
        else:
            variable = variables.get(steps, "")
        return (f"{ENVIRONMENT}: {variable}", 0) if variable else (str(path), found.line(*steps))

    return Table(tree, where, faults)


def _file(path: Path, named: bool, faults: list[Fault]) -> Toml:
    try:
        return parse(path.read_text(encoding="utf-8"))
    except TomlFault as fault:
        faults.append(Fault(file=str(path), line=fault.line, message=str(fault)))
    except FileNotFoundError:
        if named:
            faults.append(Fault(file=str(path), line=0, message="there is no such file"))
    except UnicodeDecodeError:
        faults.append(Fault(file=str(path), line=0, message="is not text in UTF-8"))
    except OSError as fault:
        faults.append(Fault(file=str(path), line=0, message=f"cannot be read ({fault.strerror})"))
    return Toml({}, {})


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """``above`` wins; tables are laid over each other, lists replace."""
    tree = {key: _copy(value) for key, value in below.items()}
    for key, value in above.items():
        lower = tree.get(key)
        both = isinstance(lower, dict) and isinstance(value, Mapping)
        tree[key] = _laid_over(lower or {}, value) if both else _copy(value)
    return tree


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(one) for key, one in value.items()}
    return [_copy(one) for one in value] if isinstance(value, list) else value


def _from_environment(
    tree: dict[str, Any], environ: Mapping[str, str], faults: list[Fault]
) -> dict[tuple[str, ...], str]:
    """Write each ``KENTONGAN_A__0__B`` into ``tree``; returns which variable each value came from."""
    variables: dict[tuple[str, ...], str] = {}
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in NOT_SETTINGS:
            continue
        steps = tuple(name.removeprefix(PREFIX).lower().split("__"))
        problem = _place(tree, steps, environ[name])
        if problem:
            faults.append(Fault(file=f"{ENVIRONMENT}: {name}", line=0, message=problem))
            continue
        variables[steps] = name
    return variables


def _place(tree: dict[str, Any], steps: tuple[str, ...], value: str) -> str:
    """Put ``value`` at ``steps``; returns what is wrong with the path, or nothing."""
    here: Any = tree
    for depth, step in enumerate(steps):
        last = depth == len(steps) - 1
        following = Written(value) if last else [] if steps[depth + 1].isdecimal() else {}
        if isinstance(here, dict) and step:
            if last or not isinstance(here.get(step), dict | list):
                here[step] = following
            here = here[step]
        elif isinstance(here, list) and step.isdecimal() and int(step) <= len(here):
            if int(step) == len(here):
                here.append(following)
            elif last:
                here[int(step)] = following
            here = here[int(step)]
        elif isinstance(here, list):
            return f"lists are counted 0, 1, 2 … without gaps; {step!r} comes after {len(here)} entries"
        else:
            return "is not the name of a setting"
    return ""
