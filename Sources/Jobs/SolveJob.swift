/// The minimisation of the energy for one case by the solver of the job's method.
///
/// The solver's parameters are numbers with names, so that messages and the journal do not depend
/// on the set of solvers.
public struct SolveJob: Hashable, Sendable, Codable {
  /// The part that jobs of every kind have.
  public var basis: JobBasis
  /// The case that is segmented.
  public var input: CaseInput
  /// All parameters of the solver, in the order in which the method lists them.
  public var parameters: [NamedNumber]

  /// Creates a job for the solver of `basis.method`.
  public init(basis: JobBasis, input: CaseInput, parameters: [NamedNumber]) {
    self.basis = basis
    self.input = input
    self.parameters = parameters
  }
}

/// A number with a name.
public struct NamedNumber: Hashable, Sendable, Codable {
  /// The name, which is a key of the method's section in a configuration.
  public var name: String
  /// The value; whole numbers are stored as the equal floating-point number.
  public var value: Double

  /// Creates a number with a name.
  public init(name: String, value: Double) {
    self.name = name
    self.value = value
  }
}
