import Blobs
import Evaluation
import Foundation
import Imaging
import Jobs
import Runs
import Scheduling

/// The scores of a run's reported masks. Each mask is decoded once, here, and only its file is kept.
struct ScoredMasks {
  private(set) var scores: [CaseScore] = []
  var missing: [MissingScore] = []
  /// The PNG files of the scored masks.
  private(set) var masks: [MaskKey: Data] = [:]

  init(of manifest: RunManifest, history: RunHistory, in directory: RunDirectory) throws {
    var groundTruth = GroundTruthCache(of: manifest, in: directory)
    for scoring in manifest.plan.scorings where scoring.purpose == .report {
      let results = try ResultMask.all(
        of: scoring, history: history, in: directory, groundTruth: &groundTruth)
      for (id, result) in zip(scoring.cases, results) {
        let reason = history.status(of: scoring.job)?.reason
        try add(result, to: scoring, caseID: id, reason: reason)
      }
    }
  }

  /// - Parameter reason: the reason for which the mask's job was discarded, if it was.
  private mutating func add(
    _ result: ResultMask.Availability, to scoring: Scoring, caseID: String, reason: String?
  ) throws {
    switch result {
    case .available(let mask):
      masks[MaskKey(scoring, caseID: caseID)] = mask.bytes
      try scores.append(CaseScore(scoring, caseID: caseID, result: mask))
    case .pending: missing.append(MissingScore(scoring, caseID: caseID, reason: reason))
    case .invalid(let reason): missing.append(MissingScore(scoring, caseID: caseID, reason: reason))
    }
  }
}

/// The identity of a mask within a report.
struct MaskKey: Hashable {
  var dataset: String
  var method: Method
  var setting: String
  var seed: UInt64?
  var caseID: String
}

extension MaskKey {
  fileprivate init(_ scoring: Scoring, caseID: String) {
    self.init(
      dataset: scoring.dataset, method: scoring.method, setting: scoring.setting ?? "",
      seed: scoring.seed, caseID: caseID)
  }
}

extension MissingScore {
  fileprivate init(_ scoring: Scoring, caseID: String, reason: String?) {
    self.init(
      dataset: scoring.dataset, method: scoring.method, caseID: caseID,
      reason: reason ?? "not done yet", seed: scoring.seed, setting: scoring.setting ?? "")
  }
}

extension CaseScore {
  fileprivate init(_ scoring: Scoring, caseID: String, result: ResultMask) throws {
    let overlap = try Overlap(of: result.mask, against: result.groundTruth)
    let distance = try SurfaceDistance(of: result.mask, against: result.groundTruth)
    self.init(
      dataset: scoring.dataset, method: scoring.method, caseID: caseID, dice: overlap.dice,
      jaccard: overlap.jaccard, seconds: result.output.seconds, job: scoring.job,
      attempt: result.completion.attempt.number, worker: result.completion.worker.name,
      hausdorff95: distance?.hausdorff95, surfaceDistance: distance?.average,
      distanceUnit: result.groundTruth.spacing.unit, seed: scoring.seed,
      setting: scoring.setting ?? "")
  }
}
