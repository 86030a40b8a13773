"""Runs jobs by Dask, with two worker processes of one thread each.

A job returns its number, or BYTES random bytes.

    dask_jobs.py [BYTES]
"""

import logging

from distributed import Client, LocalCluster

from jobs import serve_jobs


def main():
    cluster = LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        silence_logs=logging.ERROR,
    )
    client = Client(cluster)
    serve_jobs(lambda work: lambda count: client.gather(client.map(work, range(count), pure=False)))


if __name__ == "__main__":
    main()
