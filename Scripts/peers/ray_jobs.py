"""Jobs that do nothing, by Ray with two worker processes."""
import os
import time

os.environ["RAY_DEDUP_LOGS"] = "0"

import ray

from peer import serve

COUNT = 3000


def main():
  ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")

  @ray.remote
  def nothing(index):
    return index

  ray.get([nothing.remote(i) for i in range(100)])

  def go():
    start = time.perf_counter()
    ray.get([nothing.remote(i) for i in range(COUNT)])
    return {"seconds": (time.perf_counter() - start) / COUNT}

  serve({"go": go})


main()
