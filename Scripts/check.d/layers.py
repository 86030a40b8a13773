#!/usr/bin/env python3
"""Checks the laws of the layers from the manifest and the import lines.

    Scripts/check.d/layers.py               exit 1 and one line for each violation
    Scripts/check.d/layers.py --self-test   plants each violation in a copy and sees it found

SwiftPM lets a module import every module that it reaches through others, declared or not. So the
dependencies of the manifest are true only if something compares them with the imports.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The one module that may import each foreign library.
DOORS = {
    "CTorch": "Torch",
    "CKernels": "Torch",
    "CZeroMQ": "Messaging",
    "CNIfTI": "Imaging",
    "CPNG": "Imaging",
    "CThreads": "Threads",
    "CDICOM": "Volumes",
    "CCompression": "Volumes",
    "CJPEG": "Volumes",
    "CTIFF": "Volumes",
}
# The targets that must be built and run without LibTorch.
COORDINATOR_SIDE = [
    "dipper",
    "Coordinator",
    "Launching",
    "Runs",
    "Reporting",
    "Journal",
    "Blobs",
    "Messaging",
    "Wire",
    "Simulation",
    "Scheduling",
    "Evaluation",
    "Experiments",
    "Jobs",
    "Methods",
    "Imaging",
    "Volumes",
    "Importing",
    "Errors",
]
# For each target those that it must not reach, directly or through others.
UNREACHABLE = {target: ["Torch"] for target in COORDINATOR_SIDE} | {
    "Segmentation": ["Wire", "Messaging", "Journal", "Blobs", "Scheduling", "Threads"],
    "Variational": ["Torch", "Experiments"],
    "Runs": ["Messaging", "Coordinator", "Reporting", "Launching"],
    "Reporting": ["Messaging", "Coordinator", "Launching"],
    "Coordinator": ["Torch", "Reporting", "Launching"],
    "Launching": ["Torch", "Runs", "Messaging", "Scheduling"],
    # No worker loads the libraries that only a data import or a configuration needs.
    "Worker": ["Volumes", "Experiments", "Evaluation", "Yams"],
    "dipper-worker": ["Volumes", "Experiments", "Evaluation", "Yams"],
    "Simulation": ["Coordinator", "Worker", "Wire", "Messaging", "Journal", "Blobs", "Threads"],
}
# Targets without effects: they read no clock and no file, and start no thread.
PURE = ["Jobs", "Experiments", "Scheduling", "Simulation", "Wire"]
# Their system imports. Synchronization is one, because a cache behind a lock is no visible effect.
PURE_SYSTEM = ["Swift", "Foundation", "FoundationEssentials", "Synchronization"]
EFFECTS = re.compile(
    r"\b(FileManager|FileHandle|Process|Thread|URLSession|DispatchQueue|ContinuousClock|"
    r"SystemRandomNumberGenerator|Task\.sleep|Task \{|print\(|getenv\(|Date\(\)|Date\.now"
    r"|UUID\(\))"
)

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)"
)


def manifest(root):
    """Returns folder and declared dependencies of each of the package's targets, by name."""
    text = subprocess.run(
        ["swift", "package", "dump-package"], cwd=root, check=True, capture_output=True, text=True
    ).stdout
    targets = {}
    for target in json.loads(text)["targets"]:
        folder = "Tests" if target["type"] == "test" else "Sources"
        path = target.get("path") or f"{folder}/{target['name']}"
        declared = [next(iter(d.values()))[0] for d in target["dependencies"]]
        targets[target["name"]] = (path, declared)
    return targets


def code_lines(root, path):
    """Yields position and text of every line of a target's Swift files, without comments."""
    for file in sorted((root / path).rglob("*.swift")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            yield f"{file.relative_to(root)}:{number}", line.split("//", 1)[0]


def reached(targets, start):
    """Returns the targets on which one depends, directly or through others."""
    seen, waiting = set(), [start]
    while waiting:
        for name in targets.get(waiting.pop(), ("", []))[1]:
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen


def arrow_violations(targets):
    """Finds targets that reach one that they must not."""
    for target, forbidden in UNREACHABLE.items():
        if target not in targets:
            yield f"layers: the manifest has no target {target}: correct the laws"
        for name in sorted(reached(targets, target) & set(forbidden)):
            yield f"Package.swift: {target} must not reach {name}"


def test_arrow_violations(targets):
    """Finds targets in Sources that depend on one under Tests."""
    for target, (path, declared) in targets.items():
        for name in declared:
            if path.startswith("Sources/") and targets.get(name, ("",))[0].startswith("Tests/"):
                yield f"Package.swift: {target} ships and must not depend on {name} under Tests"


def import_violations(root, targets):
    """Finds imports that are not declared or not allowed, and effects in pure targets."""
    ours = set(targets) | {name for _, declared in targets.values() for name in declared}
    for target, (path, declared) in targets.items():
        for position, line in code_lines(root, path):
            if target in PURE and (effect := EFFECTS.search(line)):
                yield f"{position}: {target} has no effects, but mentions {effect.group(1)}"
            if not (match := IMPORT.match(line)):
                continue
            name = match.group(1)
            if name in ours and name not in declared:
                yield f"{position}: {target} imports {name}, which it does not declare"
            if name in DOORS and target != DOORS[name]:
                yield f"{position}: only {DOORS[name]} may import {name}"
            if target in PURE and name not in ours and name not in PURE_SYSTEM:
                yield f"{position}: {target} has no effects and may not import {name}"


def map_violations(root, targets):
    """Finds targets of Sources without a row in the map of modules in Sources/README.md."""
    page = root / "Sources" / "README.md"
    rows = [line for line in page.read_text().splitlines() if line.startswith("|")]
    for target, (path, _) in targets.items():
        if path.startswith("Sources/") and not any(f"`{target}`" in row for row in rows):
            yield f"Sources/README.md: the map of modules has no row for {target}"


def violations(root, targets):
    return [
        *map_violations(root, targets),
        *arrow_violations(targets),
        *test_arrow_violations(targets),
        *import_violations(root, targets),
    ]


def planted(targets):
    """Yields violations to plant, and a part of the line that must be found for each.

    A violation is a line of code in a target, or a dependency between two targets.
    """
    yield "undeclared import", ("Evaluation", "import Journal"), None, "does not declare"
    yield "undeclared product", ("Imaging", "import Crypto"), None, "does not declare"
    yield "scoped import", ("Blobs", "package import struct Journal.Blob"), None, "does not declare"
    yield "foreign door", ("Segmentation", "@preconcurrency import CTorch"), None, "only Torch"
    yield "second socket", ("Coordinator", "import CZeroMQ"), None, "only Messaging"
    yield "system import", ("Scheduling", "import Glibc"), None, "may not import Glibc"
    yield "network import", ("Wire", "import FoundationNetworking"), None, "may not import"
    yield "clock", ("Scheduling", "let now = Date()"), None, "mentions Date()"
    yield "simulated clock", ("Simulation", "let now = Date()"), None, "mentions Date()"
    yield "coordinator's side", None, ("Evaluation", "Segmentation"), "dipper must not reach Torch"
    yield "segmentation", None, ("Segmentation", "Wire"), "Segmentation must not reach Wire"
    yield "yaml in a worker", None, ("Worker", "Experiments"), "dipper-worker must not reach Yams"
    yield "unmapped target", None, ("Unmapped", "Jobs"), "no row for Unmapped"
    yield "simulation", None, ("Simulation", "Journal"), "Simulation must not reach Journal"
    yield (
        "arrow into Tests",
        None,
        ("dipper-bench", "TestSupport"),
        "must not depend on TestSupport",
    )


def self_test():
    """Returns the planted violations that were not found, and the number of those planted."""
    targets = manifest(ROOT)
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        for name in ["Sources", "Tests"]:
            shutil.copytree(ROOT / name, copy / name)
        before = violations(copy, targets)
        for name, code, arrow, expected in planted(targets):
            changed = dict(targets)
            if arrow:
                path, declared = targets.get(arrow[0], (f"Sources/{arrow[0]}", []))
                changed[arrow[0]] = (path, declared + [arrow[1]])
            file = copy / targets[code[0] if code else "Wire"][0] / "Planted.swift"
            file.write_text(f"{code[1] if code else ''}\n")
            found = [v for v in violations(copy, changed) if v not in before]
            file.unlink()
            if not any(expected in violation for violation in found):
                failures.append(f"layers: planted but not found: {name}")
    return failures, len(list(planted(targets)))


def main():
    if sys.argv[1:] == ["--self-test"]:
        found, count = self_test()
        summary = f"layers: found all {count} planted violations"
    else:
        found = violations(ROOT, targets := manifest(ROOT))
        summary = f"layers: {len(targets)} targets keep the laws"
    print("\n".join(found) if found else summary)
    sys.exit(1 if found else 0)


main()
