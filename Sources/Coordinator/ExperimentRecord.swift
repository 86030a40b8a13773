import Foundation
import Jobs

/// What a state folder must remember to report without the configuration and the data: `experiment.json`.
public struct ExperimentRecord: Hashable, Sendable, Codable {
  /// A data set's test cases.
  public struct RecordedDataset: Hashable, Sendable, Codable {
    /// The data set's name.
    public var name: String
    /// How its intensities become black to white in figures.
    public var window: IntensityWindow
    /// In the order of the descriptor.
    public var test: [RecordedCase]
    /// The digests of the truths' files by case, of training cases too: scores are as good as these.
    /// Nil where an earlier release made the record.
    public var truths: [String: Digest]?
  }

  /// A test case; its truth, as that of training cases, lies in `truth/<dataset>/<id>.png`.
  public struct RecordedCase: Hashable, Sendable, Codable {
    /// Unique in its data set.
    public var id: String
    /// The blobs of image and markers.
    public var input: CaseInput
  }

  /// The jobs.
  public var plan: Plan
  /// In the order of the report.
  public var methods: [Method]
  /// In the order of the configuration.
  public var datasets: [RecordedDataset]
  /// Test cases of each data set that get a panel figure.
  public var panels: Int
  /// For what a sweep's settings are chosen; nil where there is no sweep, or from before there was a
  /// choice: per data set.
  public var choice: SettingChoice?
}
