import Blobs
import Evaluation
import Foundation
import Imaging
import Jobs
import Scheduling

/// A sweep's settings, judged by the masks of training images in a run's folder.
public struct SweepJudgement {
  /// In the order of data sets, methods and settings, with what is chosen.
  public let settings: [SettingJudgement]

  /// Judges what is done.
  ///
  /// - Parameter known: the state of the run's jobs.
  /// - Throws: `BlobError` where a mask is missing or damaged; `CoordinatorError` where a truth is, or
  ///   is not the record's.
  public init(
    _ record: ExperimentRecord, _ known: JobLedger, in state: StateFolder
  ) throws {
    var order: [Key] = []
    var found: [Key: (dice: [Double], missing: Int)] = [:]
    var truths = Truths(of: record, in: state)
    for scoring in record.plan.scorings where scoring.purpose == .choice {
      let key = Key(scoring)
      if found[key] == nil { order.append(key) }
      for mask in try MadeMask.all(of: scoring, known, in: state, &truths) {
        if case .made(let made) = mask {
          let overlap = try Overlap(of: made.mask, against: made.truth)
          found[key, default: ([], 0)].dice.append(overlap.dice)
        } else {
          found[key, default: ([], 0)].missing += 1
        }
      }
    }
    settings = order.map { key in
      SettingJudgement(
        dataset: key.dataset, method: key.method, setting: key.setting, dice: found[key]!.dice,
        missing: found[key]!.missing)
    }.choosing(record.choice ?? .perDataset)
  }

  private struct Key: Hashable {
    var dataset: String
    var method: Method
    var setting: String

    init(_ scoring: Scoring) {
      (dataset, method, setting) = (scoring.dataset, scoring.method, scoring.setting ?? "")
    }
  }

  /// The name of the chosen setting, or nil where none has all its scores.
  public func chosen(_ dataset: String, _ method: Method) -> String? {
    settings.first { $0.isChosen && $0.dataset == dataset && $0.method == method }?.setting
  }
}
