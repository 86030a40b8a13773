import Errors
import Foundation

/// A folder of keys.
///
///     coordinator.secret, coordinator.public    the coordinator's own pair
///     authorized/NAME.public                    the keys that may connect to it
///     workers/NAME/worker.secret                the files that the machine NAME needs; it is
///     workers/NAME/worker.public                started with this folder as its `--keys`
///     workers/NAME/coordinator.public
public struct KeyFolder: Hashable, Sendable {
  /// The location of the folder.
  public let folder: URL

  /// Creates a description of the keys in `folder`, which need not exist yet.
  public init(_ folder: URL) { self.folder = folder }

  /// The folder that is used by default, `dipper/keys` in the user's configuration folder.
  public static var standard: KeyFolder {
    standard(environment: ProcessInfo.processInfo.environment, home: NSHomeDirectory())
  }

  static func standard(environment: [String: String], home: String) -> KeyFolder {
    let configuration = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    return KeyFolder(
      URL(filePath: configuration ?? "\(home)/.config").appending(path: "dipper/keys"))
  }

  /// The folder of the public keys that may connect.
  public var authorized: URL { folder.appending(path: "authorized", directoryHint: .isDirectory) }

  /// Returns the folder that the machine `name` needs.
  public func worker(_ name: String) -> KeyFolder {
    KeyFolder(folder.appending(path: "workers/\(name)", directoryHint: .isDirectory))
  }

  /// Reads the keys that a coordinator needs.
  ///
  /// - Throws: `DipperError` of code `keysInvalid`.
  public func coordinatorKeys() throws -> CoordinatorKeys {
    CoordinatorKeys(
      secret: try KeyFile.readSecret(file("coordinator.secret")),
      authorized: try AuthorizedKeys(in: authorized))
  }

  /// Reads the keys that a worker needs.
  ///
  /// - Throws: `DipperError` of code `keysInvalid`.
  public func workerKeys() throws -> WorkerKeys {
    WorkerKeys(
      secret: try KeyFile.readSecret(file("worker.secret")),
      coordinator: try KeyFile.readPublic(file("coordinator.public")))
  }

  /// Generates the coordinator's pair if it is missing, and a pair for each of `workers`, whose
  /// public keys are then authorised.
  ///
  /// - Parameters:
  ///   - workers: the names of the workers.
  ///   - replacing: true to replace existing pairs of workers, so that machines with an old pair
  ///     cannot connect any more. If false, an existing pair is an error.
  /// - Throws: `DipperError` of code `keysInvalid`.
  public func generate(workers: [String], replacing: Bool) throws {
    try makeFolder(folder)
    try makeFolder(authorized)
    let coordinator = try coordinatorKey()
    for name in workers {
      try Self.check(name)
      let own = worker(name)
      try own.makeFolder(own.folder)
      let key = try SecretKey.generate()
      try KeyFile.write(key, to: own.file("worker.secret"), replacing: replacing)
      try KeyFile.write(key.publicKey, to: own.file("worker.public"), replacing: true)
      try KeyFile.write(coordinator, to: own.file("coordinator.public"), replacing: true)
      try KeyFile.write(
        key.publicKey, to: authorized.appending(path: "\(name).public"), replacing: true)
    }
  }

  private func coordinatorKey() throws -> PublicKey {
    let secret = file("coordinator.secret")
    if FileManager.default.fileExists(atPath: secret.path) {
      return try KeyFile.readSecret(secret).publicKey
    }
    let key = try SecretKey.generate()
    try KeyFile.write(key, to: secret, replacing: false)
    try KeyFile.write(key.publicKey, to: file("coordinator.public"), replacing: true)
    return key.publicKey
  }

  private func file(_ name: String) -> URL { folder.appending(path: name) }

  private func makeFolder(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw DipperError(.keysInvalid, "cannot make the folder \(folder.path)", cause: error)
    }
  }

  private static func check(_ name: String) throws {
    guard name.utf8.allSatisfy(\.isPlainNameByte), !name.isEmpty, !name.hasPrefix("."),
      name.utf8.count <= 64
    else {
      throw DipperError(
        .keysInvalid, "`\(name)` cannot name a key: use up to 64 letters, digits, `-`, `_` and `.`")
    }
  }
}
