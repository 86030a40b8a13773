/// A large value of which copies share one: a job is copied with every list, lease and message that it
/// is in, and is never changed.
@propertyWrapper
public struct Shared<Value: Hashable & Codable & Sendable>: Hashable, Sendable, Codable {
  private final class Box: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
  }

  private let box: Box

  /// The value.
  public var wrappedValue: Value { box.value }

  /// This, to be shared further.
  public var projectedValue: Shared { self }

  /// `value`, to be shared.
  public init(wrappedValue value: Value) { box = Box(value) }

  /// As the value.
  public init(from decoder: any Decoder) throws {
    box = Box(try decoder.singleValueContainer().decode(Value.self))
  }

  /// As the value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(box.value)
  }

  /// Whether the values are equal.
  public static func == (one: Shared, other: Shared) -> Bool {
    one.box === other.box || one.box.value == other.box.value
  }

  /// As the value.
  public func hash(into hasher: inout Hasher) { hasher.combine(box.value) }
}
