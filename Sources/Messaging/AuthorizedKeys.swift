import Foundation
import Synchronization

/// Who may connect: the public keys in a folder, read again when a file in it changes.
public final class AuthorizedKeys: Sendable {
  private struct State {
    var keys: Set<PublicKey>
    var version: Version?
    /// What is wrong with files that are no keys, and what of it nobody was told yet.
    var faults: Set<String> = []
    var untold: [String] = []
  }

  /// What the folder held when it was read, if that is old enough for the next change to show.
  private typealias Version = [String: FileStamp]

  /// The folder of `NAME.public` files.
  public let folder: URL
  private let state: Mutex<State>

  /// Reads the folder.
  ///
  /// - Throws: `MessagingError` of code `keys` where it cannot be read or a file in it is no key.
  public init(in folder: URL) throws {
    self.folder = folder
    let files = try Self.files(in: folder)
    state = Mutex(State(keys: Set(try files.map(KeyFile.readPublic))))
  }

  /// Whether the owner of the key may connect.
  ///
  /// - Parameter now: seconds since 1970.
  package func contains(_ key: PublicKey, at now: Int) -> Bool {
    state.withLock { state in
      refresh(&state, at: now)
      return state.keys.contains(key)
    }
  }

  /// What is wrong with files that came or changed since the folder was first read, told once: those
  /// are no keys, and the others hold.
  package func newFaults() -> [String] {
    state.withLock { state in
      defer { state.untold = [] }
      return state.untold
    }
  }

  /// A folder that cannot be read any more lets nobody new in and nobody out.
  private func refresh(_ state: inout State, at now: Int) {
    guard let files = try? Self.files(in: folder) else { return }
    let version = Self.version(of: files, at: now)
    guard version == nil || version != state.version else { return }
    var (keys, faults): (Set<PublicKey>, [String]) = ([], [])
    for file in files {
      do { keys.insert(try KeyFile.readPublic(file)) } catch { faults.append("\(error)") }
    }
    state.untold += faults.filter { !state.faults.contains($0) }
    (state.keys, state.faults, state.version) = (keys, Set(faults), version)
  }

  private static func files(in folder: URL) throws -> [URL] {
    do {
      return try FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil
      ).filter { $0.pathExtension == "public" }
    } catch {
      throw MessagingError(
        .keys,
        "cannot read \(folder.path), which lists the keys that may connect; "
          + "`dipper keygen` makes it")
    }
  }

  /// nil where a file was changed so lately that a second change could bear the same time.
  private static func version(of files: [URL], at now: Int) -> Version? {
    let version = Version(
      files.map { ($0.lastPathComponent, FileStamp(of: $0)) }, uniquingKeysWith: { $1 })
    return version.values.allSatisfy { now - $0.seconds > 1 } ? version : nil
  }
}

/// What shows that a file was replaced or written to: also a copy over it with its old times.
private struct FileStamp: Hashable {
  var node: UInt64 = 0
  var size = 0
  /// When content, name or rights last changed.
  var (seconds, nanoseconds) = (0, 0)

  /// All zero where there is no such file.
  init(of file: URL) {
    var status = stat()
    guard stat(file.path, &status) == 0 else { return }
    (node, size) = (UInt64(status.st_ino), Int(status.st_size))
    (seconds, nanoseconds) = (status.st_ctim.tv_sec, status.st_ctim.tv_nsec)
  }
}
