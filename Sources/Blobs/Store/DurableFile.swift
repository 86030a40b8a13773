import Foundation

/// Writes a file so that it is either whole under its name or not there: beside, synced, renamed.
///
/// - Throws: `BlobError` of code `storage` that names the file.
public func writeDurably(_ bytes: Data, to file: URL, making folder: URL) throws {
  try makeFolder(folder)
  let beside = folder.appending(path: ".\(UUID().uuidString).partial")
  do {
    try write(bytes, to: beside)
    try synchronise(beside)
    guard rename(beside.path, file.path) == 0 else { throw storageError("cannot write", file) }
    try synchronise(file.deletingLastPathComponent())
  } catch {
    unlink(beside.path)
    throw error
  }
}

/// Bytes that are written at once: a thread is seldom interrupted in the midst of it, so that others
/// would wait for as long as 50 MB take, wherever they go first.
private let portion = 1 << 18

/// Writes bytes into a file, which it makes where it is missing, from `offset` on.
package func write(_ bytes: Data, to file: URL, at offset: Int = 0) throws {
  let descriptor = open(file.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw storageError("cannot open", file) }
  defer { close(descriptor) }
  try bytes.withUnsafeBytes { bytes in
    var done = 0
    while done < bytes.count {
      let next = UnsafeRawBufferPointer(rebasing: bytes[done..<min(done + portion, bytes.count)])
      let written = pwrite(descriptor, next.baseAddress, next.count, off_t(offset + done))
      guard written > 0 || errno == EINTR else { throw storageError("cannot write", file) }
      done += max(written, 0)
    }
  }
}

/// Makes a folder and those above it where they are missing. Others may be making them too.
func makeFolder(_ folder: URL, isDurable: Bool = true) throws {
  let above = folder.deletingLastPathComponent()
  var answer = mkdir(folder.path, 0o755)
  if answer != 0, errno == ENOENT, above.path != folder.path {
    try makeFolder(above, isDurable: isDurable)
    answer = mkdir(folder.path, 0o755)
  }
  if answer == 0 { return isDurable ? try synchronise(above) : () }
  let failure = storageError("cannot make the folder", folder)
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
    isFolder.boolValue
  else { throw failure }
}

/// Waits until the disk has a file's bytes, or a folder's names.
func synchronise(_ file: URL) throws {
  let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw storageError("cannot open", file) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw storageError("cannot write", file) }
}

/// What the system has just refused, with what to do about it.
func storageError(_ attempt: String, _ file: URL) -> BlobError {
  let number = errno
  let advice =
    switch number {
    case ENOSPC, EDQUOT: "; make room on that disk and start again"
    case EFBIG: "; the limit on file sizes is too low for it (ulimit -f)"
    case EACCES, EPERM, EROFS: "; choose a folder that you may write to"
    default: ""
    }
  return BlobError(
    .storage, "\(attempt) \(file.path): \(String(cString: strerror(number)))\(advice)")
}
