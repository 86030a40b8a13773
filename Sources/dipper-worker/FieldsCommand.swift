import ArgumentParser
import Blobs
import Errors
import Evaluation
import Foundation
import Jobs
import Segmentation
import Variational

struct FieldsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fields", abstract: "Compute the fields of the energy that a job sees of a case.",
    discussion: """
      Example: dipper-worker fields --blobs out/quickstart/blobs < job.json

      The job comes on standard input, in its canonical form; geodesic distance and data term go to \
      standard output as JSON. `dipper report --fields` draws them.
      """)

  @Option(help: "Folder of the blobs that the job names.") var blobs: String
  @Option(name: .customLong("case"), help: "Which of the job's cases, from 0.") var index = 0

  func run() throws {
    let folder = try BlobFolder(at: URL(filePath: blobs, directoryHint: .isDirectory))
    let job = try Job(standardInput: FileHandle.standardInput.readDataToEndOfFile())
    guard job.inputs.indices.contains(index) else {
      throw DipperError(
        .jobInvalid, "the job has \(job.inputs.count) cases, and none of number \(index)")
    }
    let input = job.inputs[index]
    let prepared = try PreparedCase(
      image: folder.get(input.image), markers: folder.get(input.markers), name: "\(index)",
      preparation: job.preparation, energy: job.energy)
    let fields = EnergyFields(
      region: prepared.region, distance: prepared.distance, dataTerm: prepared.dataTerm)
    try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(fields))
  }
}
