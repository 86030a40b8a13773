import Blobs
import Errors
import Evaluation
import Foundation
import Imaging
import Jobs
import Runs
import Variational

// Panels correspond to the paper's Figures 3 to 6.
extension RunReport {
  /// The worst case of each method on each data set, each case once.
  public var worstCases: [CaseName] {
    var seen: Set<CaseName> = []
    return table.summaries.compactMap { summary in
      summary.worst.first.map { CaseName(dataset: summary.dataset, id: $0.caseID) }
    }.filter { seen.insert($0).inserted }
  }

  /// Draws the panel of a case and returns its file: the input with the markers, the ground truth,
  /// and every method's result.
  ///
  /// - Parameters:
  ///   - name: the data set and the id of the case.
  ///   - fields: the fields of the energy, which are then shown after the ground truth, in the file
  ///     `figures/<dataset>-<case>-fields.png`.
  /// - Throws: `DipperError` of code `datasetUnusable` if the run has no such test case, or of the
  ///   domains `blobs`, `imaging` and `evaluation`.
  @discardableResult
  public func drawPanel(of name: CaseName, fields: EnergyFields? = nil) throws -> URL {
    let (dataset, one) = try recordedCase(name)
    let results = try manifest.methods.map { try result(of: $0, on: name) }
    let panel = try PanelFigure(
      image: Image(
        decoding: directory.blobs.get(one.input.image), name: "the image of \(name)"),
      window: dataset.window,
      markers: MarkerSet(
        decoding: directory.blobs.get(one.input.markers), name: "the markers of \(name)"),
      groundTruth: directory.groundTruth(of: name, in: manifest), fields: fields, results: results
    ).rendered()
    let path = name.panelPath(withFields: fields != nil)
    try directory.write(panel.encodedPNG(), to: path)
    return directory.folder.appending(path: path)
  }

  /// Computes the fields of the energy of a case as a method sees them.
  ///
  /// - Throws: `DipperError` of code `datasetUnusable` if the run has no such case or method, and
  ///   `caseUnusable` if the case cannot be prepared, or of the domain `blobs`.
  public func fields(of name: CaseName, for method: Method) throws -> EnergyFields {
    _ = try recordedCase(name)
    let planned = manifest.plan.jobs.first {
      $0.job.kind != .train && $0.job.method == method && $0.dataset == name.dataset
        && $0.cases.contains(name.id)
    }
    guard let planned, let index = planned.cases.firstIndex(of: name.id) else {
      throw DipperError(
        .datasetUnusable, "the run has no job of \(method.rawValue) on \(name)")
    }
    let input = planned.job.inputs[index]
    return EnergyFields(
      try PreparedCase(
        image: directory.blobs.get(input.image), markers: directory.blobs.get(input.markers),
        name: "\(name)", preparation: planned.job.basis.preparation,
        energy: planned.job.basis.energy))
  }

  private func recordedCase(
    _ name: CaseName
  ) throws -> (RunManifest.RecordedDataset, RunManifest.RecordedCase) {
    guard let dataset = manifest.datasets.first(where: { $0.name == name.dataset }) else {
      throw DipperError(
        .datasetUnusable,
        "the run has no data set \(name.dataset); it has "
          + manifest.datasets.map(\.name).joined(separator: ", "))
    }
    guard let one = dataset.test.first(where: { $0.id == name.id }) else {
      throw DipperError(
        .datasetUnusable,
        "\(name.dataset) has no test case \(name.id); it has "
          + dataset.test.map(\.id).joined(separator: ", "))
    }
    return (dataset, one)
  }
}

extension CaseName {
  /// The path of the case's panel in a run directory.
  func panelPath(withFields: Bool) -> String {
    "figures/\(dataset)-\(id)\(withFields ? "-fields" : "").png"
  }
}
