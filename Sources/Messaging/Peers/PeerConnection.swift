import Foundation

/// A connection with a peer.
struct PeerConnection {
  /// ZeroMQ's own name of the connection.
  let name: Data
  private let descriptor: Int32
  private let address: Data

  /// Creates the connection over which a message has just arrived.
  init(_ message: ReceivedMessage) {
    name = message.connection
    descriptor = message.descriptor
    address = Self.address(ofDescriptor: message.descriptor)
  }

  /// Ends the connection if it is still open.
  ///
  /// ZeroMQ has no call for this, but closes a connection whose descriptor is shut down. The number
  /// of a closed descriptor may belong to another connection by now, so the peer's address is
  /// compared first.
  func shutDown() {
    guard !address.isEmpty, Self.address(ofDescriptor: descriptor) == address else { return }
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  /// Returns the peer's address and port as the system's bytes, or empty data if there is no
  /// connection.
  private static func address(ofDescriptor descriptor: Int32) -> Data {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) }
    }
    guard status == 0 else { return Data() }
    return withUnsafeBytes(of: storage) { Data($0.prefix(Int(size))) }
  }
}
