import Foundation
import Imaging
import Runs

/// A data set of chest phantoms in a fresh folder, with a configuration that names it.
package struct PhantomDataset {
  /// The folder of the data set and of the configuration `x.yaml`.
  package let folder: URL
  /// The configuration file, `x.yaml`.
  package let configuration: URL
  /// The names of the cases; the first two are for training.
  package let cases: [String]

  /// Creates the data set.
  ///
  /// - Parameters:
  ///   - count: the number of cases.
  ///   - spacing: the spacing of the images.
  ///   - name: the name of the experiment.
  ///   - methods: the methods of the experiment, as a YAML list.
  package init(
    cases count: Int = 4, spacing: Spacing = .unknown, experiment name: String = "x",
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
    try writeDescriptor()
    try """
    name: \(name)
    methods: \(methods)
    datasets:
      - folder: .
    preparation: {size: 64}
    """.write(to: configuration, atomically: true, encoding: .utf8)
  }

  /// Returns the location of a file in the folder.
  package func file(_ name: String) -> URL { folder.appending(path: name) }

  private func writeDescriptor() throws {
    let entries = cases.enumerated().map { index, id in
      """
      {"id": "\(id)", "image": "\(id).nii", "truth": "\(id).png", "markers": "\(id).json",
       "patient": "p\(index)", "split": "\(index < 2 ? "train" : "test")"}
      """
    }
    let json = "{\"name\": \"set\", \"cases\": [\(entries.joined(separator: ",\n"))]}"
    try json.write(to: file("dataset.json"), atomically: true, encoding: .utf8)
  }

  /// Reads, checks and plans the experiment.
  package func experiment() throws -> Experiment { try Experiment(configuration: configuration) }

  /// Removes the folder with all files.
  package func remove() { try? FileManager.default.removeItem(at: folder) }
}
