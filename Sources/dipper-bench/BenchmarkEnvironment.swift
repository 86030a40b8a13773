import Foundation

/// The programs and folders that the benchmarks of one run use.
struct BenchmarkEnvironment {
  /// Python with the libraries of the peers.
  let python: URL
  /// Folder of the peers' scripts.
  let peers: URL
  /// Folder of `dipper` and `dipper-worker`.
  let programs: URL
  /// Folder for temporary files, which is removed at the end of the run.
  let scratch: URL

  /// Starts the peer `script` and waits until it is ready.
  func peer(_ script: String, arguments: [String] = []) throws -> Peer {
    try Peer(python, arguments: [peers.appending(path: script).path] + arguments)
  }
}
