"""What all peers share: they work once for every line that they read, and answer with numbers."""

import json
import sys
import time


def serve(works):
    """Says that it is ready; then answers every line with what the work of that name returns, and how
    many seconds it took."""
    print("{}", flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        found = works[line.strip()]() or {}
        found.setdefault("seconds", time.perf_counter() - start)
        print(json.dumps({name: float(value) for name, value in found.items()}), flush=True)
