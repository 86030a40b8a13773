#!/usr/bin/env python3
"""Checks that the documentation's numbered equations and the code that cites them fit together.

    Scripts/check.d/equations.py               print each violation and exit 1
    Scripts/check.d/equations.py --self-test   plants each violation and sees it found

A formula in a code block of a DocC article has its number at the end of the line, as in
`E(u) = ... equation (5)`. Numbers run from (1) without a gap, each belongs to exactly one article,
and at least one file of code cites it. Whatever cites a number, as in `equation (5)` or
`equations (5) and (7)`, must cite one that exists; in the code that begins with `equation`, since
other numbers in parentheses are no citations.
"""

import pathlib
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE = {".swift", ".c", ".cpp", ".h", ".hpp"}
DEFINITION = re.compile(r"^    .*\S\s+equation \((\d+)\)$")
CITATION = re.compile(r"\b[Ee]quations?\s+((?:\(\d+\)(?:,\s*|\s+and\s+|\s+to\s+)?)+)")
NUMBER = re.compile(r"\((\d+)\)")


def plain(text):
    """Returns the text without comment markers at the beginning of lines, which split citations."""
    return re.sub(r"\n\s*//[/!]?\s?", "\n", text)


def read(root):
    """Returns where each number is defined, and where each is cited: in articles and in code."""
    defined, articles, code = {}, {}, {}
    for path in sorted((root / "Sources").rglob("*")):
        name = str(path.relative_to(root))
        if path.suffix == ".md" and ".docc" in name:
            prose = []
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if match := DEFINITION.match(line):
                    defined.setdefault(int(match.group(1)), []).append(f"{name}:{number}")
                else:
                    prose.append(line)
            collect("\n".join(prose), name, articles)
        elif path.suffix in CODE and path.is_file():
            collect(plain(path.read_text()), name, code)
    return defined, articles, code


def collect(text, name, citations):
    for match in CITATION.finditer(text):
        for number in NUMBER.findall(match.group(1)):
            citations.setdefault(int(number), set()).add(name)


def violations(root):
    defined, articles, code = read(root)
    for number in range(1, max(defined, default=0) + 1):
        places = defined.get(number, [])
        if not places:
            yield f"equation ({number}) is in no article"
        if len(places) > 1:
            yield f"equation ({number}) is defined more than once: {', '.join(places)}"
        if places and number not in code:
            yield f"{places[0]}: equation ({number}) is cited by no code"
    for citations in (articles, code):
        for number in sorted(set(citations) - set(defined)):
            for name in sorted(citations[number]):
                yield f"{name}: equation ({number}) does not exist"


ARTICLE = "Sources/A/A.docc/Energy.md"
SWIFT = "Sources/A/Energy.swift"
WHOLE = {
    ARTICLE: "# Energy\n\n    E = u          equation (1)\n    F = v          equation (2)\n",
    SWIFT: "/// The energy, equations (1)\n/// and (2).\nlet e = u  // equation (1)\n",
}
# Each violation: what is appended to which file, or replaced there, and what must be said of it.
PLANTED = [
    (ARTICLE, "", "\n    G = w          equation (4)\n", "equation (3) is in no article"),
    (ARTICLE, "", "\n    G = w          equation (2)\n", "(2) is defined more than once"),
    (ARTICLE, "", "\n    G = w          equation (3)\n", "equation (3) is cited by no code"),
    (ARTICLE, "", "\nBy equation (7) it is.\n", f"{ARTICLE}: equation (7) does not exist"),
    (SWIFT, "", "let f = v  // equation (8)\n", f"{SWIFT}: equation (8) does not exist"),
    (SWIFT, "\n/// and (2)", "", "equation (2) is cited by no code"),
]


def self_test():
    """Returns the planted violations that were not found, and those found where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)

        def write(files):
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)

        write(WHOLE)
        wrong = list(violations(root))
        for name, old, new, expected in PLANTED:
            text = WHOLE[name].replace(old, new) if old else WHOLE[name] + new
            write(WHOLE | {name: text})
            if not any(expected in violation for violation in violations(root)):
                wrong.append(f"planted but not found: {expected}")
    return wrong


def main():
    if sys.argv[1:] == ["--self-test"]:
        found, summary = self_test(), f"equations: found all {len(PLANTED)} planted violations"
    else:
        found = list(violations(ROOT))
        summary = f"equations: all {len(read(ROOT)[0])} are in one article and cited by code"
    print("\n".join(found) if found else summary)
    sys.exit(1 if found else 0)


main()
