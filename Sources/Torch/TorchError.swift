/// What the tensor library, or a weights file, refused.
public struct TorchError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case library, memory, device, safetensors }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// LibTorch threw: a shape that does not fit, the processor's memory.
    public static let library = Code(.library)
    /// A GPU has not enough memory.
    public static let memory = Code(.memory)
    /// The device is not there.
    public static let device = Code(.device)
    /// The bytes are not a safetensors file, or not the expected one.
    public static let safetensors = Code(.safetensors)
  }

  /// The kind of failure.
  public let code: Code
  /// What, where and what to do, in one sentence.
  public let message: String
  /// The error beneath, if there is one.
  public let cause: (any Error)?

  /// A failure of kind `code`.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, followed by its cause.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
