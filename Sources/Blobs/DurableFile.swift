import Foundation

/// Writes a file so that it is either whole under its name or not there: beside, synced, renamed.
///
/// - Throws: `BlobError` of code `storage` that names the file.
public func writeDurably(_ bytes: Data, to file: URL, making folder: URL) throws {
  try write(bytes, to: file, making: folder, isDurable: true)
}

/// Writes a file whole or not at all; unless `isDurable`, a power failure may still take it.
func write(_ bytes: Data, to file: URL, making folder: URL, isDurable: Bool) throws {
  try makeFolder(folder)
  let beside = folder.appending(path: ".\(UUID().uuidString).partial")
  do {
    try append(bytes, to: beside)
    try move(beside, to: file, isDurable: isDurable)
  } catch {
    unlink(beside.path)
    throw error
  }
}

/// Adds bytes to the end of a file, which it makes where it is missing.
package func append(_ bytes: Data, to file: URL) throws {
  let descriptor = open(file.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw storageError("cannot open", file) }
  defer { close(descriptor) }
  var rest = bytes[...]
  while !rest.isEmpty {
    let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written > 0 || errno == EINTR else { throw storageError("cannot write", file) }
    rest = rest.dropFirst(max(written, 0))
  }
}

/// Gives a file its final name; when this returns and `isDurable`, bytes and name survive a power
/// failure.
func move(_ file: URL, to target: URL, isDurable: Bool) throws {
  if isDurable { try synchronise(file) }
  guard rename(file.path, target.path) == 0 else { throw storageError("cannot write", target) }
  if isDurable { try synchronise(target.deletingLastPathComponent()) }
}

/// Makes a folder and those above it, durably, where they are missing. Others may be making them too.
func makeFolder(_ folder: URL) throws {
  let above = folder.deletingLastPathComponent()
  var answer = mkdir(folder.path, 0o755)
  if answer != 0, errno == ENOENT, above.path != folder.path {
    try makeFolder(above)
    answer = mkdir(folder.path, 0o755)
  }
  if answer == 0 { return try synchronise(above) }
  let failure = storageError("cannot make the folder", folder)
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
    isFolder.boolValue
  else { throw failure }
}

/// Waits until the disk has a file's bytes, or a folder's names.
private func synchronise(_ file: URL) throws {
  let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw storageError("cannot open", file) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw storageError("cannot write", file) }
}

/// What the system has just refused, with what to do about it.
private func storageError(_ attempt: String, _ file: URL) -> BlobError {
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
