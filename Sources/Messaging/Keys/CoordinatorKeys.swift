/// A coordinator's own key and the keys that it admits.
public struct CoordinatorKeys: Sendable {
  let secret: SecretKey
  let authorized: AuthorizedKeys

  /// Creates the keys of a coordinator that owns `secret` and admits the keys in `authorized`.
  public init(secret: SecretKey, authorized: AuthorizedKeys) {
    self.secret = secret
    self.authorized = authorized
  }
}
