import Experiments
import Scheduling

/// Which checkpoint each open job would continue from. Only the newest can be wanted again; the
/// others only fill the disk.
struct CheckpointsInUse {
  private var digests: [JobID: Digest] = [:]
  /// Inputs and outputs: a worker may have called one of these its checkpoint, and it stays.
  private var kept: Set<Digest> = []

  init(of jobs: [JobStatus]) {
    for job in jobs {
      keep(inputsOf: job.planned)
      keep(job.completion?.result.outputs ?? [])
      if let checkpoint = job.checkpoint { digests[job.planned.id] = checkpoint.blob.digest }
    }
  }

  /// Takes a fact in; returns the blob that nobody wants any more since, if there is one.
  mutating func follow(_ fact: JournalEvent) -> Digest? {
    switch fact {
    case .submitted(let planned):
      keep(inputsOf: planned)
      return nil
    case .checkpointed(let attempt, let checkpoint):
      return unused(digests.updateValue(checkpoint.blob.digest, forKey: attempt.job))
    case .completed(let attempt, _, let result):
      keep(result.outputs)
      return unused(digests.removeValue(forKey: attempt.job))
    case .leased, .failed, .lost, .released, .setAside: return nil
    }
  }

  private func unused(_ digest: Digest?) -> Digest? {
    guard let digest, !kept.contains(digest), !digests.values.contains(digest) else { return nil }
    return digest
  }

  private mutating func keep(inputsOf planned: PlannedJob) {
    for input in planned.job.inputs { kept.formUnion([input.image, input.markers]) }
  }

  private mutating func keep(_ outputs: [JobOutput]) { kept.formUnion(outputs.map(\.blob.digest)) }
}
