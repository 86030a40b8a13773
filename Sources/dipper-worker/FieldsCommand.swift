import ArgumentParser
import Blobs
import Evaluation
import Errors
import Jobs
import Foundation
import Segmentation
import Variational

struct FieldsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fields", abstract: "Compute the fields of the energy for one case of a job.",
    discussion: """
      Example: dipper-worker fields --blobs out/quickstart/blobs < job.json

      The job is read from standard input in its canonical form. Geodesic distance and data term \
      are written to standard output as JSON. `dipper report --fields` draws them.
      """)

  @Option(help: "Folder that holds the blobs named by the job.") var blobs: String
  @Option(name: .customLong("case"), help: "Index of the case in the job, counted from 0.")
  var index = 0

  func run() throws {
    let folder = try BlobFolder(at: URL(filePath: blobs, directoryHint: .isDirectory))
    let job = try Job(standardInput: FileHandle.standardInput.readDataToEndOfFile())
    guard job.inputs.indices.contains(index) else {
      throw DipperError(
        .jobInvalid,
        "--case \(index) is beyond the job's cases, which are counted from 0: \(job.inputs.count)")
    }
    let input = job.inputs[index]
    let prepared = try PreparedCase(
      image: folder.get(input.image), markers: folder.get(input.markers), name: "\(index)",
      preparation: job.basis.preparation, energy: job.basis.energy)
    let fields = EnergyFields(
      region: prepared.region, distance: prepared.distance, dataTerm: prepared.dataTerm)
    try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(fields))
  }
}
