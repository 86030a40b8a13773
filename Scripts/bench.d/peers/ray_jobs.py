"""Runs jobs by Ray, with two worker processes. A job returns its number, or BYTES random bytes.

ray_jobs.py [BYTES]
"""

import os

os.environ["RAY_DEDUP_LOGS"] = "0"

import ray

from jobs import serve_jobs


def main():
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")

    def submitted(work):
        remote = ray.remote(work)
        return lambda count: ray.get([remote.remote(i) for i in range(count)])

    serve_jobs(submitted)


main()
