import Blobs
import Foundation
import Jobs
import Scheduling

/// The check of every digest of a run.
public struct Verification: Hashable, Sendable {
  /// The number of blobs whose bytes have their digest.
  public private(set) var intactBlobs = 0
  /// The number of ground-truth files that have the manifest's digests.
  public private(set) var intactGroundTruth = 0
  /// A sentence for each job whose content does not match its name, and for each blob and ground
  /// truth that is missing, damaged or replaced.
  public private(set) var problems: [String] = []

  /// Reads every ground truth and every blob that the plan and the results of a run name, and
  /// checks their digests and the names of the jobs.
  public init(of manifest: RunManifest, history: RunHistory, in directory: RunDirectory) {
    for planned in manifest.plan.jobs where planned.job.id != planned.id {
      problems.append("\(planned.label): the job is not what its name says")
    }
    var seen: Set<Digest> = []
    for expected in manifest.plan.jobs.flatMap({ Self.blobs(of: $0, in: history) })
    where seen.insert(expected.digest).inserted {
      do {
        _ = try directory.blobs.get(expected.digest)
        intactBlobs += 1
      } catch {
        problems.append("\(expected.name): \(error)")
      }
    }
    verifyGroundTruth(of: manifest, in: directory)
  }

  /// Lists the blobs that a job names, each with a name for the user.
  private static func blobs(
    of planned: PlannedJob, in history: RunHistory
  ) -> [(digest: Digest, name: String)] {
    var blobs = planned.job.inputs.flatMap { input in
      [
        (input.image, "image of \(planned.label)"),
        (input.markers, "markers of \(planned.label)"),
      ]
    }
    let status = history.status(of: planned.id)
    let outputs = status?.completion?.result.outputs ?? []
    blobs += outputs.map { ($0.blob.digest, "result of \(planned.label)") }
    // The checkpoint of a finished job is not expected: it was removed when the job was done.
    if let status, status.state != .done, let checkpoint = status.checkpoint {
      blobs.append((checkpoint.blob.digest, "checkpoint of \(planned.label)"))
    }
    return blobs
  }

  /// Checks the digests of the ground truths. If the manifest names none, only their existence is
  /// checked.
  private mutating func verifyGroundTruth(
    of manifest: RunManifest, in directory: RunDirectory
  ) {
    for dataset in manifest.datasets {
      let digests = dataset.groundTruthDigests
      for id in digests?.keys.sorted() ?? dataset.test.map(\.id) {
        do {
          _ = try directory.groundTruthFile(
            of: CaseName(dataset: dataset.name, id: id), in: manifest)
          if digests != nil { intactGroundTruth += 1 }
        } catch { problems.append("\(error)") }
      }
    }
  }
}
