import ArgumentParser
import Foundation
import Importing
import Jobs

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take slices out of volumes with masks.",
    discussion: """
      Example: dipper data import folder scans ../data/kidney --window=-100,200

      Layouts:
      \(ImportLayout.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

      Files are NIfTI (also gzipped), NRRD, PNG or DICOM; in `folder` a sub-folder of DICOM slices \
      is one volume. DEST becomes a data set: images, masks, markers (clicks that are simulated \
      inside the object) and dataset.json. Damaged volumes are reported and skipped; \
      rerun the command to resume an interrupted import. Exit status: 0 done, 1 a volume was \
      skipped, 2 bad usage, or a source or destination that cannot be used.
      """)

  @Argument(help: "\(ImportLayout.all.map(\.name).joined(separator: ", ")).") var layout: String
  @Argument(help: "The folder with the volumes.") var source: String
  @Argument(help: "The data set's folder; empty or not there.") var destination: String
  @Option(help: "The data set's name (default: that of its folder).") var name: String?
  @Option(
    help: """
      Which slices of a volume: largest, middle, random, all. With all, one for training still \
      gives only its largest.
      """)
  var slice = ImportRequest.SliceRule.largest
  @Option(help: "Of random choices and of the clicks.") var seed: UInt64 = 1
  @Option(help: "In which order volumes are taken: listed, random.")
  var order = ImportRequest.Order.listed
  @Option(help: "The first so many patients are for training, the others for testing.")
  var train = 2
  @Option(help: "Stop when so many patients gave a slice.") var patients: Int?
  @Option(help: "learn2reg: expiration (default) or inspiration.")
  var phase: ImportRequest.Phase?
  @Option(help: "learn2reg: left (default), right or both lungs; the patient's left.")
  var side: ImportRequest.Side?
  @Option(
    help: "component: the largest connected part of what is marked; all (default: the layout's).")
  var target: ImportRequest.Target?
  @Option(
    help: """
      The mask's value that marks the object (default: 2 for lits, 1 for decathlon; not for \
      learn2reg).
      """)
  var label: Int?
  @Option(help: "The smallest object worth a slice, in pixels (default: 300 for lits, else 50).")
  var minimumArea: Int?
  @Option(help: "Intensity window LOW,HIGH or minmax (default: the layout's).")
  var window: WindowOption?
  @Option(help: "Regular expression; its first group in a volume's name is the patient.")
  var patientPattern: String?

  func validate() throws {
    guard train >= 0 else { throw ValidationError("--train must be 0 or more") }
    if let patients, patients <= train {
      throw ValidationError("--patients must exceed --train, or none is left to test on")
    }
    if let minimumArea, minimumArea < 1 {
      throw ValidationError("--minimum-area must be 1 or more")
    }
  }

  func run() throws {
    try ImportLayout.named(layout).check(choices)
    let (from, to) = (folder(source), folder(destination))
    let display = ImportDisplay()
    let request = request(named: name ?? to.lastPathComponent)
    let outcome = try DatasetImport(request, from: from, to: to).run(report: display.report)
    display.finish()
    try emit(
      "\(outcome.train) cases for training and \(outcome.test) for testing are in \(to.path)")
    if outcome.empty > 0 {
      say(
        outcome.empty == 1
          ? "1 volume has no slice with enough of the object"
          : "\(outcome.empty) volumes have no slice with enough of the object")
    }
    if outcome.skipped > 0 {
      say(
        "\(outcome.skipped) \(outcome.skipped == 1 ? "was" : "were") skipped; rerun the command to "
          + "try again")
      throw ExitCode(1)
    }
  }

  /// Those that the user has made.
  private var choices: Set<ImportRequest.Choice> {
    Set(
      ImportRequest.Choice.allCases.filter { choice in
        switch choice {
        case .phase: phase != nil
        case .side: side != nil
        case .label: label != nil
        }
      })
  }

  private func request(named name: String) -> ImportRequest {
    var request = ImportRequest(layout: layout, name: name)
    (request.seed, request.slice, request.order) = (seed, slice, order)
    (request.train, request.patients) = (train, patients)
    (request.phase, request.side) = (phase ?? request.phase, side ?? request.side)
    (request.target, request.label, request.minimumArea) = (target, label, minimumArea)
    (request.window, request.patientPattern) = (window?.window, patientPattern)
    return request
  }
}

/// A folder as the user names it, absolute and without `..`.
private func folder(_ path: String) -> URL {
  URL(filePath: path, directoryHint: .isDirectory).absoluteURL.standardizedFileURL
}

extension ImportRequest.SliceRule: ExpressibleByArgument {}
extension ImportRequest.Order: ExpressibleByArgument {}
extension ImportRequest.Phase: ExpressibleByArgument {}
extension ImportRequest.Side: ExpressibleByArgument {}
extension ImportRequest.Target: ExpressibleByArgument {}

/// An intensity window, `-75,175` or `minmax`.
struct WindowOption: ExpressibleByArgument {
  let window: IntensityWindow

  init?(argument: String) {
    if argument == "minmax" {
      window = .minmax
      return
    }
    let bounds = argument.split(separator: ",").map { Double($0) }
    guard bounds.count == 2, let low = bounds[0], let high = bounds[1], low < high,
      low.isFinite, high.isFinite
    else { return nil }
    window = .range(low: low, high: high)
  }
}
