import Foundation
import Synchronization

/// Who may connect: the public keys in a folder, read again when the folder changes.
public final class AuthorizedKeys: Sendable {
  private struct State {
    var keys: Set<PublicKey>
    var version: Version?
  }

  /// When a folder was last changed, if that is long enough ago for the next change to show.
  private struct Version: Hashable {
    let seconds: Int
    let nanoseconds: Int
  }

  /// The folder of `NAME.public` files.
  public let folder: URL
  private let state: Mutex<State>

  /// Reads the folder.
  ///
  /// - Throws: `MessagingError` of code `keys` where it cannot be read or a file in it is no key.
  public init(in folder: URL) throws {
    self.folder = folder
    let version = Self.version(of: folder)
    state = Mutex(State(keys: try Self.read(folder), version: version))
  }

  /// Whether the owner of the key may connect.
  func contains(_ key: PublicKey) -> Bool {
    state.withLock { state in
      refresh(&state)
      return state.keys.contains(key)
    }
  }

  /// A folder that cannot be read any more lets nobody new in and nobody out.
  private func refresh(_ state: inout State) {
    let version = Self.version(of: folder)
    guard version == nil || version != state.version else { return }
    if let keys = try? Self.read(folder) { state = State(keys: keys, version: version) }
  }

  private static func read(_ folder: URL) throws -> Set<PublicKey> {
    let files: [URL]
    do {
      files = try FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil)
    } catch {
      throw MessagingError(
        .keys,
        "cannot read \(folder.path), which lists the keys that may connect; "
          + "`dipper keygen` makes it")
    }
    return Set(try files.filter { $0.pathExtension == "public" }.map(KeyFile.readPublic))
  }

  /// nil where the folder was changed so lately that a second change could bear the same time.
  private static func version(of folder: URL) -> Version? {
    var status = stat()
    guard stat(folder.path, &status) == 0, time(nil) - status.st_mtim.tv_sec > 1 else { return nil }
    return Version(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
  }
}
