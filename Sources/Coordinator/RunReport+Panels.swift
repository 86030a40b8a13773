import Blobs
import Evaluation
import Foundation
import Imaging
import Jobs

/// A test case of a run: `lung/0018`.
public struct CaseName: Hashable, Sendable, CustomStringConvertible {
  /// The data set's name.
  public let dataset: String
  /// Unique in its data set.
  public let id: String

  /// A test case of a run.
  public init(dataset: String, id: String) { (self.dataset, self.id) = (dataset, id) }

  /// The case of a text of the form `dataset/case`; nil where it has another.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 && !parts.contains("") else { return nil }
    self.init(dataset: parts[0], id: parts[1])
  }

  /// `dataset/case`.
  public var description: String { "\(dataset)/\(id)" }

  /// Where in a run's folder its panel lies.
  func panel(withFields: Bool) -> String {
    "figures/\(dataset)-\(id)\(withFields ? "-fields" : "").png"
  }
}

// The paper's Figures 3 to 6.
extension RunReport {
  /// The worst case of each method on each data set, each case once.
  public var worstCases: [CaseName] {
    var seen: Set<CaseName> = []
    return table.summaries.compactMap { summary in
      summary.worst.first.map { CaseName(dataset: summary.dataset, id: $0.caseID) }
    }.filter { seen.insert($0).inserted }
  }

  /// Writes the panel of a case: input with clicks, truth, every method's result; returns its file.
  ///
  /// - Parameter fields: the energy's fields, to be shown after the truth; the file then is
  ///   `figures/<dataset>-<case>-fields.png`.
  /// - Throws: `CoordinatorError` of code `data` where the run has no such test case; `BlobError`;
  ///   `ImagingError`; `EvaluationError`.
  @discardableResult
  public func drawPanel(of name: CaseName, fields: EnergyFields? = nil) throws -> URL {
    let (dataset, one) = try recorded(name)
    let results = try record.methods.map { try result(of: $0, on: name) }
    let panel = try PanelFigure(
      image: Image(decoding: state.blobs.get(one.input.image), name: "the image of \(name)"),
      window: dataset.window,
      markers: MarkerSet(
        decoding: state.blobs.get(one.input.markers), name: "the markers of \(name)"),
      truth: state.truth(name, in: record), fields: fields, results: results
    ).rendered()
    let path = name.panel(withFields: fields != nil)
    try state.write(panel.encodedPNG(), to: path)
    return state.folder.appending(path: path)
  }

  /// The fields of the energy that a method sees of a case, computed by the worker program.
  ///
  /// - Throws: `CoordinatorError` of code `data` where the run has no such case or method, `workers`
  ///   where the program cannot compute them.
  public func fields(
    of name: CaseName, for method: Method, by worker: WorkerProgram
  ) throws -> EnergyFields {
    _ = try recorded(name)
    let job = record.plan.jobs.first {
      $0.job.kind != .train && $0.job.method == method && $0.dataset == name.dataset
        && $0.cases.contains(name.id)
    }
    guard let job, let index = job.cases.firstIndex(of: name.id) else {
      throw CoordinatorError(.data, "the run has no job of \(method.rawValue) on \(name)")
    }
    let answer = try worker.run(
      ["fields", "--blobs", state.blobs.folder.path, "--case", String(index)],
      input: job.job.canonicalForm)
    guard answer.status == 0,
      let fields = try? JSONDecoder().decode(EnergyFields.self, from: answer.output)
    else {
      throw CoordinatorError(
        .workers,
        "\(worker.file.path) could not compute the fields of \(name) (status \(answer.status))")
    }
    return fields
  }

  private func recorded(
    _ name: CaseName
  ) throws -> (ExperimentRecord.RecordedDataset, ExperimentRecord.RecordedCase) {
    guard let dataset = record.datasets.first(where: { $0.name == name.dataset }) else {
      throw CoordinatorError(
        .data,
        "the run has no data set \(name.dataset); it has "
          + record.datasets.map(\.name).joined(separator: ", "))
    }
    guard let one = dataset.test.first(where: { $0.id == name.id }) else {
      throw CoordinatorError(
        .data,
        "\(name.dataset) has no test case \(name.id); it has "
          + dataset.test.map(\.id).joined(separator: ", "))
    }
    return (dataset, one)
  }
}
