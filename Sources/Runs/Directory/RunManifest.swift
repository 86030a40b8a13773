import Foundation
import Jobs

/// The record of an experiment in its run directory, the file `experiment.json`. With it a run can
/// be reported without the configuration and the data sets.
public struct RunManifest: Hashable, Sendable, Codable {
  /// The record of a data set.
  public struct RecordedDataset: Hashable, Sendable, Codable {
    /// The name of the data set.
    public var name: String
    /// The intensity window that figures show from black to white.
    public var window: IntensityWindow
    /// The test cases, in the order of the descriptor.
    public var test: [RecordedCase]
    /// The digests of the ground-truth files by case, including training cases. The scores of the
    /// run are valid for exactly these files. It is nil if an earlier release wrote the manifest.
    public var groundTruthDigests: [String: Digest]?

    private enum CodingKeys: String, CodingKey {
      case name, window, test
      case groundTruthDigests = "truths"
    }
  }

  /// The record of a test case. The ground truths of test and training cases are the files
  /// `truth/<dataset>/<id>.png` of the run directory.
  public struct RecordedCase: Hashable, Sendable, Codable {
    /// The case's name, unique in its data set.
    public var id: String
    /// The digests of image and markers, which are blobs of the run directory.
    public var input: CaseInput
  }

  /// The jobs of the plan.
  public var plan: Plan
  /// The methods, in the order of the report.
  public var methods: [Method]
  /// The data sets, in the order of the configuration.
  public var datasets: [RecordedDataset]
  /// The number of test cases of each data set that get a panel figure.
  public var panels: Int
  /// The rule by which a sweep chooses settings, or nil if there is no sweep. Earlier releases,
  /// which chose per data set only, wrote nil for a sweep too.
  public var choice: SettingChoice?

  /// Returns the digest of a case's ground truth, or nil if the case is unknown or an earlier
  /// release wrote the manifest.
  func groundTruthDigest(of name: CaseName) -> Digest? {
    datasets.first { $0.name == name.dataset }?.groundTruthDigests?[name.id]
  }
}
