import Experiments
import Foundation
import Jobs

/// A `dataset.json`: what `DatasetDescriptor` reads, and more that describes.
struct DatasetFile: Encodable {
  struct Intensity: Encodable { var window: Window }

  struct Case: Encodable {
    var id: String
    var image: String
    var truth: String
    var markers: String
    var patient: String
    var split: DatasetDescriptor.Split
    /// The volume that it is a slice of, by its id.
    var volume: String
    var slice: Int
    var area: Int
  }

  /// The whole data set in numbers: medians over the volumes, with the extremes where said.
  struct Summary: Encodable {
    var volumes: Int
    var patients: Int
    var train: Int
    var test: Int
    var smallestSize: [Int]
    var largestSize: [Int]
    var medianSpacing: [Double]
    var percentileRanks = Fingerprint.ranks
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
  var fingerprint: Summary
  var volumes: [VolumeRecord]
  var made: ImportRecord

  /// The data set that an import's volumes make.
  init(_ made: ImportRecord, window: IntensityWindow, volumes: [VolumeRecord]) {
    (name, self.made, self.volumes) = (made.request.name, made, volumes)
    switch window {
    case .minmax: intensity = Intensity(window: .minmax)
    case .range(let low, let high): intensity = Intensity(window: .range(low, high))
    }
    cases = volumes.flatMap { volume in
      volume.slices.map { slice in
        let paths = CasePaths(slice.id)
        return Case(
          id: slice.id, image: paths.image, truth: paths.truth, markers: paths.markers,
          patient: volume.pair.patient, split: volume.split, volume: volume.pair.id,
          slice: slice.index, area: slice.area)
      }
    }
    fingerprint = Summary(volumes, cases)
  }
}

extension DatasetFile.Summary {
  fileprivate init(_ volumes: [VolumeRecord], _ cases: [DatasetFile.Case]) {
    let used = volumes.filter { !$0.slices.isEmpty }
    let prints = used.map(\.fingerprint)
    let slices = used.flatMap(\.slices)
    self.init(
      volumes: used.count, patients: Set(cases.map(\.patient)).count,
      train: cases.count { $0.split == .train }, test: cases.count { $0.split == .test },
      smallestSize: (0..<3).map { axis in prints.map { $0.size[axis] }.min() ?? 0 },
      largestSize: (0..<3).map { axis in prints.map { $0.size[axis] }.max() ?? 0 },
      medianSpacing: medians(prints.map(\.spacing)),
      medianPercentiles: medians(prints.map(\.percentiles)),
      medianObjectPercentiles: medians(slices.map(\.objectPercentiles)),
      medianArea: medians(slices.map { [Double($0.area)] }).first ?? 0)
  }
}

/// The median of each column.
private func medians(_ rows: [[Double]]) -> [Double] {
  (rows.first ?? []).indices.map { column in
    let sorted = rows.map { $0[column] }.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
