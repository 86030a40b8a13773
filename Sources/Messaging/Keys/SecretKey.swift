import CZeroMQ
import Errors

/// The secret half of a key pair for CurveZMQ.
public struct SecretKey: Sendable {
  let bytes: [UInt8]

  init?(hex: String) {
    guard let bytes = [UInt8](keyDigits: hex) else { return nil }
    self.bytes = bytes
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Generates a key from the system's randomness.
  ///
  /// - Throws: `DipperError` of code `keysInvalid` if this ZeroMQ cannot encrypt.
  public static func generate() throws -> SecretKey {
    var publicText = Self.emptyText
    var secretText = Self.emptyText
    guard zmq_curve_keypair(&publicText, &secretText) == 0 else {
      throw DipperError(
        .keysInvalid,
        "this ZeroMQ was built without CURVE; install the one of your distribution")
    }
    return SecretKey(decoded(secretText))
  }

  /// The public half of the pair.
  public var publicKey: PublicKey {
    var publicText = Self.emptyText
    var secretText = Self.emptyText
    zmq_z85_encode(&secretText, bytes, bytes.count)
    let status = zmq_curve_public(&publicText, secretText)
    precondition(status == 0, "a secret key without a public one: \(errorText(zmq_errno()))")
    return PublicKey(Self.decoded(publicText))
  }

  var hex: String { bytes.hexadecimal }

  /// A buffer for a key in Z85, ZeroMQ's encoding with 40 characters, and the terminating zero.
  private static var emptyText: [CChar] { [CChar](repeating: 0, count: 41) }

  private static func decoded(_ text: [CChar]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 32)
    zmq_z85_decode(&bytes, text)
    return bytes
  }
}
