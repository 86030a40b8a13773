import Blobs
import Coordinator
import Foundation
import Imaging
import Jobs
import Scheduling
import Testing

/// What leaves a run's folder because nothing names it, and what stays.
struct LeftoversTests {
  private func everything(in folder: BlobFolder) throws -> Set<String> {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.folder.path)
    return Set(paths.map { URL(filePath: $0).lastPathComponent }.filter { $0.count == 64 })
  }

  @Test func onlyWhatNothingNamesIsRemovedAndNothingWhileAnAttemptIsOpen() throws {
    var run = try PlayedRun()
    defer { run.remove() }
    let (solve, train) = (
      try #require(run.job("set TV solve c3")), try #require(run.job("set M3 train"))
    )
    try run.complete(solve, masks: [Mask(contentsOf: run.data.file("c3.png"))])
    let audit = try run.state.blobs.put(Data("another result".utf8))
    let checkpoint = try run.state.blobs.put(Data("step 7".utf8))
    let wanted = try everything(in: run.state.blobs)
    let late = try run.state.blobs.put(Data("a checkpoint that came late".utf8))

    let (attempt, worker) = (Attempt(job: train.id, number: 1), WorkerID("node-2"))
    let other = JobResult(
      outputs: [JobOutput(role: .mask(case: 0), blob: audit, seconds: 1)], metrics: [:],
      seconds: 1, peakMemory: 1)
    let events =
      run.events + [
        .audited(Attempt(job: solve.id, number: 2), by: worker, other, agrees: false),
        .leased(attempt, to: worker),
        .checkpointed(attempt, Checkpoint(step: 7, blob: checkpoint)),
      ]
    #expect(run.experiment.removeLeftovers(from: run.state, history: events) == 0)
    #expect(run.state.blobs.contains(late.digest))
    let closed = events + [.released(attempt, by: worker)]
    #expect(run.experiment.removeLeftovers(from: run.state, history: closed) == 1)
    #expect(try everything(in: run.state.blobs) == wanted)
  }

  /// The inputs of a run that has not begun are named by no fact.
  @Test func theInputsOfCasesThatNoJobHasYetStay() throws {
    let run = try PlayedRun(methods: "[TV]")
    defer { run.remove() }
    let all = try everything(in: run.state.blobs)
    #expect(all.count == 8)
    #expect(run.experiment.removeLeftovers(from: run.state, history: []) == 0)
    #expect(try everything(in: run.state.blobs) == all)
  }
}
