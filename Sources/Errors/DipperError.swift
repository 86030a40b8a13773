/// An error of any part of Dipper: a code for programs, a sentence for the user, the error that
/// caused it and the line of source code that threw it.
///
/// Every target declares its codes beside the code that throws them:
///
///     extension DipperError.Domain {
///       /// Errors of the content-addressed store.
///       public static let blobs = Self("blobs")
///     }
///
///     extension DipperError.Code {
///       /// The store holds no blob of the requested digest.
///       public static let blobMissing = Self(.blobs, name: "missing")
///     }
///
///     throw DipperError(.blobMissing, "blob \(digest.short) is not in \(folder.path)")
///
/// A caller that can recover matches the code, or the domain where every code of a target is
/// handled in the same way:
///
///     catch let error as DipperError where error.code == .blobMissing { ... }
///     catch let error as DipperError where error.domain == .blobs { ... }
public struct DipperError: Error {
  /// The kind of failure.
  public let code: Code
  /// A sentence for the user: what failed, where, and what to do about it.
  public let message: String
  /// The error that caused this one, if there is one.
  public let cause: (any Error)?
  /// The line of source code that created the error.
  public let location: Location

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - code: The kind of failure.
  ///   - message: A sentence for the user: what failed, where, and what to do about it.
  ///   - cause: The error that caused this one; its description is appended to the message.
  ///   - fileID: The caller's file. Leave it out.
  ///   - line: The caller's line. Leave it out.
  public init(
    _ code: Code, _ message: String, cause: (any Error)? = nil, fileID: String = #fileID,
    line: Int = #line
  ) {
    self.code = code
    self.message = message
    self.cause = cause
    location = Location(fileID: fileID, line: line)
  }

  /// The part of Dipper that declares the error's code.
  public var domain: Domain { code.domain }
}

extension DipperError: CustomStringConvertible {
  /// The text for the user: the message, followed by the description of its cause.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}

extension DipperError: CustomDebugStringConvertible {
  /// The text for a developer: location, code and description, as in
  /// `Blobs/BlobFolder.swift:121: blobs.missing: blob 4fa2 is not in /runs/a/blobs`.
  public var debugDescription: String { "\(location): \(code): \(description)" }
}
