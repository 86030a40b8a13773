import Foundation

/// A message from a worker, with ZeroMQ's information about its connection.
struct ReceivedMessage {
  /// ZeroMQ's own name of the connection, which no peer can choose.
  let connection: Data
  let sender: PeerIdentity
  /// The name that the worker has chosen.
  let name: String
  /// The file descriptor of the connection.
  let descriptor: Int32
  let payload: Data
}
