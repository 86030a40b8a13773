/// The scores by which a sweep chooses a method's setting.
public enum SettingChoice: String, Hashable, Sendable, Codable, CaseIterable {
  /// Each data set has a setting of its own, chosen by the mean of that data set's scores.
  case perDataset = "per-dataset"
  /// All data sets share one setting, chosen by the mean of the data sets' means.
  case overall
}
