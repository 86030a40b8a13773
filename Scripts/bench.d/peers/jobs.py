"""The jobs that systems which hand out jobs are compared by."""

import sys
import time

import numpy

from peer import serve

NUMBERS = 3000  # jobs that return a number
RESULTS = 400  # jobs that return bytes: all are held at once


def serve_jobs(submitted):
    """Serves the time of a job. `submitted(work)` returns what hands out `count` jobs and waits for
    their results."""
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
