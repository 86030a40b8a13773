import Blobs
import Foundation
import Imaging
import Jobs
import Journal
import RunFixtures
import Runs
import Scheduling
import Testing

/// The story that `dipper explain` tells of a job.
struct JobStoryTests {
  @Test("the story of an audit names outputs that could not be compared", arguments: [true, false])
  func namesUncomparedOutput(hasCurve: Bool) throws {
    var run = try RecordedRun()
    defer { run.remove() }
    let job = try #require(run.job("set TV solve c3"))
    let truth = try Mask(contentsOf: run.data.file("c3.png"))
    try run.complete(job, masks: [truth], curve: hasCurve ? Data("a".utf8) : nil)
    guard case .completed(_, _, var result)? = run.events.last else {
      Issue.record("the job is not done")
      return
    }
    let blob = try run.directory.blobs.put(Data("a".utf8))
    result.outputs = [result.outputs[0], JobOutput(role: .curve, blob: blob, seconds: 0)]
    let attempt = Attempt(job: job.id, number: 2)
    let worker = WorkerID("node-2")
    let audit = [
      JournalEvent.auditLeased(attempt, to: worker),
      .audited(attempt, by: worker, result, agrees: true),
    ]
    let journal = MemoryJournal()
    journal.append(run.events + audit, at: Date(timeIntervalSince1970: 86_400))
    let story = JobStory(
      of: job.id, in: journal.replay(from: 1),
      history: RunHistory(folding: run.events + audit)
    ).lines.joined(separator: "\n")
    #expect(story.contains("1970-01-02 00:00:00Z  attempt 2 by node-2 left the same"), "\(story)")
    let remark = "curve: \(blob.digest.short), not compared: an older version made none"
    #expect(story.contains(remark) == !hasCurve, "\(story)")
  }
}
