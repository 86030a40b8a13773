/// A worker's own key and the key of its coordinator.
public struct WorkerKeys: Sendable {
  let secret: SecretKey
  let coordinator: PublicKey

  /// Creates the keys of a worker that owns `secret` and connects only to the owner of
  /// `coordinator`.
  public init(secret: SecretKey, coordinator: PublicKey) {
    self.secret = secret
    self.coordinator = coordinator
  }
}
