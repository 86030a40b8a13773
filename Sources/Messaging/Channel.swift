/// One of the two sockets between a coordinator and a worker.
public enum Channel: Hashable, Sendable, CaseIterable {
  /// The socket for short messages that must not wait.
  case control
  /// The socket for chunks of blobs.
  case bulk
}
