import Jobs

/// A case as the planner sees it: a name and two digests.
public struct DatasetCase: Hashable, Sendable {
  /// Unique in its data set.
  public var id: String
  /// Image and markers.
  public var input: CaseInput

  /// A case.
  public init(id: String, input: CaseInput) {
    self.id = id
    self.input = input
  }
}

/// A data set as the planner sees it.
public struct Dataset: Hashable, Sendable {
  /// Unique in the experiment.
  public var name: String
  /// Applied where the configuration gives none.
  public var window: IntensityWindow
  /// What M1 to M4 are trained on.
  public var train: [DatasetCase]
  /// What all methods are scored on.
  public var test: [DatasetCase]

  /// A data set.
  public init(name: String, window: IntensityWindow, train: [DatasetCase], test: [DatasetCase]) {
    self.name = name
    self.window = window
    self.train = train
    self.test = test
  }
}
