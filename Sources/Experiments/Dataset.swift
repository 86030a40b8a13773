import Jobs

/// A case in the form that the planner needs: a name and two digests.
public struct DatasetCase: Hashable, Sendable {
  /// The case's name, unique in its data set.
  public var id: String
  /// The digests of its image and markers.
  public var input: CaseInput

  /// Creates a case from its name and inputs.
  public init(id: String, input: CaseInput) {
    self.id = id
    self.input = input
  }
}

/// A data set in the form that the planner needs.
public struct Dataset: Hashable, Sendable {
  /// The data set's name, unique in the experiment.
  public var name: String
  /// The intensity window, applied if the configuration gives none.
  public var window: IntensityWindow
  /// The cases on which M1 to M4 are trained.
  public var train: [DatasetCase]
  /// The cases on which all methods are scored.
  public var test: [DatasetCase]

  /// Creates a data set from its cases.
  public init(name: String, window: IntensityWindow, train: [DatasetCase], test: [DatasetCase]) {
    self.name = name
    self.window = window
    self.train = train
    self.test = test
  }
}
