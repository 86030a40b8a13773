import Foundation
import Messaging

/// Keys in a fresh folder, and a coordinator that demands them.
struct KeyedServer {
  let keys: KeyFolder
  let server: Messenger

  /// - Parameter workers: who gets a key and may connect.
  init(workers: [String] = ["one", "two"], limits: MessagingLimits = MessagingLimits()) throws {
    keys = try Self.freshKeys(workers: workers)
    server = try .serving(Pair.loopback, keys: try keys.coordinatorKeys(), limits: limits)
  }

  /// A worker's end under the key of `worker`.
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

  /// Keys of a coordinator and of `workers` in a folder of their own.
  static func freshKeys(workers: [String]) throws -> KeyFolder {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "dipper-keys-\(UUID().uuidString)")
    let keys = KeyFolder(folder)
    try keys.generate(workers: workers, replacing: false)
    return keys
  }
}
