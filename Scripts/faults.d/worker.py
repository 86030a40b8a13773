#!/usr/bin/env python3
# Kills, freezes and starves workers in the middle of real M3 and DIP jobs.
"""Kills, freezes and starves workers in the middle of real M3 and DIP jobs.

    Scripts/faults worker                  200 kills, 20 freezes, 10 minutes of load
    Scripts/faults worker --kills 4 --freezes 2 --load 0      a short form
    Scripts/faults worker --seed 7         the same moments again
    Scripts/faults worker --slack 5        on a machine that is busy with other things

Three workers compute a training of M3 and fits of DIP on images of 128 x 128. Many times, those
that compute are killed by signal 9 and replaced. The digests of all results must be those of an
undisturbed run, and the work lost, from the last checkpoint that the coordinator had until the
kill, at most 2 seconds or a hundredth of the job, whichever is more. Prints the work lost, the time
until the coordinator noticed it, and the time until a spare worker continued the job.

Then workers are frozen. The coordinator must notice within 3 seconds, must not declare a worker
lost that continues before its lease ends, and must replace one that does not. Then 20 busy loops
compete with the workers for the processors, and no worker may be declared lost. The exit status is
1 if any of this is violated. Needs the built programs (Scripts/test builds them).
"""

import argparse
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Scripts" / "common.d"))
import journal  # noqa: E402

CONFIGURATION = """
name: real
seed: 3
datasets:
  - phantom: {{kind: chest, size: 128, noise: 0.03, train: 2, test: {test}, seed: 4}}
methods: [M3, DIP]
preparation: {{size: 128}}
network: {{dip_width: 32}}
training: {{epochs: {epochs}, checkpoint_every: 1000}}
report: {{panels: 0}}
"""
WORKERS = 3
NOTICE, LEASE, RESTART = 3.0, 10.0, 0.2  # seconds
ENDLESS = 10**6  # steps of a job that takes longer than its test


class ViolationError(Exception):
    """Reports that a promise was broken."""


def require(condition, text):
    if not condition:
        raise ViolationError(text)


def digests(state):
    """Returns the digests of the outputs of every finished job, by job."""
    entries = journal.entries(state)
    return {entry.job: entry.digests for entry in entries if entry.kind == "completed"}


def durations(state):
    """Returns the seconds from lease to result of each job of an undisturbed run."""
    leased, seconds = {}, {}
    for entry in journal.entries(state):
        if entry.kind == "leased":
            leased[entry.job] = entry.time
        elif entry.kind == "completed":
            seconds[entry.job] = entry.time - leased[entry.job]
    return seconds


def running(state):
    """Returns by worker the job that it computes."""
    holders = {}
    for entry in journal.entries(state):
        if entry.kind == "leased":
            holders[entry.job] = entry.worker
        elif entry.kind in ("completed", "failed", "lost", "released"):
            holders.pop(entry.job, None)
    return {worker: job for job, worker in holders.items()}


class Cluster:
    """Runs a coordinator and its workers, and records when workers were killed."""

    def __init__(self, programs, folder, configuration, state, generator):
        self.programs, self.folder, self.state = programs, folder, state
        self.port = generator.randrange(20000, 32000, 2)
        self.log = open(folder / f"{state.name}.log", "w")  # noqa: SIM115  # closed by close()
        self.started = 0
        self.kills = []
        self.coordinator = subprocess.Popen(
            [
                programs / "dipper",
                "coordinator",
                configuration,
                "--listen",
                f"tcp://127.0.0.1:{self.port}",
                "--state",
                state,
            ],
            stdout=self.log,
            stderr=self.log,
        )
        self.workers = {}
        for _ in range(WORKERS):
            self.start()

    def start(self):
        name = f"w{self.started}"
        self.started += 1
        self.workers[name] = subprocess.Popen(
            [
                self.programs / "dipper-worker",
                "--connect",
                f"tcp://127.0.0.1:{self.port}",
                "--name",
                name,
                "--cache",
                self.folder / "cache",
            ],
            stdout=self.log,
            stderr=self.log,
        )

    def kill_busy(self):
        """Kills and replaces every worker that computes; returns their number."""
        victims = 0
        for full, job in running(self.state).items():
            name = full.split("-")[0]
            process = self.workers.pop(name, None)
            if process is None:
                continue
            process.kill()
            self.kills.append((time.time(), job, full))
            process.wait()
            self.start()
            victims += 1
        return victims

    def log_text(self):
        return pathlib.Path(self.log.name).read_text()

    def close(self):
        for process in [self.coordinator, *self.workers.values()]:
            process.kill()
            process.wait()
        self.log.close()


def losses(state, kills, seconds):
    """Yields for each kill that met a job: work lost, its bound, and two delays, all in seconds.

    The first delay ends when the coordinator notices, the second when another worker continues.
    """
    entries = journal.entries(state)
    for moment, job, worker in kills:
        own = [entry for entry in entries if entry.job == job]
        before = [entry for entry in own if entry.time <= moment]
        saved = [entry.time for entry in before if entry.kind in ("leased", "checkpointed")]
        lost = [entry.time for entry in own if entry.kind == "lost" and entry.worker == worker]
        if any(entry.kind == "completed" for entry in before) or not saved or not lost:
            continue
        again = [entry.time for entry in own if entry.kind == "leased" and entry.time >= lost[0]]
        yield (
            moment - saved[-1],
            max(2.0, seconds[job] / 100),
            lost[0] - moment,
            again[0] - lost[0] if again else None,
        )


def kill_workers(options, folder, generator):
    configuration = folder / "real.yaml"
    configuration.write_text(CONFIGURATION.format(epochs=options.epochs, test=options.test))
    undisturbed = folder / "undisturbed"
    subprocess.run(
        [options.programs / "dipper", "run", configuration, "-j", "2", "--out", undisturbed],
        check=True,
        capture_output=True,
        timeout=1800,
    )
    wanted, seconds = digests(undisturbed), durations(undisturbed)
    # Intervals below the longest job's time let most kills meet a job.
    longest = max(1.0, min(8.0, 0.7 * max(seconds.values())))
    total, runs, figures = 0, 0, []
    while total < options.kills:
        runs += 1
        state = folder / f"rough-{runs}"
        cluster = Cluster(options.programs, folder, configuration, state, generator)
        try:
            while cluster.coordinator.poll() is None:
                time.sleep(generator.uniform(0.8, longest))
                if cluster.coordinator.poll() is None and total < options.kills:
                    total += cluster.kill_busy()
            require(
                cluster.coordinator.returncode == 0,
                f"a coordinator ended badly: {cluster.log.name}",
            )
        finally:
            cluster.close()
        require(digests(state) == wanted, f"run {runs}: other digests, after {total} kills")
        figures += losses(state, cluster.kills, seconds)
        shutil.rmtree(state)
        print(f"worker: kills: {total}, runs: {runs}; the same digests each time", flush=True)
    return figures


def report(figures, slack):
    require(figures, "no kill met a job under way: nothing was measured")
    lost = sorted(figure[0] for figure in figures)
    restarts = sorted(figure[3] for figure in figures if figure[3] is not None)
    print(
        f"worker: kills that met a job: {len(lost)}; "
        f"work lost: median {lost[len(lost) // 2]:.2f} s, "
        f"most {lost[-1]:.2f} s (bounds from {min(f[1] for f in figures):.1f} s)"
    )
    print(
        f"worker: seen as lost after {max(f[2] for f in figures):.1f} s at most; a worker went "
        f"on {restarts[len(restarts) // 2]:.3f} s after that (median), {restarts[-1]:.3f} s at "
        "most"
    )
    over = [
        f"{figure[0]:.2f} s of {figure[1]:.2f} s"
        for figure in figures
        if figure[0] > figure[1] + slack
    ]
    require(not over, f"more work was lost than promised, {len(over)} times: {over[:5]}")
    require(restarts[-1] <= RESTART + slack, f"a spare went on only after {restarts[-1]:.3f} s")


def await_state(what, seconds, condition):
    """Waits until `condition` holds, for at most `seconds`; returns the seconds that it took."""
    start = time.monotonic()
    while not condition():
        require(time.monotonic() - start < seconds, f"waited {seconds} s in vain for {what}")
        time.sleep(0.005)
    return time.monotonic() - start


def start_endless(options, folder, name, generator):
    """Starts a coordinator and workers whose jobs do not end by themselves."""
    configuration = folder / f"{name}.yaml"
    configuration.write_text(CONFIGURATION.format(epochs=ENDLESS, test=WORKERS))
    cluster = Cluster(options.programs, folder, configuration, folder / name, generator)
    await_state("work on every worker", 60, lambda: len(running(cluster.state)) == WORKERS)
    return cluster


def freeze_workers(options, folder, generator):
    cluster = start_endless(options, folder, "frozen", generator)
    notices, losses = [], 0
    try:
        for number in range(options.freezes):
            outlasts_lease = number % 2 == 1
            notices.append(freeze_one(cluster, outlasts_lease, options.slack, generator))
            losses += outlasts_lease
            await_state("work on every worker", 30, lambda: len(running(cluster.state)) == WORKERS)
    finally:
        cluster.close()
    print(
        f"worker: freezes: {options.freezes}; noticed after {max(notices):.2f} s at most; "
        f"{losses} outlasted the lease, and only then was the worker lost",
        flush=True,
    )


def freeze_one(cluster, outlasts_lease, slack, generator):
    """Freezes one worker and wakes it; returns the seconds until the coordinator noticed."""
    full = generator.choice(sorted(running(cluster.state)))
    process = cluster.workers[full.split("-")[0]]
    read_before, known = len(cluster.log_text()), len(journal.entries(cluster.state))
    process.send_signal(signal.SIGSTOP)
    await_state(
        "notice of the silence",
        NOTICE * 2 + slack,
        lambda: f"worker {full} has been silent" in cluster.log_text()[read_before:],
    )
    silence = last_silence(cluster.log_text()[read_before:])
    require(silence <= NOTICE + slack, f"noticed after {silence} s only")
    if outlasts_lease:
        await_state(
            "the end of the lease",
            LEASE * 1.5 + slack,
            lambda: lost_by(full, cluster.state, known),
        )
    process.send_signal(signal.SIGCONT)
    time.sleep(2)
    require(
        outlasts_lease == lost_by(full, cluster.state, known),
        f"{full} was {'not ' if outlasts_lease else ''}declared lost",
    )
    return silence


def last_silence(text):
    """Returns the last duration of a silence in the coordinator's log, in seconds."""
    return float(re.findall(r"has been silent for ([0-9.]+) s", text)[-1])


def lost_by(worker, state, known):
    """Returns whether the worker was declared lost after the first `known` events."""
    later = journal.entries(state)[known:]
    return any(entry.kind == "lost" and entry.worker == worker for entry in later)


def starve_workers(options, folder, generator):
    cluster = start_endless(options, folder, "starved", generator)
    entries = []
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(20)]
    try:
        end = time.monotonic() + options.load
        while time.monotonic() < end:
            time.sleep(1)
            entries = journal.entries(cluster.state)
            lost = [entry.worker for entry in entries if entry.kind == "lost"]
            require(not lost, f"a worker was declared lost that was only slow: {lost}")
            require(cluster.coordinator.poll() is None, "the coordinator ended")
        load = os.getloadavg()[0]
        checkpoints = sum(entry.kind == "checkpointed" for entry in entries)
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()
        cluster.close()
    silences = pathlib.Path(cluster.log.name).read_text().count("has been silent")
    print(
        f"worker: {options.load:.0f} s at load average {load:.0f}: no worker lost, {silences} "
        f"silences, {checkpoints} checkpoints",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--freezes", type=int, default=20)
    parser.add_argument("--load", type=float, default=600, help="seconds under load")
    parser.add_argument("--epochs", type=int, default=200, help="number of steps of a job")
    parser.add_argument("--test", type=int, default=1, help="number of images to fit")
    parser.add_argument(
        "--slack", type=float, default=0, help="seconds more that it may take or lose"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / ".build" / "release")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dipper-faults-"))
    try:
        generator = random.Random(options.seed)
        if options.kills:
            report(kill_workers(options, folder, generator), options.slack)
        if options.freezes:
            freeze_workers(options, folder, generator)
        if options.load:
            starve_workers(options, folder, generator)
    except ViolationError as violation:
        print(
            f"worker: VIOLATION (seed {options.seed}): {violation}\nleft in {folder}",
            file=sys.stderr,
        )
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
