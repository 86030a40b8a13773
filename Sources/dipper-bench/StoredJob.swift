import Blobs
import Foundation
import Jobs

/// A job and the folder that contains the blobs that the job names.
struct StoredJob {
  let job: Job
  let blobs: URL
}

extension BenchmarkEnvironment {
  /// Stores the blobs of a job for `compute`.
  func store(_ phantomJob: PhantomJob) throws -> StoredJob {
    let folder = try BlobFolder(at: scratch.appending(path: "blobs", directoryHint: .isDirectory))
    for bytes in phantomJob.inputs.values { _ = try folder.put(bytes) }
    return StoredJob(job: phantomJob.job, blobs: folder.folder)
  }

  /// Carries out a job in a separate process, `dipper-worker compute`.
  func compute(_ stored: StoredJob) async throws -> JobResult {
    let worker = ExternalProgram(
      program: programs.appending(path: "dipper-worker"),
      arguments: ["compute", "--blobs", stored.blobs.path])
    return try await JSONDecoder().decode(
      JobResult.self, from: worker.run(input: stored.job.canonicalForm))
  }
}
