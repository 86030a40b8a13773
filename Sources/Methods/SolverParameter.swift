/// A parameter of a solver: its key in a configuration, the allowed values, and the property that
/// stores the value.
public struct SolverParameter<Model: Sendable>: Sendable {
  /// The key and the values that are allowed.
  public let range: ParameterRange
  let get: @Sendable (Model) -> Double
  let set: @Sendable (inout Model, Double) -> Void

  /// Declares a parameter that is a finite number.
  public static func number(
    _ name: String, of property: any WritableKeyPath<Model, Double> & Sendable,
    in range: ClosedRange<Double>
  ) -> SolverParameter {
    SolverParameter(
      range: ParameterRange(name: name, values: .numbers(range)),
      get: { $0[keyPath: property] }, set: { $0[keyPath: property] = $1 })
  }

  /// Declares a parameter that is a whole number.
  public static func whole(
    _ name: String, of property: any WritableKeyPath<Model, Int> & Sendable,
    in range: ClosedRange<Int>
  ) -> SolverParameter {
    SolverParameter(
      range: ParameterRange(name: name, values: .whole(range)),
      get: { Double($0[keyPath: property]) }, set: { $0[keyPath: property] = Int($1) })
  }
}

/// The key of a parameter in a configuration and the values that are allowed.
public struct ParameterRange: Hashable, Sendable {
  /// The values that a parameter may have.
  public enum Values: Hashable, Sendable {
    /// The finite numbers of a range.
    case numbers(ClosedRange<Double>)
    /// The whole numbers of a range.
    case whole(ClosedRange<Int>)
  }

  /// The key of the parameter.
  public let name: String
  /// The values that are allowed.
  public let values: Values

  /// Tests whether the parameter may have a value.
  public func contains(_ value: Double) -> Bool {
    switch values {
    case .numbers(let range): value.isFinite && range.contains(value)
    case .whole(let range): Int(exactly: value).map(range.contains) ?? false
    }
  }
}

extension ClosedRange<Double> {
  /// The range of the positive numbers.
  public static var positive: Self { 0.0.nextUp...Double.greatestFiniteMagnitude }

  /// The range of the numbers that are not negative.
  public static var notNegative: Self { 0...Double.greatestFiniteMagnitude }
}
