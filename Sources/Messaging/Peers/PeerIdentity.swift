/// The identity that owns a peer's name. It is the owner of an authenticated key or, without keys,
/// the name itself.
enum PeerIdentity: Hashable, CustomStringConvertible {
  /// The owner of the key with these hexadecimal digits.
  case key(String)
  /// A worker without a key, which is identified by its name.
  case name(String)

  init(key: String?, name: String) {
    self = key.map { .key($0) } ?? .name(name)
  }

  /// The identity as text for a log.
  var description: String {
    switch self {
    case .key(let digits): "the key \(digits.prefix(16))"
    case .name: "no key"
    }
  }
}
