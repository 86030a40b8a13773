import ArgumentParser
import Blobs
import Errors
import Foundation
import Jobs
import Segmentation
import Worker

struct ComputeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compute", abstract: "Compute one job in this process, without a coordinator.",
    discussion: """
      Example: dipper-worker compute --blobs out/quickstart/blobs < job.bin

      The job is read from standard input in its canonical form. Its result is written to standard \
      output as JSON with the digests of its outputs; their bytes are not kept. `dipper replay` \
      compares it with the recorded result.
      """)

  @Option(help: "Folder that holds the blobs named by the job, as in a run directory.")
  var blobs: String
  @Option(help: "Digest of the weights, for a job that predicts.") var weights: String?
  @Option(help: "Numerics of the computation: native or portable.")
  var numerics = NumericMode.native

  func run() throws {
    try restartIfNeeded(for: numerics)
    let folder = try BlobFolder(at: URL(filePath: blobs, directoryHint: .isDirectory))
    let job = try Job(standardInput: FileHandle.standardInput.readDataToEndOfFile())
    let fingerprint = try NumericsFingerprint.entries()
    let start = uptime()
    let made = try SegmentationCore.run(
      job, blobs: try inputs(of: job, from: folder), from: nil, now: uptime
    ) { _ in .proceed }
    let outputs = made.products.map { product in
      let reference = BlobReference(digest: Digest(of: product.bytes), size: product.bytes.count)
      return JobOutput(role: product.role, blob: reference, seconds: product.duration / .seconds(1))
    }
    let result = JobResult(
      outputs: outputs, metrics: made.metrics.filter(\.value.isFinite),
      seconds: (uptime() - start) / .seconds(1), peakMemory: ProcessMemory.peak,
      fingerprint: fingerprint)
    try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(result))
  }

  private func inputs(of job: Job, from folder: BlobFolder) throws -> JobBlobs {
    let digests = Set(job.inputs.flatMap { [$0.image, $0.markers] })
    let bytes = try digests.map { ($0, try folder.get($0)) }
    guard let weights else { return JobBlobs(inputs: Dictionary(uniqueKeysWithValues: bytes)) }
    guard let digest = Digest(hex: weights) else {
      throw ValidationError(
        "--weights must be the 64 hexadecimal digits of a digest, not \(weights)")
    }
    return JobBlobs(
      inputs: Dictionary(uniqueKeysWithValues: bytes), weights: try folder.get(digest))
  }
}

extension Job {
  /// Decodes the job that a command reads from standard input.
  init(standardInput bytes: Data) throws {
    do { self = try Job(canonicalForm: bytes) } catch {
      throw DipperError(
        .jobInvalid,
        "standard input holds no job in canonical form; use `dipper replay`, which passes one",
        cause: error)
    }
  }
}
