#!/usr/bin/env python3
"""Runs dipper-bench and prints its figures beside the ratios that were recorded last.

table.py DIPPER_BENCH [--record | --list] [NAME...]
"""

import datetime
import json
import pathlib
import platform
import subprocess
import sys

RECORD = pathlib.Path(__file__).with_name("figures.json")
README = pathlib.Path(__file__).with_name("README.md")
MARK = "<!-- figures of Scripts/bench -->\n"  # stands before and after the table in README
SLOWER = 1.2  # a ratio above the recorded one by this factor is marked


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def measure(program, names):
    """Runs dipper-bench and yields every figure as soon as it is measured."""
    peers = pathlib.Path(__file__).parent / "peers"
    command = [program, "--python", sys.executable, "--peers", peers]
    with subprocess.Popen([*command, *names], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode:
        sys.exit(f"bench: dipper-bench ended with status {process.returncode}")


def row(figure, before):
    """Returns the line of the table for a figure; `before` is the recorded one, or None."""
    flag = ""
    if before:
        flag = f"{before['ratio']:.3f}"
        if figure["ratio"] > SLOWER * before["ratio"]:
            flag += " SLOWER"
    return (
        f"| {figure['name']} | {figure['value']:.4g} {figure['unit']} | "
        f"{figure['peer_value']:.4g} | {figure['ratio']:.3f} | {flag} | {figure['peer']} |"
    )


def record(figures):
    """Stores the figures, and writes them into the table of README.md."""
    RECORD.write_text(json.dumps({"processor": processor(), "figures": figures}, indent=1) + "\n")
    rows = [
        f"| `{figure['name']}` | {figure['value']:.4g} {figure['unit']} | "
        f"{figure['peer_value']:.4g} | {figure['ratio']:.2f} | {figure['peer']} | "
        f"{figure['date']} |"
        for figure in figures
    ]
    table = "\n".join(
        ["| figure | Dipper | peer | ratio | the peer | measured |", "|---" * 6 + "|", *rows]
    )
    before, _, after = README.read_text().split(MARK)
    README.write_text(f"{before}{MARK}{processor()}, 1 thread:\n\n{table}\n{MARK}{after}")


def main():
    program, *arguments = sys.argv[1:]
    if "--list" in arguments:
        sys.exit(subprocess.run([program, "measure", "--help"]).returncode)
    names = [argument for argument in arguments if not argument.startswith("-")]
    recorded = json.loads(RECORD.read_text()) if RECORD.exists() else {"figures": []}
    before = {figure["name"]: figure for figure in recorded["figures"]}
    print(f"{processor()}, {datetime.date.today()}\n")
    print("| figure | Dipper | peer | ratio | last | peer |\n|---|---|---|---|---|---|")
    found = {}
    for figure in measure(program, names):
        found[figure["name"]] = figure | {"date": str(datetime.date.today())}
        print(row(figure, before.get(figure["name"])), flush=True)
    if "--record" in arguments:
        record(list({**before, **found}.values()))
    slower = [
        name
        for name, figure in found.items()
        if name in before and figure["ratio"] > SLOWER * before[name]["ratio"]
    ]
    if slower:
        sys.exit(f"bench: more than 20 % slower than recorded: {', '.join(slower)}")


main()
