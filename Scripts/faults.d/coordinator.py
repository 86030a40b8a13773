#!/usr/bin/env python3
# Kills a real coordinator at random moments, and cuts its journal after every record.
"""Kills a real coordinator at random moments, and cuts its journal after every record.

    Scripts/faults coordinator                       500 kills, every cut; about half an hour
    Scripts/faults coordinator --kills 5 --cuts 5    a short form; cuts all over the journal
    Scripts/faults coordinator --seed 7              the same moments again

A worker computes a small experiment of all seven methods while its coordinator is killed by signal
9 and started again, many times. Then the journal of a run is cut after every record, and the log of
a killed run after every frame, and the run is resumed from there. Each time no announced result may
be lost, none may be computed twice, and the scores must be those of an undisturbed run; otherwise
the exit status is 1. Needs the built programs (Scripts/test builds them).
"""

import argparse
import collections
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Scripts" / "common.d"))
import journal  # noqa: E402

CONFIGURATION = """
name: small
seed: 3
datasets:
  - phantom: {kind: chest, size: 64, noise: 0.02, train: 2, test: 2, seed: 4}
preparation: {size: 64}
network: {vm_width: 4, dip_width: 8, noise_channels: 4}
training: {epochs: 40, checkpoint_every: 4}
elastica: {maximum_iterations: 4}
report: {panels: 0}
"""
WAL_HEADER, WAL_FRAME = 32, 24 + 4096


class ViolationError(Exception):
    """Reports that a promise was broken."""


def require(condition, text):
    if not condition:
        raise ViolationError(text)


class Experiment:
    """Holds the experiment and the scores of its undisturbed run."""

    def __init__(self, programs, folder):
        self.programs, self.folder = programs, folder
        self.configuration = folder / "small.yaml"
        self.configuration.write_text(CONFIGURATION)
        self.undisturbed = folder / "undisturbed"
        self.run(self.undisturbed)
        self.scores = scores(self.undisturbed)

    def run(self, state):
        """Runs the experiment in run directory `state` to its end, with one worker."""
        done = subprocess.run(
            [self.programs / "dipper", "run", self.configuration, "-j", "1", "--out", state],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        require(
            done.returncode == 0, f"the run in {state} ended with {done.returncode}:\n{done.stderr}"
        )

    def coordinator(self, state, port, log):
        return subprocess.Popen(
            [
                self.programs / "dipper",
                "coordinator",
                self.configuration,
                "--listen",
                f"tcp://127.0.0.1:{port}",
                "--state",
                state,
            ],
            stdout=log,
            stderr=log,
        )

    def worker(self, port, cache, log):
        return subprocess.Popen(
            [
                self.programs / "dipper-worker",
                "--connect",
                f"tcp://127.0.0.1:{port}",
                "--cache",
                cache,
                "--connect-timeout",
                "120",
            ],
            stdout=log,
            stderr=log,
        )


def scores(state):
    """Returns the lines of scores.csv without the columns that may differ."""
    lines = (state / "report" / "scores.csv").read_text().splitlines()
    return [",".join(line.split(",")[:5] + line.split(",")[6:7]) for line in lines]


def completed(state):
    """Returns the jobs that the journal records as completed."""
    return [entry.job for entry in journal.entries(state) if entry.kind == "completed"]


def check_once(state, what):
    counts = collections.Counter(completed(state))
    twice = [job[:12] for job, count in counts.items() if count > 1]
    require(not twice, f"{what}: completed more than once: {twice}")


def kill_phase(experiment, kills, generator):
    killed = runs = 0
    while killed < kills:
        runs += 1
        state = experiment.folder / f"killed-{runs}"
        port = generator.randrange(20000, 32000, 2)
        with (
            open(experiment.folder / f"coordinator-{runs}.log", "w+") as coordinator_log,
            open(experiment.folder / f"worker-{runs}.log", "w+") as worker_log,
        ):
            worker = experiment.worker(port, experiment.folder / f"cache-{runs}", worker_log)
            try:
                killed += kill_until_done(
                    experiment, state, port, coordinator_log, generator, kills - killed
                )
                require(worker.wait(timeout=60) == 0, f"the worker of run {runs} ended badly")
            finally:
                worker.kill()
                worker.wait()
            require(scores(state) == experiment.scores, f"run {runs}: other scores")
            check_once(state, f"run {runs}")
            worker_log.seek(0)
            labels = re.findall(r"^\S+ (.*): done in", worker_log.read(), re.MULTILINE)
            twice = [label for label, count in collections.Counter(labels).items() if count > 1]
            require(not twice, f"run {runs}: computed twice: {twice}")
            require(
                len(labels) == len(completed(state)),
                f"run {runs}: the journal has other results than the worker sent",
            )
        shutil.rmtree(state)
        print(
            f"coordinator: kills: {killed}, runs: {runs}, results: {len(labels)}; "
            "none lost, none computed twice, same scores",
            flush=True,
        )


def kill_until_done(experiment, state, port, log, generator, most):
    """Kills and restarts the coordinator until the run is done; returns the number of kills."""
    killed, known = 0, set()
    while True:
        coordinator = experiment.coordinator(state, port, log)
        timeout_s = generator.uniform(0, 2.5) if killed < most else 120
        try:
            status = coordinator.wait(timeout=timeout_s)
            require(status == 0, f"a coordinator ended with {status}: see {log.name}")
            return killed
        except subprocess.TimeoutExpired:
            require(killed < most, "an undisturbed coordinator did not end")
            coordinator.send_signal(signal.SIGKILL)
            coordinator.wait()
            killed += 1
        now = set(completed(state))
        require(known <= now, f"results were lost by kill {killed} in {state}")
        log.flush()
        announced = len(re.findall(r" done in ", pathlib.Path(log.name).read_text()))
        require(len(now) >= announced, f"{announced} results were announced, {len(now)} are kept")
        known = now


def resume(experiment, state, what):
    """Resumes a run from a cut journal, and checks that no recorded job is computed again."""
    before = journal.entries(state)
    done = {entry.job for entry in before if entry.kind == "completed"}
    experiment.run(state)
    require(scores(state) == experiment.scores, f"{what}: other scores")
    check_once(state, what)
    again = [
        entry.job[:12]
        for entry in journal.entries(state)[len(before) :]
        if entry.kind == "leased" and entry.job in done
    ]
    require(not again, f"{what}: handed out again: {again}")
    shutil.rmtree(state)


def copy(state, target):
    """Copies a run directory without its reports and logs."""
    shutil.copytree(
        state,
        target,
        ignore=shutil.ignore_patterns(
            "report", "masks", "figures", "logs", "cache", "control.sock", "*-shm"
        ),
    )
    return target


def spread(count, most):
    """Returns positions from 0 to `count` at which to cut: all, or at most `most` of them."""
    if most is None or most > count:
        return list(range(count + 1))
    return sorted({round(index * count / max(1, most - 1)) for index in range(most)})


def record_phase(experiment, most):
    records = len(journal.entries(experiment.undisturbed))
    cuts = spread(records, most)
    for cut in cuts:
        state = copy(experiment.undisturbed, experiment.folder / f"cut-{cut}")
        database = sqlite3.connect(state / "journal.sqlite")
        database.execute("DELETE FROM event WHERE sequence > ?", (cut,))
        database.commit()
        database.close()
        resume(experiment, state, f"cut after record {cut}")
    print(
        f"coordinator: journal cut after {len(cuts)} of {records + 1} "
        "records, none lost, none handed out again, same scores",
        flush=True,
    )


def log_phase(experiment, most, generator):
    """Cuts the log of a coordinator that was killed, between frames and within them."""
    state = experiment.folder / "torn"
    port = generator.randrange(20000, 32000, 2)
    with open(experiment.folder / "torn.log", "w") as log:
        worker = experiment.worker(port, experiment.folder / "cache-torn", log)
        coordinator = experiment.coordinator(state, port, log)
        deadline = time.monotonic() + 60
        while len(completed(state)) < 6 and time.monotonic() < deadline:
            time.sleep(0.01)
        for process in (coordinator, worker):
            process.kill()
            process.wait()
    size = (state / "journal.sqlite-wal").stat().st_size
    frames = (size - WAL_HEADER) // WAL_FRAME
    cuts = spread(frames, most)
    for frame in cuts:
        target = copy(state, experiment.folder / f"torn-{frame}")
        inside = generator.randrange(WAL_FRAME) if frame < frames else 0
        os.truncate(target / "journal.sqlite-wal", WAL_HEADER + frame * WAL_FRAME + inside)
        resume(experiment, target, f"log cut in frame {frame}")
    print(
        f"coordinator: log of a killed coordinator cut in {len(cuts)} of {frames + 1} frames, "
        "none lost, none handed out again, same scores",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--cuts", type=int, default=None, help="of each kind (default: all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / ".build" / "release")
    options = parser.parse_args()
    generator = random.Random(options.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dipper-faults-"))
    try:
        experiment = Experiment(options.programs, folder)
        kill_phase(experiment, options.kills, generator)
        record_phase(experiment, options.cuts)
        log_phase(experiment, options.cuts, generator)
    except ViolationError as violation:
        print(
            f"coordinator: VIOLATION (seed {options.seed}): {violation}\nleft in {folder}",
            file=sys.stderr,
        )
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
