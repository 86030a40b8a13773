import Errors
import Foundation
import SystemPackage

/// Reads and writes files that hold one key, in a line `dipper-public-key HEX` or
/// `dipper-secret-key HEX`.
enum KeyFile {
  private static let publicWord = "dipper-public-key"
  private static let secretWord = "dipper-secret-key"

  /// Writes a secret key that only its owner can read.
  static func write(_ key: SecretKey, to file: URL, replacing: Bool) throws {
    try write("\(secretWord) \(key.hex)\n", to: file, mode: 0o600, replacing: replacing)
  }

  /// Writes a public key that every user can read.
  static func write(_ key: PublicKey, to file: URL, replacing: Bool) throws {
    try write("\(publicWord) \(key.hex)\n", to: file, mode: 0o644, replacing: replacing)
  }

  /// Reads a secret key.
  ///
  /// - Throws: `DipperError` of code `keysInvalid` if the file is not a secret key or if another
  ///   user can read it.
  static func readSecret(_ file: URL) throws -> SecretKey {
    let hex = try read(file, word: secretWord) { permissions in
      guard permissions.isDisjoint(with: [.groupReadWriteExecute, .otherReadWriteExecute]) else {
        throw DipperError(
          .keysInvalid,
          "\(file.path) is a secret that other users of this machine can read; "
            + "run: chmod 600 '\(file.path)'")
      }
    }
    guard let key = SecretKey(hex: hex) else { throw malformed(file, word: secretWord) }
    return key
  }

  /// Reads a public key.
  ///
  /// - Throws: `DipperError` of code `keysInvalid`.
  static func readPublic(_ file: URL) throws -> PublicKey {
    let hex = try read(file, word: publicWord) { _ in }
    guard let key = PublicKey(hex: hex) else { throw malformed(file, word: publicWord) }
    return key
  }

  // MARK: Reading

  private static func read(
    _ file: URL, word: String, check: (FilePermissions) throws -> Void
  ) throws -> String {
    let descriptor: FileDescriptor
    do {
      descriptor = try .open(file.path, .readOnly, options: .closeOnExec)
    } catch {
      throw DipperError(
        .keysInvalid, "cannot read the key \(file.path): \(error); `dipper keygen` makes keys")
    }
    return try descriptor.closeAfter {
      // The status is read from the open file, because another file could get its name in the
      // meantime.
      guard let status = try? descriptor.stat(), status.type == .regular else {
        throw malformed(file, word: word)
      }
      try check(status.permissions)
      let words = start(of: descriptor).split { $0.isWhitespace }
      guard words.count == 2, words[0] == word else { throw malformed(file, word: word) }
      return String(words[1])
    }
  }

  /// Returns the first 256 bytes of a file, which is more than a key has, or an empty text if it
  /// cannot be read.
  private static func start(of descriptor: FileDescriptor) -> String {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = (try? bytes.withUnsafeMutableBytes { try descriptor.read(into: $0) }) ?? 0
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  private static func malformed(_ file: URL, word: String) -> DipperError {
    DipperError(
      .keysInvalid,
      "\(file.path) is not a key: it must hold one line, `\(word)` and 64 hexadecimal digits")
  }

  // MARK: Writing

  private static func write(
    _ text: String, to file: URL, mode: mode_t, replacing: Bool
  ) throws {
    let target = replacing ? file.appendingPathExtension("new") : file
    if replacing { unlink(target.path) }
    do {
      // An existing file is never opened, because its mode or owner could be wrong.
      let descriptor = try FileDescriptor.open(
        target.path, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
        permissions: FilePermissions(rawValue: mode))
      do {
        try descriptor.closeAfter { try write(text, to: descriptor, mode: mode) }
        if replacing { try check(rename(target.path, file.path)) }
      } catch {
        unlink(target.path)
        throw error
      }
    } catch {
      throw refusal(of: target, because: error)
    }
  }

  private static func write(_ text: String, to descriptor: FileDescriptor, mode: mode_t) throws {
    // The mode is set again because the umask may have removed permissions.
    try check(fchmod(descriptor.rawValue, mode))
    try descriptor.writeAll(text.utf8)
    try check(fsync(descriptor.rawValue))
  }

  /// Throws the system's error if a call has returned one.
  private static func check(_ status: CInt) throws {
    guard status == 0 else { throw Errno(rawValue: errno) }
  }

  private static func refusal(of file: URL, because error: any Error) -> DipperError {
    guard let number = error as? Errno, number == .fileExists else {
      return DipperError(.keysInvalid, "cannot write the key \(file.path): \(error)")
    }
    return DipperError(
      .keysInvalid,
      "\(file.path) exists, and machines that have its public half know it; "
        + "keep it, or make another with --replace")
  }
}
