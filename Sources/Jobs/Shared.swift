/// A large immutable value whose copies share one allocation.
///
/// A job is copied with every list, lease and message that contains it, and it is never changed.
@propertyWrapper
public struct Shared<Value: Hashable & Codable & Sendable>: Hashable, Sendable, Codable {
  private final class Box: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
  }

  private let box: Box

  /// The value that the copies share.
  public var wrappedValue: Value { box.value }

  /// The wrapper itself, for a copy that shares the value.
  public var projectedValue: Shared { self }

  /// Moves a value into an allocation that copies share.
  public init(wrappedValue value: Value) { box = Box(value) }

  /// Reads the shared value without a wrapper.
  public init(from decoder: any Decoder) throws {
    box = Box(try decoder.singleValueContainer().decode(Value.self))
  }

  /// Writes the shared value without a wrapper.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(box.value)
  }

  /// Compares the values; values that share an allocation are equal without a comparison.
  public static func == (one: Shared, other: Shared) -> Bool {
    one.box === other.box || one.box.value == other.box.value
  }

  /// Hashes the value that the copies share.
  public func hash(into hasher: inout Hasher) { hasher.combine(box.value) }
}
