/// A large immutable value whose copies share one allocation.
///
/// A job is copied with every list, lease and message that it is in, and never changed.
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

  /// Moves a value to where copies can share it.
  public init(wrappedValue value: Value) { box = Box(value) }

  /// Reads the value alone.
  public init(from decoder: any Decoder) throws {
    box = Box(try decoder.singleValueContainer().decode(Value.self))
  }

  /// Writes the value alone.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(box.value)
  }

  /// Compares the values, without looking at them if they share an allocation.
  public static func == (one: Shared, other: Shared) -> Bool {
    one.box === other.box || one.box.value == other.box.value
  }

  /// Hashes the value that the copies share.
  public func hash(into hasher: inout Hasher) { hasher.combine(box.value) }
}
