import Foundation

/// A file of one key: a line `dipper-public-key HEX` or `dipper-secret-key HEX`.
enum KeyFile {
  private static let openWord = "dipper-public-key"
  private static let secretWord = "dipper-secret-key"

  /// Writes a secret key, for its owner's eyes only.
  static func write(_ key: SecretKey, to file: URL, replacing: Bool) throws {
    try write("\(secretWord) \(key.hex)\n", to: file, mode: 0o600, replacing: replacing)
  }

  /// Writes a public key.
  static func write(_ key: PublicKey, to file: URL, replacing: Bool) throws {
    try write("\(openWord) \(key.hex)\n", to: file, mode: 0o644, replacing: replacing)
  }

  /// Reads a secret key that nobody else can read.
  ///
  /// - Throws: `MessagingError` of code `keys`.
  static func readSecret(_ file: URL) throws -> SecretKey {
    let hex = try read(file, after: secretWord) { status in
      guard status.st_mode & 0o077 == 0 else {
        throw MessagingError(
          .keys,
          "\(file.path) is a secret that other users of this machine can read; "
            + "run: chmod 600 '\(file.path)'")
      }
    }
    guard let key = SecretKey(hex: hex) else { throw malformed(file, secretWord) }
    return key
  }

  /// Reads a public key.
  ///
  /// - Throws: `MessagingError` of code `keys`.
  static func readPublic(_ file: URL) throws -> PublicKey {
    let hex = try read(file, after: openWord) { _ in }
    guard let key = PublicKey(hex: hex) else { throw malformed(file, openWord) }
    return key
  }

  private static func read(
    _ file: URL, after word: String, checking check: (stat) throws -> Void
  ) throws -> String {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw MessagingError(
        .keys, "cannot read the key \(file.path): \(systemText(errno)); `dipper keygen` makes keys")
    }
    defer { close(descriptor) }
    var status = stat()
    // The status of what was opened: a name could be given to another file in between.
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw malformed(file, word)
    }
    try check(status)
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    let words = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).split {
      $0.isWhitespace
    }
    guard words.count == 2, words[0] == word else { throw malformed(file, word) }
    return String(words[1])
  }

  private static func malformed(_ file: URL, _ word: String) -> MessagingError {
    MessagingError(
      .keys, "\(file.path) is no key: it must hold one line, `\(word)` and 64 hexadecimal digits")
  }

  private static func write(
    _ text: String, to file: URL, mode: mode_t, replacing: Bool
  ) throws {
    let target = replacing ? file.appendingPathExtension("new") : file
    if replacing { unlink(target.path) }
    // Never into a file that is there already, whatever mode or owner that has.
    let descriptor = open(target.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw refusal(of: target) }
    defer { close(descriptor) }
    // Whatever the umask took or left.
    guard fchmod(descriptor, mode) == 0, Glibc.write(descriptor, text, text.utf8.count) > 0,
      fsync(descriptor) == 0, !replacing || rename(target.path, file.path) == 0
    else {
      let error = refusal(of: target)
      unlink(target.path)
      throw error
    }
  }

  private static func refusal(of file: URL) -> MessagingError {
    guard errno == EEXIST else {
      return MessagingError(.keys, "cannot write the key \(file.path): \(systemText(errno))")
    }
    return MessagingError(
      .keys,
      "\(file.path) is there already, and who was given its public half knows it; "
        + "keep it, or make another with --replace")
  }
}
