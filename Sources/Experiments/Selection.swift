import Jobs

/// The settings of a sweep that were chosen, by data set and method.
public struct Selection: Hashable, Sendable {
  private var chosen: [String: [Method: Sweep.Setting]] = [:]

  /// Creates a selection in which nothing is chosen yet.
  public init() {}

  /// The setting that was chosen for a method on a data set, if there is one.
  public subscript(dataset: String, method: Method) -> Sweep.Setting? {
    get { chosen[dataset]?[method] }
    set { chosen[dataset, default: [:]][method] = newValue }
  }
}
