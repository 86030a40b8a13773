import Errors
import Foundation
import SystemPackage

/// Writes a file so that it is either complete or unchanged, even after a power failure.
///
/// The bytes go to a temporary file in `folder`, which is synchronised with the disk and then
/// renamed.
///
/// - Parameters:
///   - bytes: The content of the file.
///   - file: The location of the file.
///   - folder: The file's folder, which is created if it is missing.
/// - Throws: `DipperError` of code `blobStorageFailed` that names the file.
public func writeDurably(_ bytes: Data, to file: URL, making folder: URL) throws {
  try makeFolder(folder)
  let temporary = folder.appending(path: ".\(UUID().uuidString).partial")
  do {
    try write(bytes, to: temporary)
    try synchronise(temporary)
    try describing("cannot write", file: file) { try check(rename(temporary.path, file.path)) }
    try synchronise(file.deletingLastPathComponent())
  } catch {
    unlink(temporary.path)
    throw error
  }
}

/// The number of bytes that are written by one system call.
///
/// Linux rarely switches to another thread during a system call, so a call with 50 MB would delay a
/// heartbeat by milliseconds.
private let pieceSize = 1 << 18

/// Writes bytes into a file from `offset` on, and creates the file if it is missing.
///
/// - Throws: `DipperError` of code `blobStorageFailed`.
package func write(_ bytes: Data, to file: URL, at offset: Int = 0) throws {
  let descriptor = try describing("cannot open", file: file) {
    try FileDescriptor.open(
      file.path, .writeOnly, options: [.create, .closeOnExec],
      permissions: [.ownerReadWrite, .groupRead, .otherRead])
  }
  try describing("cannot write", file: file) {
    try descriptor.closeAfter {
      try bytes.withUnsafeBytes { try write($0, to: descriptor, at: offset) }
    }
  }
}

private func write(
  _ bytes: UnsafeRawBufferPointer, to descriptor: FileDescriptor, at offset: Int
) throws {
  var done = 0
  while done < bytes.count {
    let end = min(done + pieceSize, bytes.count)
    let piece = UnsafeRawBufferPointer(rebasing: bytes[done..<end])
    done += try descriptor.write(toAbsoluteOffset: Int64(offset + done), piece)
  }
}

/// Creates a folder and the folders above it if they are missing. Other processes may create them
/// at the same time.
///
/// - Throws: `DipperError` of code `blobStorageFailed`.
func makeFolder(_ folder: URL, isDurable: Bool = true) throws {
  let parent = folder.deletingLastPathComponent()
  do {
    do { try check(mkdir(folder.path, 0o755)) } catch Errno.noSuchFileOrDirectory
      where parent.path != folder.path
    {
      try makeFolder(parent, isDurable: isDurable)
      try check(mkdir(folder.path, 0o755))
    }
  } catch let error as Errno {
    if (try? Stat(folder.path))?.type == .directory { return }
    throw DipperError.storage("cannot make the folder", file: folder, error: error)
  }
  if isDurable { try synchronise(parent) }
}

/// Waits until the bytes of a file, or the names in a folder, are on the disk.
///
/// - Throws: `DipperError` of code `blobStorageFailed`.
func synchronise(_ file: URL) throws {
  let descriptor = try describing("cannot open", file: file) {
    try FileDescriptor.open(file.path, .readOnly, options: .closeOnExec)
  }
  try describing("cannot write", file: file) {
    try descriptor.closeAfter { try check(fsync(descriptor.rawValue)) }
  }
}
