import Blobs
import Foundation
import Jobs

/// A job and the folder that holds what it names.
struct StoredJob {
  let job: Job
  let blobs: URL
}

extension Place {
  /// Leaves the bytes of a job where `compute` finds them.
  func store(_ sample: SampleJob) throws -> StoredJob {
    let folder = try BlobFolder(at: scratch.appending(path: "blobs", directoryHint: .isDirectory))
    for bytes in sample.inputs.values { _ = try folder.put(bytes) }
    return StoredJob(job: sample.job, blobs: folder.folder)
  }

  /// Carries a job out in a worker process of its own, `dipper-worker compute`.
  func compute(_ stored: StoredJob) throws -> JobResult {
    let (input, output, process) = (Pipe(), Pipe(), Process())
    process.executableURL = programs.appending(path: "dipper-worker")
    process.arguments = ["compute", "--blobs", stored.blobs.path]
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: stored.job.canonicalForm)
    try input.fileHandleForWriting.close()
    let answer = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkError("dipper-worker compute ended with status \(process.terminationStatus)")
    }
    return try JSONDecoder().decode(JobResult.self, from: answer)
  }
}
