import Errors
import Foundation
import Glibc

/// The exclusive use of a folder, by an advisory lock on its file `lock`; ends with this object or
/// with the process, however it dies.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Takes the folder; throws `DipperError` where another has it.
  init(folder: URL) throws {
    let path = folder.appendingPathComponent("lock").path
    // Not inherited: a worker that outlives its coordinator must not keep the folder.
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw DipperError(
        .journalInaccessible, "cannot write \(path): \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      let holder = Self.holder(descriptor)
      close(descriptor)
      throw Self.refusal(folder, holder: holder, errno: reason)
    }
    self.descriptor = descriptor
    let text = Array("\(getpid())\n".utf8)
    ftruncate(descriptor, 0)
    _ = pwrite(descriptor, text, text.count, 0)
  }

  deinit { close(descriptor) }

  /// What the holder wrote: its process number.
  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func refusal(_ folder: URL, holder: String, errno: Int32) -> DipperError {
    guard errno == EWOULDBLOCK else {
      return DipperError(
        .journalInaccessible, "cannot lock \(folder.path): \(String(cString: strerror(errno)))")
    }
    return DipperError(
      .runDirectoryInUse,
      "\(folder.path) is in use by another coordinator (process \(holder)); "
        + "wait for it, stop it, or choose another folder")
  }
}
