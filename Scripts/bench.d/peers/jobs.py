"""Defines the jobs by which job queues are compared."""

import sys
import time

import numpy

from peer import serve

NUMBERS = 3000  # jobs that return a number
RESULTS = 400  # jobs that return bytes; all results are in memory at once


def serve_jobs(submitted):
    """Answers with the mean time of a job.

    `submitted(work)` must return a function that runs `count` jobs and returns their results.
    """
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 0

    def work(index):
        return numpy.random.default_rng().bytes(size) if size else index

    run = submitted(work)
    count = RESULTS if size else NUMBERS
    run(100)

    def go():
        start = time.perf_counter()
        results = run(count)
        seconds = time.perf_counter() - start
        assert not size or {len(result) for result in results} == {size}
        return {"seconds": seconds / count}

    serve({"go": go})
