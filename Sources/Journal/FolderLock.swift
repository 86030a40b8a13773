import Errors
import Foundation
import SystemPackage

/// An advisory lock on the file `lock` of a folder, which gives this process exclusive use of the
/// folder.
///
/// The lock ends with this object or with the process, even if the process is killed.
final class FolderLock: Sendable {
  private let descriptor: FileDescriptor

  /// Locks the folder and writes this process's number into the file.
  ///
  /// - Throws: `DipperError` of code `runDirectoryInUse` if another process holds the lock, or
  ///   `journalInaccessible`.
  init(folder: URL) throws {
    let file = folder.appendingPathComponent("lock")
    let descriptor = try Self.open(file)
    do { try Self.lock(descriptor, of: folder) } catch {
      try? descriptor.close()
      throw error
    }
    self.descriptor = descriptor
    try? descriptor.resize(to: 0)
    let text = Array("\(getpid())\n".utf8)
    _ = try? text.withUnsafeBytes { try descriptor.write(toAbsoluteOffset: 0, $0) }
  }

  deinit { try? descriptor.close() }

  /// Returns true if a process holds the lock of a folder at this moment. It does not change the
  /// lock.
  static func isHeld(_ folder: URL) -> Bool {
    let file = folder.appendingPathComponent("lock")
    guard let descriptor = try? FileDescriptor.open(file.path, .readOnly, options: .closeOnExec)
    else { return false }
    defer { try? descriptor.close() }
    return flock(descriptor.rawValue, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  private static func open(_ file: URL) throws -> FileDescriptor {
    do {
      // The descriptor is not inherited, because a worker that outlives its coordinator must not
      // hold the lock.
      return try .open(
        file.path, .readWrite, options: [.create, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw DipperError(.journalInaccessible, "cannot write \(file.path): \(error)")
    }
  }

  private static func lock(_ descriptor: FileDescriptor, of folder: URL) throws {
    guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 else { return }
    let error = Errno(rawValue: errno)
    guard error == .wouldBlock else {
      throw DipperError(.journalInaccessible, "cannot lock \(folder.path): \(error)")
    }
    throw DipperError(
      .runDirectoryInUse,
      "\(folder.path) is in use by another coordinator (process \(holder(of: descriptor))); "
        + "wait for it, stop it, or choose another folder")
  }

  /// Returns the process number that the holder of the lock has written.
  private static func holder(of descriptor: FileDescriptor) -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count =
      (try? bytes.withUnsafeMutableBytes { try descriptor.read(fromAbsoluteOffset: 0, into: $0) })
      ?? 0
    return String(decoding: bytes.prefix(count), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
