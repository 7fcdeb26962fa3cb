"""How the conversations of a file really go: ``python -m tests.conversations.play FILE [WORDS OF A TITLE]``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conversations.script import read
from tests.conversations.stage import played


def main() -> int:
    script = read(Path(sys.argv[1]))
    if words := " ".join(sys.argv[2:]):
        script = replace(script, conversations=tuple(one for one in script.conversations if words in one.title))
    with TemporaryDirectory(prefix="kentongan-talk-") as folder:
        faults = 0
        for title, (differs, told) in played(script, Path(folder)).items():
            print(f"\n## {title}", *told, sep="\n")
            print(*(f"! {one}" for one in differs), sep="\n")
            faults += bool(differs)
    print(f"\n{len(script.conversations)} conversations, {faults} differ")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
