import CZeroMQ

/// Somebody's public key for CurveZMQ: who that is.
public struct PublicKey: Hashable, Sendable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// The key of these 64 digits; nil where they are something else.
  public init?(hex: String) {
    guard let bytes = keyBytes(hex) else { return nil }
    self.init(bytes)
  }

  init(_ bytes: [UInt8]) { hex = hexadecimal(bytes) }

  var bytes: [UInt8] { keyBytes(hex) ?? [] }

  /// Its first digits, enough to tell keys apart.
  public var description: String { String(hex.prefix(16)) }
}

/// The other half of a public key: whoever has it is its owner.
public struct SecretKey: Sendable {
  let bytes: [UInt8]

  init?(hex: String) {
    guard let bytes = keyBytes(hex) else { return nil }
    self.bytes = bytes
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// A new key, from the system's randomness.
  ///
  /// - Throws: `MessagingError` of code `keys` where this ZeroMQ cannot encrypt.
  public static func generate() throws -> SecretKey {
    var (open, secret) = ([CChar](repeating: 0, count: 41), [CChar](repeating: 0, count: 41))
    guard zmq_curve_keypair(&open, &secret) == 0 else {
      throw MessagingError(
        .keys, "this ZeroMQ was built without CURVE; install the one of your distribution")
    }
    return SecretKey(decoded(secret))
  }

  /// The public key that belongs to it.
  public var publicKey: PublicKey {
    var (open, secret) = ([CChar](repeating: 0, count: 41), [CChar](repeating: 0, count: 41))
    zmq_z85_encode(&secret, bytes, bytes.count)
    let status = zmq_curve_public(&open, secret)
    precondition(status == 0, "a secret key without a public one: \(systemText(zmq_errno()))")
    return PublicKey(Self.decoded(open))
  }

  var hex: String { hexadecimal(bytes) }

  private static func decoded(_ text: [CChar]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 32)
    zmq_z85_decode(&bytes, text)
    return bytes
  }
}

/// What a coordinator needs to know its workers and to be known by them.
public struct CoordinatorKeys: Sendable {
  let secret: SecretKey
  let authorized: AuthorizedKeys

  /// A coordinator that is known by `secret` and lets in whom `authorized` lists.
  public init(secret: SecretKey, authorized: AuthorizedKeys) {
    (self.secret, self.authorized) = (secret, authorized)
  }
}

/// What a worker needs to know its coordinator and to be known by it.
public struct WorkerKeys: Sendable {
  let secret: SecretKey
  let coordinator: PublicKey

  /// A worker that is known by `secret` and talks to nobody but `coordinator`.
  public init(secret: SecretKey, coordinator: PublicKey) {
    (self.secret, self.coordinator) = (secret, coordinator)
  }
}

private func keyBytes(_ hex: String) -> [UInt8]? {
  let digits = Array(hex.utf8)
  guard digits.count == 64 else { return nil }
  let values = digits.compactMap { digit -> UInt8? in
    switch digit {
    case 48...57: digit - 48
    case 97...102: digit - 87
    default: nil
    }
  }
  guard values.count == 64 else { return nil }
  return (0..<32).map { values[2 * $0] << 4 | values[2 * $0 + 1] }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef")
  return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
