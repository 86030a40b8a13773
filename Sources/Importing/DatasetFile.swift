import Experiments
import Foundation
import Imaging
import Jobs

/// The contents of a `dataset.json`: the keys that `DatasetDescriptor` reads, and a description of
/// the data set.
struct DatasetFile: Encodable {
  struct Intensity: Encodable { var window: Window }

  struct Case: Encodable {
    var id: String
    var image: String
    var groundTruth: String
    var markers: String
    var patient: String
    var split: DatasetDescriptor.Split
    /// The id of the volume from which the slice was taken.
    var volume: String
    /// The plane of the slice; nil if the volume does not say how its axes lie in the patient.
    var plane: Plane?
    /// The index of the slice in its plane, counted from the feet, the back or the left.
    var slice: Int
    /// The number of pixels of the object.
    var area: Int

    enum CodingKeys: String, CodingKey {
      case id, image
      case groundTruth = "truth"
      case markers, patient, split, volume, plane, slice, area
    }
  }

  /// The statistics of the whole data set; medians and extremes are taken over the volumes that
  /// gave a slice.
  struct Summary: Encodable {
    var volumes: Int
    var patients: Int
    var train: Int
    var test: Int
    var smallestSize: [Int]
    var largestSize: [Int]
    /// The median over the volumes with a known spacing, in mm; nil if there is none.
    var medianSpacing: [Double]?
    var percentileRanks = VolumeStatistics.ranks
    var medianPercentiles: [Double]
    var medianObjectPercentiles: [Double]
    var medianArea: Double
  }

  enum Window: Encodable {
    case minmax
    case range(Double, Double)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .minmax: try container.encode("minmax")
      case .range(let low, let high): try container.encode([low, high])
      }
    }
  }

  var name: String
  var intensity: Intensity
  var cases: [Case]
  var summary: Summary
  var volumes: [VolumeRecord]
  /// The import that wrote the data set.
  var record: ImportRecord

  enum CodingKeys: String, CodingKey {
    case name, intensity, cases
    case summary = "fingerprint"
    case volumes
    case record = "made"
  }

  /// Describes the data set of an import from its volumes.
  init(_ record: ImportRecord, window: IntensityWindow, volumes: [VolumeRecord]) {
    name = record.request.name
    self.record = record
    self.volumes = volumes
    switch window {
    case .minmax: intensity = Intensity(window: .minmax)
    case .range(let low, let high): intensity = Intensity(window: .range(low, high))
    }
    cases = volumes.flatMap { volume in
      volume.slices.map { slice in
        let paths = CasePaths(slice.id)
        return Case(
          id: slice.id, image: paths.image, groundTruth: paths.groundTruth, markers: paths.markers,
          patient: volume.pair.patient, split: volume.split, volume: volume.pair.id,
          plane: volume.plane, slice: slice.index, area: slice.area)
      }
    }
    summary = Summary(of: volumes, cases: cases)
  }
}

extension DatasetFile.Summary {
  fileprivate init(of volumes: [VolumeRecord], cases: [DatasetFile.Case]) {
    let used = volumes.filter { !$0.slices.isEmpty }
    let statistics = used.map(\.statistics)
    let spacings = statistics.compactMap(\.spacing)
    let slices = used.flatMap(\.slices)
    self.init(
      volumes: used.count, patients: Set(cases.map(\.patient)).count,
      train: cases.count { $0.split == .train }, test: cases.count { $0.split == .test },
      smallestSize: (0..<3).map { axis in statistics.map { $0.size[axis] }.min() ?? 0 },
      largestSize: (0..<3).map { axis in statistics.map { $0.size[axis] }.max() ?? 0 },
      medianSpacing: spacings.isEmpty ? nil : medians(spacings),
      medianPercentiles: medians(statistics.map(\.percentiles)),
      medianObjectPercentiles: medians(slices.map(\.objectPercentiles)),
      medianArea: medians(slices.map { [Double($0.area)] }).first ?? 0)
  }
}

/// Returns the median of each column, which for an even number of rows is the mean of the two
/// middle values.
private func medians(_ rows: [[Double]]) -> [Double] {
  (rows.first ?? []).indices.map { column in
    let sorted = rows.map { $0[column] }.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
