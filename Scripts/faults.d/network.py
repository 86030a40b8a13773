#!/usr/bin/env python3
# Cuts real networks between a coordinator and its workers (needs root).
"""Cuts real networks between a coordinator and its workers and compares the scores.

    Scripts/faults network                  100 cuts, about ten minutes
    Scripts/faults network --cuts 8         a short form
    Scripts/faults network --seed 7         other moments, kinds and lengths

Each process has a network namespace of its own. Each worker has its own link and address to the
coordinator, which listens on all of them and admits only peers with a key. Cuts are symmetric (the
link is down), one-way (the packets of one side find no route), flapping, and slow (a link of
2 Mbit/s). Most are shorter than a lease, some longer. Runs of a small experiment follow one another
until all cuts are made. Each must end by itself, with the scores of an undisturbed run and with
exactly one result for each job in its journal.

Needs root, network namespaces and iproute2; without them it says so and ends with status 0. Needs
the built programs.
"""

import argparse
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Scripts" / "common.d"))
import journal  # noqa: E402

WORKERS = 3
LEASE = 10  # seconds; a worker is lost after a longer cut
CONFIGURATION = """
name: cuts
seed: 5
datasets:
  - phantom: {kind: chest, size: 64, noise: 0.02, train: 2, test: 4, seed: 4}
methods: [M1, M3, M4, TV, Elastica, DIP]
preparation: {size: 64}
network: {vm_width: 8, dip_width: 16, noise_channels: 8}
training: {epochs: 400, checkpoint_every: 40}
elastica: {maximum_iterations: 10}
report: {panels: 0}
"""


def sh(*words, check=True):
    return subprocess.run(words, check=check, capture_output=True, text=True)


class Network:
    """Makes a namespace for the coordinator and for each worker, with a link to each worker."""

    def __init__(self, tag):
        self.names = [f"{tag}-{index}" for index in range(WORKERS + 1)]
        self.head = self.names[0]
        for name in self.names:
            sh("ip", "netns", "add", name)
            self.inside(name, "ip", "link", "set", "lo", "up")
        for index, name in enumerate(self.names[1:], start=1):
            near, far = self.link(index)
            sh("ip", "link", "add", near, "type", "veth", "peer", "name", far)
            for device, namespace, host in ((near, self.head, 1), (far, name, 2)):
                sh("ip", "link", "set", device, "netns", namespace)
                self.inside(
                    namespace, "ip", "addr", "add", f"10.203.{index}.{host}/24", "dev", device
                )
                self.inside(namespace, "ip", "link", "set", device, "up")

    def link(self, index):
        return f"{self.names[0]}h{index}", f"{self.names[0]}w{index}"

    def inside(self, name, *words, check=True):
        return sh("ip", "netns", "exec", name, *words, check=check)

    def start(self, name, log, *words):
        with open(log, "a") as output:
            return subprocess.Popen(
                ["ip", "netns", "exec", name, *map(str, words)],
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    def remove(self):
        for name in self.names:
            sh("ip", "netns", "del", name, check=False)

    # The following methods each cut a link and restore it.

    def down(self, index, seconds):
        device = self.link(index)[1]
        self.inside(self.names[index], "ip", "link", "set", device, "down")
        time.sleep(seconds)
        self.inside(self.names[index], "ip", "link", "set", device, "up")

    def deaf(self, index, seconds):
        """Drops the packets from the coordinator to a worker."""
        self.without_route(self.head, f"10.203.{index}.2", seconds)

    def mute(self, index, seconds):
        """Drops the packets from a worker to the coordinator."""
        self.without_route(self.names[index], f"10.203.{index}.1", seconds)

    def without_route(self, name, address, seconds):
        self.inside(name, "ip", "route", "add", "blackhole", f"{address}/32")
        time.sleep(seconds)
        self.inside(name, "ip", "route", "del", "blackhole", f"{address}/32")

    def flap(self, index, seconds):
        for _ in range(max(2, int(seconds / 0.4))):
            self.down(index, 0.2)
            time.sleep(0.2)

    def slow(self, index, seconds):
        device = self.link(index)[1]
        shape = (
            "tc",
            "qdisc",
            "add",
            "dev",
            device,
            "root",
            "tbf",
            "rate",
            "2mbit",
            "burst",
            "16kb",
            "latency",
            "300ms",
        )
        if self.inside(self.names[index], *shape, check=False).returncode != 0:
            self.down(index, seconds)  # the kernel lacks that queue
            return
        time.sleep(seconds)
        self.inside(self.names[index], "tc", "qdisc", "del", "dev", device, "root")


class Run:
    """Runs the experiment once, with workers behind links that can be cut."""

    def __init__(self, network, programs, folder, number):
        self.network, self.programs, self.folder = network, programs, folder
        self.state = folder / f"run-{number}"
        self.log = folder / f"run-{number}.log"
        keys = folder / "keys"
        self.coordinator = network.start(
            network.head,
            self.log,
            programs / "dipper",
            "coordinator",
            folder / "cuts.yaml",
            "--listen",
            "tcp://0.0.0.0:7077",
            "--state",
            self.state,
            "--keys",
            keys,
        )
        self.workers = {}
        for index in range(1, WORKERS + 1):
            self.start_worker(index)

    def start_worker(self, index):
        self.workers[index] = self.network.start(
            self.network.names[index],
            self.folder / f"worker-{index}.log",
            self.programs / "dipper-worker",
            "--connect",
            f"tcp://10.203.{index}.1:7077",
            "--cache",
            self.folder / f"cache-{index}",
            "--keys",
            self.folder / "keys" / "workers" / f"node{index}",
        )

    @property
    def is_over(self):
        return self.coordinator.poll() is not None

    def finish(self, limit):
        """Waits for the coordinator to end, stops the workers, and returns its exit status."""
        status = self.coordinator.wait(timeout=limit)
        for worker in self.workers.values():
            worker.terminate()
            try:
                worker.wait(timeout=20)
            except subprocess.TimeoutExpired:
                worker.kill()
        return status

    def results_per_job(self):
        """Returns the number of results in the journal for each job."""
        entries = journal.entries(self.state)
        return {
            job: sum(entry.kind == "completed" and entry.job == job for entry in entries)
            for job in {entry.job for entry in entries}
        }

    def count(self, text):
        return self.log.read_text().count(text)


def scores(state):
    """Returns the lines of scores.csv without the columns that may differ."""
    lines = (state / "report" / "scores.csv").read_text().splitlines()
    return [",".join(line.split(",")[:5] + line.split(",")[6:7]) for line in lines]


def prepare(programs, folder):
    (folder / "cuts.yaml").write_text(CONFIGURATION)
    sh(
        programs / "dipper",
        "keygen",
        "--keys",
        folder / "keys",
        *[f"node{index}" for index in range(1, WORKERS + 1)],
    )
    undisturbed = folder / "undisturbed"
    sh(programs / "dipper", "run", folder / "cuts.yaml", "-j", "2", "--out", undisturbed)
    return scores(undisturbed)


def cut(network, generator):
    """Cuts one link once, and returns the kind of the cut."""
    kind = generator.choice(["down", "deaf", "mute", "flap", "slow"])
    is_long = kind != "flap" and generator.random() < 0.15
    seconds = generator.uniform(LEASE + 2, LEASE + 6) if is_long else generator.uniform(0.1, 4)
    index = generator.randint(1, WORKERS)
    getattr(network, kind)(index, seconds)
    return f"{kind} {'long' if is_long else 'short'}"


def may_make_namespaces():
    """Returns whether this process may make namespaces; root may not in some containers."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return False
    probe = f"dip{os.getpid() % 10000}probe"
    steps = [
        ("netns", "add", probe),
        ("-n", probe, "link", "add", "one", "type", "veth", "peer", "name", "other"),
    ]
    made = all(
        subprocess.run(["ip", *step], capture_output=True, check=False).returncode == 0
        for step in steps
    )
    subprocess.run(["ip", "netns", "delete", probe], capture_output=True, check=False)
    return made


def main():
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--cuts", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--programs", type=pathlib.Path, default=ROOT / ".build" / "release")
    options = arguments.parse_args()
    if not may_make_namespaces():
        print("network: skipped: it needs root, network namespaces and iproute2's ip")
        return 0
    generator = random.Random(options.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dipper-cuts-"))
    network = Network(f"dip{os.getpid() % 10000}")
    try:
        return run_cuts(options, generator, folder, network)
    finally:
        network.remove()
        shutil.rmtree(folder, ignore_errors=True)


def run_cuts(options, generator, folder, network):
    cuts, expected = options.cuts, prepare(options.programs, folder)
    print(f"network: {len(expected) - 1} scores of an undisturbed run", flush=True)
    kinds, problems, number, lost, superseded = {}, [], 0, 0, 0
    while sum(kinds.values()) < cuts and not problems:
        number += 1
        run = Run(network, options.programs, folder, number)
        while not run.is_over and sum(kinds.values()) < cuts:
            time.sleep(generator.uniform(0.1, 1))
            kind = cut(network, generator)
            kinds[kind] = kinds.get(kind, 0) + 1
            for index, worker in run.workers.items():
                if worker.poll() not in (None, 0) and not run.is_over:
                    problems.append(f"worker {index} ended with status {worker.returncode}")
        status = run.finish(600)
        lost, superseded = lost + run.count(" lost: "), superseded + run.count("late answer")
        if status != 0:
            problems.append(f"run {number} ended with status {status}")
        elif scores(run.state) != expected:
            problems.append(f"run {number} has other scores")
        doubled = {job: count for job, count in run.results_per_job().items() if count != 1}
        if doubled:
            problems.append(f"run {number}: jobs without exactly one result: {doubled}")
        print(
            f"network: run {number}: status {status}, cuts so far: {sum(kinds.values())}, "
            f"lost: {lost}, late answers: {superseded}",
            flush=True,
        )
        if problems:
            print(run.log.read_text()[-4000:])
    for kind, count in sorted(kinds.items()):
        print(f"network: {count:4d} x {kind}")
    for problem in problems:
        print(f"network: FAILED: {problem}")
    if not problems:
        print(
            f"network: cuts: {sum(kinds.values())}, runs: {number}; one result for each "
            "job, the same scores"
        )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
