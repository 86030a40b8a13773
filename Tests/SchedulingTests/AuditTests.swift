import Foundation
import Jobs
import Scheduling
import Testing

/// Results that are computed once more by another worker.
struct AuditTests {
  private let job = ExampleJobs.solve(1)

  private func office(_ jobs: [PlannedJob], share: Double = 1) -> Office {
    var settings = CoordinatorSettings()
    settings.auditShare = share
    return Office(jobs, settings: settings)
  }

  private func result(_ name: String = "", fingerprint: [String: String]? = nil) -> JobResult {
    var result = ExampleJobs.result(of: job.job, name: name)
    result.fingerprint = fingerprint
    return result
  }

  private func verdicts(_ office: Office) -> [Bool] {
    office.state.status(of: job.id)?.audits.map(\.agrees) ?? []
  }

  @Test func anotherWorkerComputesAFinishedJobOnceMoreAndTheRunEndsAfterwards() {
    var office = office([job])
    office.join("a")
    office.join("b")
    let done = office.hear(.finished(job.attempt(1), result()), from: "a")
    #expect(done.leases(to: "a").isEmpty)
    #expect(done.leases(to: "b").map(\.attempt) == [job.attempt(2)])
    #expect(done.leases(to: "b").first?.checkpoint == nil)
    #expect(!done.messages(to: "a").contains(.dismiss))
    let audited = office.hear(.finished(job.attempt(2), result()), from: "b")
    #expect(verdicts(office) == [true])
    #expect(audited.messages(to: "b").contains(.acknowledged(job.attempt(2))))
    #expect(audited.messages(to: "a").contains(.dismiss))
    #expect(office.state.status(of: job.id)?.completion?.attempt == job.attempt(1))
  }

  @Test func anotherResultContestsTheJobAndTheFirstStands() {
    var office = office([job])
    office.join("a")
    office.join("b")
    office.hear(.finished(job.attempt(1), result()), from: "a")
    let audited = office.hear(.finished(job.attempt(2), result("other")), from: "b")
    #expect(office.state.status(of: job.id)?.isContested == true)
    #expect(office.state.status(of: job.id)?.completion?.result == result())
    #expect(
      audited.contains(.notify(.audited(job.attempt(2), by: WorkerID("b"), agrees: false))))
    let restored = JobLedger(folding: office.journal)
    #expect(restored.status(of: job.id)?.isContested == true)
  }

  /// What is compared is told from what cannot be: a mask must always be there, a curve was not always.
  @Test func anOutputThatOlderVersionsDidNotMakeIsNotCompared() throws {
    var (old, new, other) = (result(), result(), result())
    let curve = ExampleJobs.blob("curve")
    new.outputs.append(JobOutput(role: .curve, blob: curve, seconds: 0))
    other.outputs.append(JobOutput(role: .curve, blob: ExampleJobs.blob("another"), seconds: 0))
    for (one, two) in [(old, new), (new, old)] {
      let comparison = ResultComparison(one, two)
      #expect(comparison.agrees && comparison.equal.map(\.role) == [.mask(case: 0)])
      #expect(comparison.uncompared.map(\.role) == [.curve])
      #expect(comparison.uncompared.flatMap(\.digests).compactMap(\.self) == [curve.digest])
    }
    // Both made one: it counts.
    let curves = ResultComparison(new, other)
    #expect(!curves.agrees && curves.different.map(\.role) == [.curve])
    #expect(ResultComparison(new, new).equal.map(\.role) == [.mask(case: 0), .curve])
    // A mask that is missing is never a matter of versions.
    old.outputs = []
    let missing = ResultComparison(new, old)
    #expect(!missing.agrees && missing.different.map(\.role) == [.mask(case: 0)])
    #expect(missing.different.first?.digests.last == .some(nil))
  }

  @Test func aCurveThatTheFirstWorkerDidNotMakeContestsNothing() {
    var office = office([job])
    office.join("a")
    office.join("b")
    office.hear(.finished(job.attempt(1), result()), from: "a")
    var new = result()
    new.outputs.append(JobOutput(role: .curve, blob: ExampleJobs.blob("curve"), seconds: 0))
    office.hear(.finished(job.attempt(2), new), from: "b")
    #expect(verdicts(office) == [true])
  }

  @Test func jobsComeBeforeAudits() {
    let next = ExampleJobs.solve(2)
    var office = office([job, next])
    office.join("a")
    office.hear(.finished(job.attempt(1), result()), from: "a")
    #expect(office.join("b").leases(to: "b").map(\.attempt) == [job.attempt(2)])
    #expect(office.state(of: next) == .running)
  }

  @Test func aLoneWorkersRunEndsUnaudited() {
    var office = office([job])
    office.join("a")
    let done = office.hear(.finished(job.attempt(1), result()), from: "a")
    #expect(done.contains(.notify(.auditsSkipped(1))))
    #expect(done.messages(to: "a").contains(.dismiss))
  }

  @Test func aWorkerWithOtherBitsAuditsNothing() {
    let native = ["probe": "1"]
    var office = office([job])
    office.join("a", fingerprint: native)
    office.join("b", fingerprint: ["probe": "2"])
    let done = office.hear(.finished(job.attempt(1), result(fingerprint: native)), from: "a")
    #expect(done.leases(to: "b").isEmpty)
    #expect(done.contains(.notify(.auditsSkipped(1))))
  }

  @Test func anAuditThatComesToNothingIsDueAgainButNotForEver() {
    var office = office([job])
    office.join("a")
    office.join("b")
    office.hear(.finished(job.attempt(1), result()), from: "a")
    let failure = JobFailure(message: "no memory", isTransient: true)
    #expect(
      office.hear(.failed(job.attempt(2), failure), from: "b").leases(to: "b").map(\.attempt)
        == [job.attempt(3)])
    office.hear(.released(job.attempt(3)), from: "b")
    let last = office.hear(.failed(job.attempt(4), failure), from: "b")
    #expect(last.contains(.notify(.auditsSkipped(1))))
    #expect(last.messages(to: "a").contains(.dismiss))
    #expect(office.state(of: job) == .done)
    #expect(office.state.status(of: job.id)?.failures == 0)
  }

  @Test func aLostAuditIsNoLossOfTheJobAndItsCheckpointsAreNotKept() {
    var office = office([job])
    office.join("a")
    office.join("b")
    office.hear(.finished(job.attempt(1), result()), from: "a")
    let stored = office.hear(.checkpoint(job.attempt(2), ExampleJobs.checkpoint(5)), from: "b")
    #expect(stored == [.removeUnreferenced(ExampleJobs.checkpoint(5).blob)])
    office.join("c")
    let lost = office.lose("b")
    #expect(lost.leases(to: "c").map(\.attempt) == [job.attempt(3)])
    #expect(office.state.status(of: job.id)?.losses == 0)
    // The lost worker was only cut off; what it has computed counts no more and harms nothing.
    office.join("b", holding: [job.attempt(2)])
    office.hear(.finished(job.attempt(2), result("other")), from: "b")
    #expect(verdicts(office) == [])
  }

  @Test func attemptNumbersGoOnAfterARestart() {
    let next = ExampleJobs.solve(2)
    var office = office([job, next])
    office.join("a")
    office.hear(.finished(job.attempt(1), result()), from: "a")
    #expect(office.join("b").leases(to: "b").map(\.attempt) == [job.attempt(2)])
    _ = office.restart([job, next])
    #expect(office.join("a", holding: [next.attempt(1)]).leases(to: "a").isEmpty)
    #expect(office.join("c").leases(to: "c").map(\.attempt) == [job.attempt(3)])
  }

  @Test func whatWasDoneBeforeTheStartIsAuditedByWhoeverJoins() {
    var office = office([job])
    office.join("a")
    office.hear(.finished(job.attempt(1), result()), from: "a")
    #expect(!office.restart([job]).contains(.conclude))
    office.wait(5)
    #expect(office.join("b").leases(to: "b").map(\.attempt) == [job.attempt(2)])
    let audited = office.hear(.finished(job.attempt(2), result()), from: "b")
    #expect(verdicts(office) == [true])
    #expect(audited.messages(to: "b").contains(.dismiss))
  }

  @Test func nobodyIsWaitedForForEverToAuditWhatWasDoneBefore() {
    var office = office([job])
    office.join("a")
    office.hear(.finished(job.attempt(1), result()), from: "a")
    _ = office.restart([job])
    let end = office.wait(11)
    #expect(end.contains(.notify(.auditsSkipped(1))) && end.contains(.conclude))
  }

  @Test func anInterruptionSaysHowManyAuditsItLeaves() {
    var office = office([job])
    office.join("a")
    office.join("b")
    office.hear(.finished(job.attempt(1), result()), from: "a")
    office.apply(.interrupted)
    office.hear(.leave, from: "a")
    office.hear(.released(job.attempt(2)), from: "b")
    let end = office.hear(.leave, from: "b")
    #expect(end.contains(.notify(.auditsUnfinished(1))) && end.contains(.conclude))
    #expect(office.state.openAudits == 1)
  }

  // MARK: late results

  @Test(arguments: ["", "other"])
  func whatALostWorkerFinishesIsComparedWithWhatCounts(name: String) {
    var office = office([job], share: 0)
    office.join("a")
    office.join("b")
    office.lose("a")
    office.join("a", holding: [job.attempt(1)])
    office.hear(.finished(job.attempt(2), result()), from: "b")
    office.hear(.finished(job.attempt(1), result(name)), from: "a")
    #expect(verdicts(office) == [name.isEmpty])
  }

  @Test(arguments: ["", "other"])
  func whatALostWorkerFinishesFirstIsComparedOnceTheJobIsDone(name: String) {
    var office = office([job], share: 0)
    office.join("a")
    office.join("b")
    office.lose("a")
    office.join("a", holding: [])
    office.hear(.finished(job.attempt(1), result(name)), from: "a")
    office.hear(.finished(job.attempt(1), result(name)), from: "a")
    #expect(verdicts(office) == [])
    office.hear(.finished(job.attempt(2), result()), from: "b")
    #expect(verdicts(office) == [name.isEmpty])
  }

  @Test func whoNeverHeldAnAttemptContestsNothing() {
    var office = office([job], share: 0)
    office.join("a")
    office.join("b")
    office.lose("a")
    office.hear(.finished(job.attempt(2), result()), from: "b")
    office.join("liar")
    office.hear(.finished(job.attempt(1), result("other")), from: "liar")
    #expect(verdicts(office) == [])
  }

  // MARK: the choice

  @Test func theShareIsMetAndTheSaltDecidesWhich() {
    func audited(salt: UInt64) -> Set<JobID> {
      let jobs = (1...2000).map(ExampleJobs.solve)
      var settings = CoordinatorSettings()
      (settings.auditShare, settings.auditSalt) = (0.3, salt)
      var office = Office(jobs, settings: settings)
      office.join("a", credit: 2000)
      for job in jobs {
        office.hear(.finished(job.attempt(1), ExampleJobs.result(of: job.job)), from: "a")
        if office.state.counts.unsettled == 1 { office.join("b", credit: 2000) }
      }
      return Set(
        office.journal.compactMap {
          if case .auditLeased(let attempt, _) = $0 { attempt.job } else { nil }
        })
    }
    let (one, other) = (audited(salt: 1), audited(salt: 2))
    // Binomial: 600 expected, standard deviation 20.5.
    #expect((520...680).contains(one.count))
    #expect((520...680).contains(other.count))
    // Chosen by both as often as chance has it: 180, standard deviation 12.8.
    #expect((120...240).contains(one.intersection(other).count))
  }
}
