import Coordinator
import Foundation
import Imaging

/// A data set of phantoms in a fresh folder, with a configuration that names it.
struct DatasetFolder {
  let folder: URL
  let configuration: URL
  /// The ids of its cases: the first two are for training.
  let cases: [String]

  /// - Parameters: `count`: cases; `spacing`: of the images; `name`: of the experiment.
  init(
    cases count: Int = 4, spacing: Spacing = .unit, experiment name: String = "x",
    methods: String = "[M3, TV]"
  ) throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "dipper-data-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    configuration = folder.appending(path: "x.yaml")
    cases = (1...count).map { "c\($0)" }
    for (index, id) in cases.enumerated() {
      let phantom = try Phantom.chest(size: 48, noise: 0.02, seed: UInt64(index + 1))
      var image = phantom.image
      image.spacing = spacing
      try image.encodedNIfTI(compressed: false).write(to: file("\(id).nii"))
      try phantom.groundTruth.encodedPNG().write(to: file("\(id).png"))
      try phantom.markers.encoded().write(to: file("\(id).json"))
    }
    try describe()
    try """
    name: \(name)
    methods: \(methods)
    datasets:
      - folder: .
    preparation: {size: 64}
    """.write(to: configuration, atomically: true, encoding: .utf8)
  }

  func file(_ name: String) -> URL { folder.appending(path: name) }

  private func describe() throws {
    let entries = cases.enumerated().map { index, id in
      """
      {"id": "\(id)", "image": "\(id).nii", "truth": "\(id).png", "markers": "\(id).json",
       "patient": "p\(index)", "split": "\(index < 2 ? "train" : "test")"}
      """
    }
    let json = "{\"name\": \"set\", \"cases\": [\(entries.joined(separator: ",\n"))]}"
    try json.write(to: file("dataset.json"), atomically: true, encoding: .utf8)
  }

  func experiment() throws -> Experiment { try Experiment(configuration: configuration) }

  func remove() { try? FileManager.default.removeItem(at: folder) }
}
