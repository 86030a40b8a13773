#!/usr/bin/env python3
"""Measures how the Swift code reads, prints a table, and exits 1 where a bound is broken.

    Scripts/check.d/style.py                   everything, with the offences against broken bounds
    Scripts/check.d/style.py --only PATH...    only these files or folders, with every offence
    Scripts/check.d/style.py --list            everything, with every offence
    Scripts/check.d/style.py --self-test       plants each violation and sees it found

The bounds, the banned words and the exceptions with their reasons are in style.toml beside this
script. Generated code is left out.
"""

import argparse
import collections
import fnmatch
import pathlib
import re
import statistics
import sys
import tempfile
import tomllib
from dataclasses import dataclass, field

import swift_source

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = tomllib.loads((pathlib.Path(__file__).with_name("style.toml")).read_text())
TIME_DECLARATION = re.compile(
    r"\b(\w+)(?:\([^{}\n]*\))?\s*(?::|->)\s*"
    r"((?:@\w+ |inout |borrowing )*[\w<>\[\]():?. @-]*?)\b(Double|TimeInterval)\b"
)
TIME_ALIAS = re.compile(r"\btypealias\s+(\w+)\s*=\s*[^\n]*\b(Double|TimeInterval)\b")
TUPLE_ASSIGNMENT = re.compile(r"\)\s*(?::\s*\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)\s*)?=\s*\(")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass
class Measure:
    """Holds one row of the table: a value, its bound, and where the offences are."""

    name: str
    value: float
    bound: float | None
    unit: str = ""
    offences: list = field(default_factory=list)

    @property
    def is_broken(self):
        return self.bound is not None and self.value > self.bound

    def row(self):
        bound = "" if self.bound is None else f"<= {self.bound:g}{self.unit}"
        state = "BROKEN" if self.is_broken else ""
        return f"{self.name:48} {self.value:>8.3g}{self.unit:2} {bound:>8} {state}".rstrip()


def share(name, bound, offences, count):
    return Measure(name, 100 * len(offences) / max(1, count), bound, " %", offences)


def count(name, bound, offences):
    return Measure(name, len(offences), bound, "", offences)


def is_allowed(rule, path, name):
    """Returns whether style.toml has an exception for this name in this file."""
    patterns = RULES["allowed"].get(rule, {})
    return any(fnmatch.fnmatchcase(f"{path}:{name}", pattern) for pattern in patterns)


def words(identifier):
    """Returns the lower-case words of a camelCase or snake_case identifier."""
    return [word.lower() for word in WORD.findall(identifier)]


def doc_comment_measures(files):
    openings, short, whether, total = [], [], 0, 0
    for path, file in files:
        for line, text in file.doc_comments():
            total += 1
            whether += text.startswith("Whether")
            first = text.split(" ", 1)[0].strip(",.:;")
            if first in RULES["openings"]:
                openings.append(f"{path}:{line}: doc comment begins with '{first}'")
            if len(text.split()) <= 3 and not text.startswith("- "):
                short.append(f"{path}:{line}: doc comment of three words or fewer: {text}")
    bounds = RULES["bounds"]
    yield share(
        "doc comments that begin with What, Of, Who ...", bounds["openings"], openings, total
    )
    yield share("doc comments of three words or fewer", bounds["short-comments"], short, total)
    yield Measure("doc comments that begin with Whether", 100 * whether / max(1, total), None, " %")


def opening(code, end):
    """Returns the offset of the parenthesis that the one before `end` closes."""
    depth = 0
    for offset in range(end - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(code[offset], 0)
        if depth == 0:
            return offset
    return 0


def tuple_assignments(files):
    """Finds `(a, b) = (x, y)`, but not patterns after `case` and not destructuring of a call."""
    for path, file in files:
        for match in TUPLE_ASSIGNMENT.finditer(file.code):
            left = opening(file.code, match.start() + 1)
            right = match.end() - 1
            end = swift_source.closing(file.code, right)
            names = swift_source.split(file.code[left + 1 : match.start()])
            values = swift_source.split(file.code[right + 1 : end - 1])
            before = file.code[:left].rstrip(" ")
            follows = file.code[end : end + 1]
            is_call = re.search(r"[\w\])>?!]$", before) and not re.search(
                r"\b(let|var|else|in|then|return)$", before
            )
            is_pattern = re.search(r"\bcase( let| var)?$", before)
            if len(names) > 1 and len(values) > 1 and not (is_call or is_pattern or follows == "."):
                yield f"{path}:{file.line(left)}: several values are assigned at once"


def function_measures(files):
    unlabelled, undocumented, lengths, total = [], [], [], 0
    for path, file in files:
        for function in file.functions():
            if function.body_lines is not None:
                lengths.append((function.body_lines, f"{path}:{function.line}: {function.name}"))
            is_requirement = function.body_lines is None
            if (function.is_visible or is_requirement) and function.undocumented:
                undocumented.append(
                    f"{path}:{function.line}: {function.name} documents not all its parameters:"
                    f" {', '.join(function.undocumented)}"
                )
            if function.is_operator:
                continue
            total += 1
            if function.unlabelled > 1:
                unlabelled.append(
                    f"{path}:{function.line}: {function.name} has {function.unlabelled}"
                    " parameters without a label"
                )
    bounds = RULES["bounds"]
    yield share("functions with two unlabelled parameters", bounds["unlabelled"], unlabelled, total)
    yield count("parameters documented in part", bounds["parameters"], undocumented)
    yield from length_measures(lengths, bounds)


def length_measures(lengths, bounds):
    ordered = sorted(length for length, _ in lengths) or [0]
    median = statistics.median(ordered)
    ninetieth = ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]
    longest = [f"{name} has {length} lines" for length, name in sorted(lengths, reverse=True)[:20]]
    over = sum(length > 30 for length in ordered)
    yield Measure("lines of a function, median", median, None)
    yield Measure("lines of a function, 90th percentile", ninetieth, bounds["lines"], "", longest)
    yield Measure("functions of more than 30 lines", over, None)


def time_as_double(files):
    """Finds names of time that are declared as floating-point numbers."""
    vocabulary = set(RULES["time"])
    for path, file in files:
        for pattern in (TIME_DECLARATION, TIME_ALIAS):
            for match in pattern.finditer(file.code):
                name = match.group(1)
                is_time = vocabulary & set(words(name)) or match.group(match.lastindex) == (
                    "TimeInterval"
                )
                if is_time and not is_allowed("time", path, name):
                    yield f"{path}:{file.line(match.start())}: {name} is a time held as a number"


def repeated_types(files):
    """Finds names of types that are declared more than once; plain nested ones are allowed."""
    declared = collections.defaultdict(list)
    for path, file in files:
        for name, line, is_nested in file.types():
            if not (is_nested and name in RULES["nested-types"]):
                declared[name].append(f"{path}:{line}")
    for name, found in sorted(declared.items()):
        if len(found) > 1:
            for position in found:
                yield f"{position}: {len(found)} types have the name {name}"


def replaced_words(identifier):
    """Returns the words of an identifier that the glossary replaces; `inPlace` has none."""
    parts = words(identifier)
    return {
        word
        for before, word in zip(["", *parts], parts)
        if word in RULES["banned"]["identifiers"] and (before, word) != ("in", "place")
    }


def banned_words(files):
    """Finds words that the glossary replaces, in identifiers and in comments."""
    in_comments = [(re.compile(key), value) for key, value in RULES["banned"]["comments"].items()]
    in_names = RULES["banned"]["identifiers"]
    for path, file in files:
        for comment in file.comments:
            for pattern, better in in_comments:
                match = pattern.search(comment.text)
                if match and not is_allowed("words", path, match.group()):
                    yield f"{path}:{comment.line}: '{match.group()}' in a comment: {better}"
        for match in re.finditer(r"[A-Za-z_]\w*", file.code):
            for word in sorted(replaced_words(match.group())):
                if not is_allowed("words", path, match.group()):
                    line = file.line(match.start())
                    yield f"{path}:{line}: '{word}' in {match.group()}: {in_names[word]}"


def readme_words(root):
    length = len((root / "README.md").read_text().split())
    return Measure("words in README.md", length, RULES["bounds"]["readme"])


def swift_files(root, only):
    """Yields path and content of the Swift files under Sources and Tests, without Generated."""
    folders = [root / "Sources", root / "Tests"]
    for folder in folders:
        for file in sorted(folder.rglob("*.swift")):
            chosen = not only or any(file.is_relative_to(path) for path in only)
            if chosen and "Generated" not in file.parts:
                yield str(file.relative_to(root)), swift_source.read(file)


def measures(root, only=()):
    files = list(swift_files(root, only))
    bounds = RULES["bounds"]
    found = [*doc_comment_measures(files)]
    found.append(count("tuple assignments", bounds["tuples"], list(tuple_assignments(files))))
    found += function_measures(files)
    found.append(count("times held as Double", bounds["time"], list(time_as_double(files))))
    found.append(count("type names declared twice", bounds["types"], list(repeated_types(files))))
    found.append(
        count("words that the glossary replaces", bounds["words"], list(banned_words(files)))
    )
    if not only:
        found.append(readme_words(root))
    return found


# Each violation: the measure that must find it, and Swift code that holds it.
PLANTED = {
    "begin with": "/// What a thing is.\nlet a = 1\n",
    "three words": "/// A thing.\nlet a = 1\n",
    "tuple": 'func f() {\n  (self.a, self.b) = (1, "(")\n}\n',
    "in part": "/// Does it.\n///\n/// - Parameter a: one.\npublic func f(a: Int, b: Int) {}\n",
    "unlabelled": "func f(_ a: [Int: (Int, Int)], _ b: Int) {}\n",
    "90th": "func f() {\n" + "  g()\n" * 40 + "}\n",
    "Double": "struct A { func wait(timeout: Double) {} }\n",
    "declared twice": "struct Repeated {}\nenum Other { struct Repeated {} }\n",
    "glossary": "let cardCount = 1\n",
}
# Code that resembles a violation and is none.
INNOCENT = """/// Measures how \\(this) reads.
func destructure() throws {
  let (quotient, remainder) = 7.quotientAndRemainder(dividingBy: 2)
  guard case (let a, let b) = (quotient, remainder) else { return }
  print("(c, d) = (1, 2) \\(text("}"))", a, b)  // (e, f) = (g, h)
}
"""


def self_test():
    """Returns the names of planted violations that were not found, and of false alarms."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "Sources").mkdir()
        (root / "README.md").write_text("word " * 2000)
        file = root / "Sources" / "Planted.swift"
        wrong = []
        for name, code in PLANTED.items():
            file.write_text(code)
            if not any(m.is_broken and name in m.name for m in measures(root)):
                wrong.append(f"planted but not found: {name}")
        if not readme_words(root).is_broken:
            wrong.append("planted but not found: a long README")
        file.write_text(INNOCENT)
        wrong += [
            f"found where there is none: {m.name}" for m in measures(root, [root]) if m.is_broken
        ]
    return wrong


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", type=pathlib.Path, default=[], metavar="PATH")
    parser.add_argument("--list", action="store_true", help="print every offence")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        wrong = self_test()
        print("\n".join(wrong) or f"style: found all {len(PLANTED) + 1} planted violations")
        return 1 if wrong else 0
    found = measures(ROOT, [path.resolve() for path in options.only])
    for measure in found:
        if measure.offences and (measure.is_broken or options.list or options.only):
            print(f"\n{measure.name}:\n  " + "\n  ".join(measure.offences))
    print("\n" + "\n".join(measure.row() for measure in found))
    return 1 if any(measure.is_broken for measure in found) else 0


if __name__ == "__main__":
    sys.exit(main())
