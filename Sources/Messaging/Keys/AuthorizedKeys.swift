import Errors
import Foundation
import Synchronization
import SystemPackage

/// The public keys whose owners may connect. They are files in a folder, which is read again when a
/// file in it changes.
public final class AuthorizedKeys: Sendable {
  private struct State {
    var keys: Set<PublicKey>
    var version: Version?
    /// The problems with files that are not keys.
    var problems: Set<String> = []
    /// The problems that were not reported yet.
    var unreported: [String] = []
  }

  /// The stamps of the folder's files at the time when they were read.
  private typealias Version = [String: FileStamp]

  /// The folder of the files `NAME.public`.
  public let folder: URL
  private let state: Mutex<State>

  /// Reads the folder.
  ///
  /// - Throws: `DipperError` of code `keysInvalid` if the folder cannot be read or a file in it is
  ///   not a key.
  public init(in folder: URL) throws {
    self.folder = folder
    let files = try Self.files(in: folder)
    state = Mutex(State(keys: Set(try files.map(KeyFile.readPublic))))
  }

  /// Returns true if the owner of the key may connect.
  ///
  /// - Parameters:
  ///   - key: The public key of the peer.
  ///   - date: The present time, in whole seconds since 1970.
  package func contains(_ key: PublicKey, at date: Int) -> Bool {
    state.withLock { state in
      refresh(&state, at: date)
      return state.keys.contains(key)
    }
  }

  /// Returns the problems with files that were added or changed since the folder was first read.
  /// Each problem is returned once.
  ///
  /// A file with a problem admits no peer. The other keys remain valid.
  package func takeProblems() -> [String] {
    state.withLock { state in
      defer { state.unreported = [] }
      return state.unreported
    }
  }

  /// Reads the folder again if a file has changed. If the folder cannot be read, the last keys
  /// remain valid.
  private func refresh(_ state: inout State, at date: Int) {
    guard let files = try? Self.files(in: folder) else { return }
    let version = Self.version(of: files, at: date)
    guard version == nil || version != state.version else { return }
    var keys: Set<PublicKey> = []
    var problems: [String] = []
    for file in files {
      do { keys.insert(try KeyFile.readPublic(file)) } catch { problems.append("\(error)") }
    }
    state.unreported += problems.filter { !state.problems.contains($0) }
    state.keys = keys
    state.problems = Set(problems)
    state.version = version
  }

  private static func files(in folder: URL) throws -> [URL] {
    do {
      return try FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil
      ).filter { $0.pathExtension == "public" }
    } catch {
      throw DipperError(
        .keysInvalid,
        "cannot read \(folder.path), which lists the keys that may connect; "
          + "`dipper keygen` makes it")
    }
  }

  /// Returns the stamps of the files, or nil if a file changed within the last second. A second
  /// change could then leave the same stamp.
  private static func version(of files: [URL], at date: Int) -> Version? {
    let version = Version(
      files.map { ($0.lastPathComponent, FileStamp(of: $0)) }, uniquingKeysWith: { $1 })
    return version.values.allSatisfy { date - $0.seconds > 1 } ? version : nil
  }
}

/// The properties of a file that change when it is replaced or written, even by a copy that
/// preserves the old times.
private struct FileStamp: Hashable {
  let inode: Inode?
  let size: Int64
  /// The whole seconds since 1970 at which content, name or permissions last changed.
  let seconds: Int
  let nanoseconds: Int

  /// Reads the stamp of a file. All values are zero or nil if there is no such file.
  init(of file: URL) {
    let status = try? Stat(file.path)
    inode = status?.inode
    size = status?.size ?? 0
    seconds = status?.st_ctim.tv_sec ?? 0
    nanoseconds = status?.st_ctim.tv_nsec ?? 0
  }
}
