extension DipperError {
  /// The part of Dipper that an error comes from. Targets add theirs as static constants.
  public struct Domain: Hashable, Sendable, CustomStringConvertible {
    /// The domain's unique name, in lower case.
    public let description: String

    /// Creates a domain of a unique `name`.
    public init(_ name: String) {
      description = name
    }
  }

  /// The kind of an error, by which callers tell errors apart. Targets add theirs as static
  /// constants.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The part of Dipper that declares the code.
    public let domain: Domain
    /// The code's name, unique within its domain.
    public let name: String

    /// Creates the code `name` of `domain`.
    public init(_ domain: Domain, name: String) {
      self.domain = domain
      self.name = name
    }

    /// The domain and the name, as in `blobs.missing`.
    public var description: String { "\(domain).\(name)" }
  }

  /// A line of source code.
  public struct Location: Hashable, Sendable, CustomStringConvertible {
    /// The file as `Module/File.swift`.
    public let fileID: String
    /// The line, counted from 1.
    public let line: Int

    /// The file and the line, as in `Blobs/BlobFolder.swift:121`.
    public var description: String { "\(fileID):\(line)" }
  }
}
