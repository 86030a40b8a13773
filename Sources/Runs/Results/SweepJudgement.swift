import Blobs
import Evaluation
import Foundation
import Imaging
import Jobs
import Scheduling

/// The judgement of a sweep's settings by the masks of training images in a run directory.
public struct SweepJudgement {
  /// The settings in the order of data sets, methods and settings, with the chosen ones marked.
  public let settings: [SettingJudgement]

  /// Judges the settings by the jobs that are done.
  ///
  /// - Throws: `DipperError` if a mask or a ground truth is missing or damaged, or if a ground
  ///   truth has another digest than the manifest names.
  public init(
    _ manifest: RunManifest, history: RunHistory, in directory: RunDirectory
  ) throws {
    var order: [Candidate] = []
    var found: [Candidate: (dice: [Double], missing: Int)] = [:]
    var groundTruth = GroundTruthCache(of: manifest, in: directory)
    for scoring in manifest.plan.scorings where scoring.purpose == .choice {
      let candidate = Candidate(scoring)
      if found[candidate] == nil { order.append(candidate) }
      let masks = try ResultMask.all(
        of: scoring, history: history, in: directory, groundTruth: &groundTruth)
      for mask in masks {
        if case .available(let result) = mask {
          let overlap = try Overlap(of: result.mask, against: result.groundTruth)
          found[candidate, default: ([], 0)].dice.append(overlap.dice)
        } else {
          found[candidate, default: ([], 0)].missing += 1
        }
      }
    }
    settings = order.map { candidate in
      SettingJudgement(
        dataset: candidate.dataset, method: candidate.method, setting: candidate.setting,
        dice: found[candidate]!.dice, missing: found[candidate]!.missing)
    }.choosing(manifest.choice ?? .perDataset)
  }

  /// A method with one setting on one data set.
  private struct Candidate: Hashable {
    var dataset: String
    var method: Method
    var setting: String

    init(_ scoring: Scoring) {
      dataset = scoring.dataset
      method = scoring.method
      setting = scoring.setting ?? ""
    }
  }

  /// Returns the name of the chosen setting, or nil if no setting has all its scores.
  public func chosenSetting(of method: Method, on dataset: String) -> String? {
    settings.first { $0.isChosen && $0.dataset == dataset && $0.method == method }?.setting
  }
}
