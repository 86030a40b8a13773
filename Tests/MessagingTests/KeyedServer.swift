import Foundation
import Messaging

/// A coordinator with keys in a folder of its own.
struct KeyedServer {
  let keys: KeyFolder
  let server: Messenger

  /// - Parameter workers: the names of the workers that get a key and may connect.
  init(workers: [String] = ["one", "two"], limits: MessagingLimits = MessagingLimits()) throws {
    keys = try Self.freshKeys(workers: workers)
    server = try .serving(.freeLoopback, keys: try keys.coordinatorKeys(), limits: limits)
  }

  /// Connects a worker with the key of `worker`.
  func client(
    _ worker: String, as name: String? = nil, limits: MessagingLimits = MessagingLimits()
  ) throws -> Messenger {
    try .connecting(
      to: server.endpoint, as: name ?? worker, keys: try keys.worker(worker).workerKeys(),
      limits: limits)
  }

  func close() {
    server.close()
    try? FileManager.default.removeItem(at: keys.folder)
  }

  /// Generates keys of a coordinator and of `workers` in a new folder.
  static func freshKeys(workers: [String]) throws -> KeyFolder {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "dipper-keys-\(UUID().uuidString)")
    let keys = KeyFolder(folder)
    try keys.generate(workers: workers, replacing: false)
    return keys
  }
}
