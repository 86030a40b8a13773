"""Lets a peer work once for every line that it reads, and answer with numbers."""

import json
import sys
import time


def serve(works):
    """Prints an empty object when ready, then answers every line.

    The answer to a line is the result of the work of that name, with the seconds that it took.
    """
    print("{}", flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        found = works[line.strip()]() or {}
        found.setdefault("seconds", time.perf_counter() - start)
        print(json.dumps({name: float(value) for name, value in found.items()}), flush=True)
