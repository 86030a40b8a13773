import Errors

extension DipperError.Domain {
  /// The errors of bytes that are decoded as messages.
  public static let wire = Self("wire")
}

extension DipperError.Code {
  /// The sender uses another version of the protocol.
  public static let protocolVersionUnknown = Self(.wire, name: "protocol-version-unknown")
  /// The bytes are not a message, or the message lacks a required part.
  public static let messageMalformed = Self(.wire, name: "message-malformed")
  /// A part of the message is longer, larger, smaller or more numerous than `WireLimits` allows.
  public static let messageOutOfLimits = Self(.wire, name: "message-out-of-limits")
  /// A job's bytes do not have the digest that is its name.
  public static let jobDigestMismatch = Self(.wire, name: "job-digest-mismatch")
}
