"""Jobs that do nothing, by Dask with two worker processes of a thread each."""
import time

from distributed import Client, LocalCluster

from peer import serve

COUNT = 3000


def nothing(index):
  return index


def main():
  cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
  client = Client(cluster)
  client.gather(client.map(nothing, range(100), pure=False))

  def go():
    start = time.perf_counter()
    client.gather(client.map(nothing, range(COUNT), pure=False))
    return {"seconds": (time.perf_counter() - start) / COUNT}

  serve({"go": go})


if __name__ == "__main__":
  main()
