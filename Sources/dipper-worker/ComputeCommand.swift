import ArgumentParser
import Blobs
import Dispatch
import Errors
import Foundation
import Jobs
import Segmentation
import Worker

struct ComputeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compute", abstract: "Compute one job in this process, without a coordinator.",
    discussion: """
      Example: dipper-worker compute --blobs out/quickstart/blobs < job.json

      The job comes on standard input, in its canonical form; its result, digests and not bytes, \
      goes to standard output as JSON. `dipper replay` compares with it.
      """)

  @Option(help: "Folder of the blobs that the job names.") var blobs: String
  @Option(help: "Digest of the weights that a prediction uses.") var weights: String?
  @Option(help: "native or portable.") var numerics = NumericMode.native

  func run() throws {
    try enter(numerics)
    let folder = try BlobFolder(at: URL(filePath: blobs, directoryHint: .isDirectory))
    let job = try Job(standardInput: FileHandle.standardInput.readDataToEndOfFile())
    let fingerprint = try NumericsFingerprint.entries()
    let clock = { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
    let start = clock()
    let made = try SegmentationCore.run(
      job, blobs: try inputs(of: job, from: folder), from: nil, now: clock
    ) { _ in .proceed }
    let outputs = made.products.map { product in
      let reference = BlobReference(digest: Digest(of: product.bytes), size: product.bytes.count)
      return JobOutput(role: product.role, blob: reference, seconds: product.seconds)
    }
    let result = JobResult(
      outputs: outputs, metrics: made.metrics.filter(\.value.isFinite), seconds: clock() - start,
      peakMemory: ProcessMemory.peak, fingerprint: fingerprint)
    try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(result))
  }

  private func inputs(of job: Job, from folder: BlobFolder) throws -> JobBlobs {
    let digests = Set(job.inputs.flatMap { [$0.image, $0.markers] })
    let bytes = try digests.map { ($0, try folder.get($0)) }
    guard let weights else { return JobBlobs(inputs: Dictionary(uniqueKeysWithValues: bytes)) }
    guard let digest = Digest(hex: weights) else {
      throw ValidationError("--weights wants the 64 digits of a digest")
    }
    return JobBlobs(
      inputs: Dictionary(uniqueKeysWithValues: bytes), weights: try folder.get(digest))
  }
}

extension Job {
  /// The job that a command was given.
  init(standardInput bytes: Data) throws {
    do { self = try JSONDecoder().decode(Job.self, from: bytes) } catch {
      throw DipperError(.jobInvalid, "standard input is no job", cause: error)
    }
  }
}
