#!/usr/bin/env python3
"""Checks that links in the Markdown files, and paths that any text mentions, lead somewhere.

    Scripts/check.d/links.py               print each dead link with its file and line, and exit 1
    Scripts/check.d/links.py --self-test   plants each kind of dead link and sees it found

A link must name a file of this repository, and a heading of it after `#`. Addresses of other hosts
are not visited. A path is a word that begins with Scripts/, Config/, Cluster/, Sources/ or Tests/;
one with a wildcard or placeholder is not checked.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
ELSEWHERE = re.compile(r"^([a-z]+:|//)")
PATH = re.compile(r"(?<![\w./-])((?:Scripts|Config|Cluster|Sources|Tests)/[\w./-]+)(.?)")
# The checks here plant paths that do not exist.
CHECKS = pathlib.Path("Scripts/check.d")
PLACEHOLDERS = set("*<{$%\\")
TEXT = {".md", ".swift", ".py", ".sh", ".yaml", ".toml", ".h", ".hpp", ".c", ".cpp", ".proto", ""}


def slug(heading):
    """Returns the anchor that GitHub gives to a heading."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip("# \n"))
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def without_code(text):
    """Blanks fenced code, in which brackets are no links and # begins a comment."""
    return re.sub(
        r"^```.*?^```", lambda match: re.sub(r"[^\n]", " ", match.group()), text, flags=re.M | re.S
    )


def anchors(path):
    return {slug(line) for line in without_code(path.read_text()).splitlines() if line[:1] == "#"}


def dead_links(root, path, text):
    for number, line in enumerate(without_code(text).splitlines(), 1):
        for match in LINK.finditer(line):
            target = match.group(1) or match.group(2)
            if ELSEWHERE.match(target):
                continue
            name, _, anchor = target.partition("#")
            file = (root / path).parent / name if name else root / path
            if not file.exists():
                yield f"{path}:{number}: there is no {name}"
            elif anchor and file.suffix == ".md" and anchor not in anchors(file):
                yield f"{path}:{number}: {name or path} has no heading #{anchor}"


def dead_paths(root, path, text):
    for number, line in enumerate(text.splitlines(), 1):
        for match in PATH.finditer(line):
            name = match.group(1).rstrip("./-")
            if match.group(2) not in PLACEHOLDERS and not (root / name).exists():
                yield f"{path}:{number}: there is no {name}"


def problems(root, paths):
    for path in paths:
        text = (root / path).read_text()
        if path.suffix == ".md":
            yield from dead_links(root, path, text)
        if path.parent != CHECKS:
            yield from dead_paths(root, path, text)


def text_files(root):
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for line in listed.splitlines():
        path = pathlib.Path(line)
        is_text = path.suffix in TEXT and "Fixtures" not in path.parts
        if is_text and path.name != "LICENSE" and (root / path).is_file():
            yield path


# Each dead link with what must be said of it, and one of each kind that is alive.
PLANTED = {
    "[a](missing.md)": "there is no missing.md",
    "[a](#nowhere)": "page.md has no heading #nowhere",
    "see `Scripts/missing`": "there is no Scripts/missing",
    "![a](missing.png)": "there is no missing.png",
}
ALIVE = "# A page, of links\n[a](#a-page-of-links) [b](page.md) `Scripts/*`\n"


def self_test():
    """Returns the planted links that were not found, and those found where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        root, page = pathlib.Path(folder), pathlib.Path("page.md")
        wrong = []
        for text, expected in PLANTED.items():
            (root / page).write_text(text + "\n")
            if not any(expected in problem for problem in problems(root, [page])):
                wrong.append(f"planted but not found: {text}")
        (root / page).write_text(ALIVE)
        wrong += problems(root, [page])
    return wrong


def main():
    if sys.argv[1:] == ["--self-test"]:
        found, summary = self_test(), f"links: found all {len(PLANTED)} planted dead links"
    else:
        paths = list(text_files(ROOT))
        found, summary = (
            list(problems(ROOT, paths)),
            f"links: all lead somewhere in {len(paths)} files",
        )
    print("\n".join(found) or summary)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
