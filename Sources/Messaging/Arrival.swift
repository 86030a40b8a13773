import Foundation

/// Who is behind a name: the owner of an authenticated key, or without keys just that name.
struct Holder: Hashable {
  /// The key's digits; nil without keys.
  let key: String?
  /// The name; nil with a key.
  let name: String?

  init(key: String?, name: String) {
    self.key = key
    self.name = key == nil ? name : nil
  }

  /// For a log.
  var description: String { key.map { "the key \($0.prefix(16))" } ?? "no key" }
}

/// One message and all that ZeroMQ knows of where it came from.
struct Arrival {
  /// ZeroMQ's own name of the connection, which no peer can choose.
  let connection: Data
  let holder: Holder
  /// The name that the peer goes by, which it chooses.
  let name: String
  /// The connection's file descriptor.
  let descriptor: Int32
  let payload: Data
}

/// A connection with a peer, as long as it lasts.
struct Connection {
  /// ZeroMQ's own name of it.
  let name: Data
  private let descriptor: Int32
  private let address: Data

  /// The one over which something has just come.
  init(_ arrival: Arrival) {
    (name, descriptor) = (arrival.connection, arrival.descriptor)
    address = Self.address(arrival.descriptor)
  }

  /// Ends it, if it has not ended.
  ///
  /// ZeroMQ has no call for this, but closes a connection whose socket ends. The number of a socket
  /// that was closed may belong to another now, whose peer has another address.
  func hangUp() {
    guard !address.isEmpty, Self.address(descriptor) == address else { return }
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  /// The peer's address and port; nothing where there is no connection.
  private static func address(_ descriptor: Int32) -> Data {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) }
    }
    guard status == 0 else { return Data() }
    return withUnsafeBytes(of: storage) { Data($0.prefix(Int(size))) }
  }
}
