import Errors
import Foundation
import SystemPackage

extension DipperError.Domain {
  /// The errors of the content-addressed store of blobs.
  public static let blobs = Self("blobs")
}

extension DipperError.Code {
  /// The folder does not hold the blob.
  public static let blobMissing = Self(.blobs, name: "missing")
  /// The bytes of a blob do not have its digest.
  public static let blobDamaged = Self(.blobs, name: "damaged")
  /// The folder cannot be read or written, for instance because the disk is full.
  public static let blobStorageFailed = Self(.blobs, name: "storage-failed")
}

extension DipperError {
  /// Creates the error for a failed operation on a file, with advice on what to do.
  ///
  /// - Parameter attempt: The beginning of the message, such as "cannot write".
  static func storage(_ attempt: String, file: URL, error: Errno) -> DipperError {
    let advice =
      switch error {
      case .noSpace, .diskQuotaExceeded: "; make room on that disk and start again"
      case .fileTooLarge: "; the limit on file sizes is too low for it (ulimit -f)"
      case .permissionDenied, .notPermitted, .readOnlyFileSystem:
        "; choose a folder that you may write to"
      default: ""
      }
    return DipperError(.blobStorageFailed, "\(attempt) \(file.path): \(error)\(advice)")
  }
}

/// Runs `body`, and converts a system error into a `DipperError` that names the file.
func describing<Value>(
  _ attempt: String, file: URL, during body: () throws -> Value
) throws -> Value {
  do { return try body() } catch let error as Errno {
    throw DipperError.storage(attempt, file: file, error: error)
  }
}

/// Throws the system's error if a call of the C library has returned one.
func check(_ status: CInt) throws {
  guard status == 0 else { throw Errno(rawValue: errno) }
}
