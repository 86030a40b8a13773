import Foundation

/// Where keys lie.
///
///     coordinator.secret, coordinator.public    the coordinator's own
///     authorized/NAME.public                    who may connect to it
///     workers/NAME/worker.secret                what the machine NAME needs: this folder is
///     workers/NAME/worker.public                its `--keys`
///     workers/NAME/coordinator.public
public struct KeyFolder: Hashable, Sendable {
  /// The folder.
  public let folder: URL

  /// Keys in `folder`, which need not exist yet.
  public init(_ folder: URL) { self.folder = folder }

  /// The folder that is used where none is named: `dipper/keys` in the user's configuration.
  public static var standard: KeyFolder {
    standard(environment: ProcessInfo.processInfo.environment, home: NSHomeDirectory())
  }

  static func standard(environment: [String: String], home: String) -> KeyFolder {
    let configuration = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    return KeyFolder(
      URL(filePath: configuration ?? "\(home)/.config").appending(path: "dipper/keys"))
  }

  /// The keys of public form of all that may connect.
  public var authorized: URL { folder.appending(path: "authorized", directoryHint: .isDirectory) }

  /// The folder that the machine `name` needs.
  public func worker(_ name: String) -> KeyFolder {
    KeyFolder(folder.appending(path: "workers/\(name)", directoryHint: .isDirectory))
  }

  /// Reads what a coordinator needs.
  ///
  /// - Throws: `MessagingError` of code `keys`.
  public func coordinatorKeys() throws -> CoordinatorKeys {
    CoordinatorKeys(
      secret: try KeyFile.readSecret(file("coordinator.secret")),
      authorized: try AuthorizedKeys(in: authorized))
  }

  /// Reads what a worker needs.
  ///
  /// - Throws: `MessagingError` of code `keys`.
  public func workerKeys() throws -> WorkerKeys {
    WorkerKeys(
      secret: try KeyFile.readSecret(file("worker.secret")),
      coordinator: try KeyFile.readPublic(file("coordinator.public")))
  }

  /// Makes the coordinator's pair where it is missing and a pair for each of `workers`, which may
  /// then connect.
  ///
  /// - Parameter replacing: make the workers' pairs again where they are there already; whoever has
  ///   an old one cannot connect any more.
  /// - Throws: `MessagingError` of code `keys`.
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
      throw MessagingError(.keys, "cannot make the folder \(folder.path)", cause: error)
    }
  }

  private static func check(_ name: String) throws {
    let isPlain = name.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || byte == 45 || byte == 46 || byte == 95
    }
    guard isPlain, !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= 64 else {
      throw MessagingError(
        .keys, "`\(name)` cannot name a key: use up to 64 letters, digits, `-`, `_` and `.`")
    }
  }
}
