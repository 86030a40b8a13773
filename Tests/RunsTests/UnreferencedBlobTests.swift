import Blobs
import Foundation
import Imaging
import Jobs
import RunFixtures
import Runs
import Scheduling
import Testing

/// The removal of blobs that no journal event names.
struct UnreferencedBlobTests {
  private func everything(in folder: BlobFolder) throws -> Set<String> {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.folder.path)
    return Set(paths.map { URL(filePath: $0).lastPathComponent }.filter { $0.count == 64 })
  }

  @Test("only unreferenced blobs are removed, and none while an attempt is open")
  func removesUnreferencedBlobs() throws {
    var run = try RecordedRun()
    defer { run.remove() }
    let solve = try #require(run.job("set TV solve c3"))
    let train = try #require(run.job("set M3 train"))
    try run.complete(solve, masks: [Mask(contentsOf: run.data.file("c3.png"))])
    let audit = try run.directory.blobs.put(Data("another result".utf8))
    let checkpoint = try run.directory.blobs.put(Data("step 7".utf8))
    let wanted = try everything(in: run.directory.blobs)
    let late = try run.directory.blobs.put(Data("a checkpoint that came late".utf8))

    let attempt = Attempt(job: train.id, number: 1)
    let worker = WorkerID("node-2")
    let other = JobResult(
      outputs: [JobOutput(role: .mask(case: 0), blob: audit, seconds: 1)], metrics: [:],
      seconds: 1, peakMemory: 1)
    let events =
      run.events + [
        .audited(Attempt(job: solve.id, number: 2), by: worker, other, agrees: false),
        .leased(attempt, to: worker),
        .checkpointed(attempt, Checkpoint(step: 7, blob: checkpoint)),
      ]
    #expect(
      run.experiment.removeUnreferencedBlobs(
        from: run.directory, history: RunHistory(folding: events)) == 0)
    #expect(run.directory.blobs.contains(late.digest))
    let closed = events + [.released(attempt, by: worker)]
    #expect(
      run.experiment.removeUnreferencedBlobs(
        from: run.directory, history: RunHistory(folding: closed)) == 1)
    #expect(try everything(in: run.directory.blobs) == wanted)
  }

  /// The inputs of a run that has not begun are named by no fact.
  @Test("the inputs of cases without a job stay")
  func keepsInputs() throws {
    let run = try RecordedRun(methods: "[TV]")
    defer { run.remove() }
    let all = try everything(in: run.directory.blobs)
    #expect(all.count == 8)
    #expect(
      run.experiment.removeUnreferencedBlobs(from: run.directory, history: RunHistory(folding: []))
        == 0)
    #expect(try everything(in: run.directory.blobs) == all)
  }
}
