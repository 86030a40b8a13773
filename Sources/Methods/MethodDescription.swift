import Jobs

/// A segmentation method as the planner, the workers and the reports know it.
///
/// A method is one file with a static constant of this type and one line in `MethodCatalogue`. The
/// configuration's sections, the planned jobs, the work of the workers and the order of reports
/// follow from it.
public struct MethodDescription: Sendable {
  /// The procedure by which a method computes its masks.
  public enum Procedure: Sendable {
    /// A VM Net is trained on the training cases and predicts the test cases.
    case trained(NetworkTraining)
    /// An untrained DIP Net is fitted to each test case.
    case fitted
    /// A solver minimises the energy for each test case, without randomness.
    case solved(any Solver.Type)
  }

  /// The method's name in configurations and reports, which is also valid as a file name.
  public let name: Method
  /// The procedure by which the method computes its masks.
  public let procedure: Procedure
  /// True if the method is run when a configuration names no methods.
  public let isDefault: Bool
  /// True if the paper proposes the method, so that reports compare it with every other.
  public let isProposed: Bool

  /// Describes a method of the catalogue.
  init(
    _ name: Method, procedure: Procedure, isDefault: Bool = true, isProposed: Bool = false
  ) {
    self.name = name
    self.procedure = procedure
    self.isDefault = isDefault
    self.isProposed = isProposed
  }

  /// True if the method is trained on the training cases.
  public var isTrained: Bool {
    if case .trained = procedure { true } else { false }
  }

  /// True if the method's masks depend on the seed.
  public var isRandom: Bool { solver == nil }

  /// The type of the method's solver, or nil for a method of networks.
  public var solver: (any Solver.Type)? {
    if case .solved(let solver) = procedure { solver } else { nil }
  }
}

/// The training of a VM Net; M1 to M4 differ in it (paper, section 4).
public struct NetworkTraining: Hashable, Sendable {
  /// The geometric information G that the VM Net is given.
  public enum GeometricInformation: Hashable, Sendable {
    /// The mask of the marker polygon.
    case markers
    /// The geodesic distance, plain or clipped as the configuration says.
    case distance
  }

  /// The loss that is minimised.
  public enum Loss: Hashable, Sendable {
    /// Loss (3): the data term and the edge-weighted total variation.
    case regularised
    /// Loss (3) with mu = 0.
    case unregularised
    /// Loss (2): a DIP Net assists the VM Net.
    case assisted
  }

  /// The geometric information G that the VM Net is given.
  public let geometry: GeometricInformation
  /// The loss that is minimised.
  public let loss: Loss
}
