import Errors
import Imaging
import Jobs
import Variational

/// A model that is minimised for one case at a time, without networks and without randomness. Its
/// properties are its parameters.
public protocol Solver: Sendable {
  /// The section of a configuration that sets the parameters, or nil if there are none.
  static var section: String? { get }
  /// The parameters in the order in which a job lists them.
  static var parameters: [SolverParameter<Self>] { get }
  /// The solver with the default values of its parameters.
  static var defaults: Self { get }
  /// The expected time for a case of 128 x 128 pixels on one core, in seconds.
  static var expectedSeconds: Double { get }

  /// Solves the model for a case.
  ///
  /// - Parameters:
  ///   - prepared: The case on the computing grid.
  ///   - progress: Receives the progress from time to time; it returns false to stop the solver.
  func solve(
    _ prepared: PreparedCase, progress: (JobProgress) throws -> Bool
  ) throws -> SolvedMask
}

/// The result of a solver.
public struct SolvedMask: Sendable {
  /// The relaxed mask in `[0, 1]` on the computing grid; the segmentation is `{u > 1/2}`.
  public var u: Image
  /// The last metrics by name.
  public var metrics: [String: Double]
}

extension Solver {
  /// Nil, for a solver without parameters.
  public static var section: String? { nil }

  /// The empty list, for a solver without parameters.
  public static var parameters: [SolverParameter<Self>] { [] }

  /// The parameters' names and ranges.
  public static var parameterRanges: [ParameterRange] { parameters.map(\.range) }

  /// The default values of the parameters, in order.
  public static var defaultNumbers: [NamedNumber] { defaults.numbers }

  /// The values of the parameters, in order.
  public var numbers: [NamedNumber] {
    Self.parameters.map { NamedNumber(name: $0.range.name, value: $0.get(self)) }
  }

  /// Creates the solver with the parameters of a job.
  ///
  /// - Throws: `DipperError` of code `parametersUnknown` unless the numbers are exactly the
  ///   parameters that the solver lists, each within its range.
  public static func solver(_ numbers: [NamedNumber]) throws -> Self {
    guard numbers.map(\.name) == parameters.map(\.range.name) else {
      throw DipperError(
        .parametersUnknown,
        "the solver has the parameters \(parameters.map(\.range.name)) and the job gives "
          + "\(numbers.map(\.name)); start the same release of dipper on all machines")
    }
    var solver = defaults
    for (parameter, number) in zip(parameters, numbers) {
      guard parameter.range.contains(number.value) else {
        throw DipperError(
          .parametersUnknown, "the parameter \(number.name) is \(number.value), out of its range")
      }
      parameter.set(&solver, number.value)
    }
    return solver
  }
}

extension DipperError.Domain {
  /// Errors of finding a method and its parameters.
  public static let methods = Self("methods")
}

extension DipperError.Code {
  /// This release has no method of the job's name.
  public static let methodUnknown = Self(.methods, name: "method-unknown")
  /// The job's parameters are not those of its method in this release.
  public static let parametersUnknown = Self(.methods, name: "parameters-unknown")
}
