import ArgumentParser
import Foundation
import Imaging
import Importing
import Jobs
import Runs

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take slices out of volumes with masks.",
    discussion: """
      Example: dipper data import folder scans ../data/kidney --window=-100,200

      Layouts:
      \(ImportLayout.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

      Files are NIfTI (also gzipped, or .hdr with .img), NRRD, MetaImage, PNG, JPEG, TIFF or \
      DICOM, whatever the case of their endings; DICOM slices may have none, and a sub-folder of \
      them is one volume. DEST becomes a data set: images, masks, markers (clicks that are \
      simulated inside the object), dataset.json, and unused.txt, which names every file that was \
      not used, with the reason. Damaged volumes are reported and skipped; rerun the command to \
      resume an interrupted import. Exit status: 0 done, 1 a volume was skipped or a file that was \
      meant to be data was not used, 2 bad usage, or a source or destination that cannot be used.
      """)

  @Argument(help: "\(ImportLayout.all.map(\.name).joined(separator: ", ")).") var layout: String
  @Argument(help: "The folder with the volumes.") var source: String
  @Argument(help: "The folder of the data set; empty or missing.") var destination: String
  @Option(help: "The name of the data set (default: the name of its folder).") var name: String?
  @Option(
    help: """
      The slices to take from a volume: largest, middle, random or all. With all, a training volume \
      still gives only its largest slice.
      """)
  var slice = ImportRequest.SliceRule.largest
  @Option(help: "The seed of random choices and of the simulated markers.") var seed: UInt64 = 1
  @Option(help: "The order in which volumes are taken: listed or random.")
  var order = ImportRequest.Order.listed
  @Option(help: "The number of patients for training, the first ones; the others are for testing.")
  var train = 2
  @Option(help: "The number of patients with a slice after which to stop.") var patients: Int?
  @Option(help: "learn2reg: expiration (default) or inspiration.")
  var phase: ImportRequest.Phase?
  @Option(help: "learn2reg: left (default), right or both lungs; the patient's left.")
  var side: ImportRequest.Side?
  @Option(
    help: "component: the largest connected part of the mask; or all (default: the layout's).")
  var target: ImportRequest.Target?
  @Option(
    help: """
      The object in the masks, by its value or its name (default: 2 for lits, 1 for decathlon; not \
      for learn2reg).
      """)
  var label: LabelChoice?
  @Option(help: "The smallest area of an object, in pixels (default: 300 for lits, otherwise 50).")
  var minimumArea: Int?
  @Option(help: "The intensity window, LOW,HIGH or minmax (default: the layout's).")
  var window: WindowOption?
  @Option(
    help: """
      per-patient: the name of the images below a patient's folder, such as '{patient}_t1ce' or \
      'ct.nii.gz'; * and ? are wildcards, {patient} is the name of the folder, and the ending may \
      be left out (default: every file that is no mask by its name or folder).
      """)
  var imageName: String?
  @Option(
    help: "per-patient: the name of the masks, such as 'segmentations/liver'; as --image-name.")
  var maskName: String?
  @Option(
    help: """
      The plane of the slices: acquired (default: as the scanner took them), axial, coronal or \
      sagittal.
      """)
  var plane: PlaneChoice?
  @Flag(
    help: """
      Pair image and mask of one size voxel by voxel, although their headers say that they lie \
      elsewhere.
      """)
  var pairByOrder = false
  @Option(help: "A regular expression whose first group, in a volume's name, is the patient.")
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
    let from = folder(source)
    let to = folder(destination)
    let display = ImportDisplay()
    let request = request(named: name ?? to.lastPathComponent)
    let dataImport = try DatasetImport(request, from: from, to: to)
    display.list(dataImport.otherFiles)
    let outcome = try dataImport.run {
      display.report($0, of: $1, done: $2, total: $3)
    }
    display.finish()
    try emit(
      "\(outcome.train) cases for training and \(outcome.test) for testing are in \(to.path)")
    if outcome.empty > 0 {
      let verb = outcome.empty == 1 ? "has" : "have"
      say("\(counted(outcome.empty, "volume")) \(verb) no slice with enough of the object")
    }
    if outcome.skipped > 0 {
      say(
        "\(outcome.skipped) \(outcome.skipped == 1 ? "was" : "were") skipped; rerun the command to "
          + "try again")
      throw ExitCode(1)
    }
  }

  /// The options that the user has given and that only some layouts accept.
  private var choices: Set<ImportRequest.Choice> {
    Set(
      ImportRequest.Choice.allCases.filter { choice in
        switch choice {
        case .phase: phase != nil
        case .side: side != nil
        case .label: label != nil
        case .imageName: imageName != nil
        case .maskName: maskName != nil
        }
      })
  }

  private func request(named name: String) -> ImportRequest {
    var request = ImportRequest(layout: layout, name: name)
    request.seed = seed
    request.slice = slice
    request.order = order
    request.train = train
    request.patients = patients
    request.phase = phase ?? request.phase
    request.side = side ?? request.side
    request.target = target
    request.label = label
    request.minimumArea = minimumArea
    request.window = window?.window
    request.imageName = imageName
    request.maskName = maskName
    request.plane = plane
    request.pairsByOrder = pairByOrder ? true : nil
    request.patientPattern = patientPattern
    return request
  }
}

/// Makes a path absolute and removes `..` from it.
private func folder(_ path: String) -> URL {
  URL(filePath: path, directoryHint: .isDirectory).absoluteURL.standardizedFileURL
}

extension ImportRequest.SliceRule: ExpressibleByArgument {}
extension ImportRequest.Order: ExpressibleByArgument {}
extension ImportRequest.Phase: ExpressibleByArgument {}
extension ImportRequest.Side: ExpressibleByArgument {}
extension ImportRequest.Target: ExpressibleByArgument {}

extension LabelChoice: ExpressibleByArgument {
  /// Reads the value of the option; every text is one.
  public init?(argument: String) { self.init(argument) }
}

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
