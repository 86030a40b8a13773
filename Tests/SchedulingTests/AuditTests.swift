import Foundation
import Jobs
import Scheduling
import Testing

/// Tests the audits, in which another worker computes a result once more.
struct AuditTests {
  private let job = ExampleJobs.solve(1)

  private func coordinator(_ jobs: [PlannedJob], share: Double = 1) -> CoordinatorHarness {
    var settings = CoordinatorSettings()
    settings.auditShare = share
    return CoordinatorHarness(jobs, settings: settings)
  }

  private func result(_ name: String = "", fingerprint: [String: String]? = nil) -> JobResult {
    var result = ExampleJobs.result(of: job.job, name: name)
    result.fingerprint = fingerprint
    return result
  }

  private func verdicts(_ coordinator: CoordinatorHarness) -> [Bool] {
    coordinator.state.status(of: job.id)?.audits.map(\.agrees) ?? []
  }

  @Test("another worker computes a finished job once more before the run ends")
  func auditsFinishedJob() {
    var coordinator = coordinator([job])
    coordinator.join("a")
    coordinator.join("b")
    let done = coordinator.hear(.finished(job.attempt(1), result()), from: "a")
    #expect(done.leases(to: "a").isEmpty)
    #expect(done.leases(to: "b").map(\.attempt) == [job.attempt(2)])
    #expect(done.leases(to: "b").first?.checkpoint == nil)
    #expect(!done.messages(to: "a").contains(.dismiss))
    let audited = coordinator.hear(.finished(job.attempt(2), result()), from: "b")
    #expect(verdicts(coordinator) == [true])
    #expect(audited.messages(to: "b").contains(.acknowledged(job.attempt(2))))
    #expect(audited.messages(to: "a").contains(.dismiss))
    #expect(coordinator.state.status(of: job.id)?.completion?.attempt == job.attempt(1))
  }

  @Test("a different result contests the job, and the first result stands") func contestsJob() {
    var coordinator = coordinator([job])
    coordinator.join("a")
    coordinator.join("b")
    coordinator.hear(.finished(job.attempt(1), result()), from: "a")
    let audited = coordinator.hear(.finished(job.attempt(2), result("other")), from: "b")
    #expect(coordinator.state.status(of: job.id)?.isContested == true)
    #expect(coordinator.state.status(of: job.id)?.completion?.result == result())
    #expect(
      audited.contains(.notify(.audited(job.attempt(2), by: WorkerID("b"), agrees: false))))
    let restored = JobLedger(folding: coordinator.journal)
    #expect(restored.status(of: job.id)?.isContested == true)
  }

  /// What is compared is told from what cannot be: a mask must always be there, a curve was not always.
  @Test("an output that older versions did not produce is not compared")
  func ignoresOutputsOfNewerVersions() throws {
    var old = result()
    var new = result()
    var other = result()
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

  @Test("a curve that the first worker did not produce contests nothing") func ignoresMissingCurve()
  {
    var coordinator = coordinator([job])
    coordinator.join("a")
    coordinator.join("b")
    coordinator.hear(.finished(job.attempt(1), result()), from: "a")
    var new = result()
    new.outputs.append(JobOutput(role: .curve, blob: ExampleJobs.blob("curve"), seconds: 0))
    coordinator.hear(.finished(job.attempt(2), new), from: "b")
    #expect(verdicts(coordinator) == [true])
  }

  @Test("jobs are leased before audits") func leasesJobsFirst() {
    let next = ExampleJobs.solve(2)
    var coordinator = coordinator([job, next])
    coordinator.join("a")
    coordinator.hear(.finished(job.attempt(1), result()), from: "a")
    #expect(coordinator.join("b").leases(to: "b").map(\.attempt) == [job.attempt(2)])
    #expect(coordinator.state(of: next) == .running)
  }

  @Test("the run of a single worker ends without its audits") func endsWithoutAuditor() {
    var coordinator = coordinator([job])
    coordinator.join("a")
    let done = coordinator.hear(.finished(job.attempt(1), result()), from: "a")
    #expect(done.contains(.notify(.auditsSkipped(1))))
    #expect(done.messages(to: "a").contains(.dismiss))
  }

  @Test("a worker with another numerics fingerprint audits nothing") func requiresEqualFingerprint()
  {
    let native = ["probe": "1"]
    var coordinator = coordinator([job])
    coordinator.join("a", fingerprint: native)
    coordinator.join("b", fingerprint: ["probe": "2"])
    let done = coordinator.hear(.finished(job.attempt(1), result(fingerprint: native)), from: "a")
    #expect(done.leases(to: "b").isEmpty)
    #expect(done.contains(.notify(.auditsSkipped(1))))
  }

  @Test("an audit without a verdict is repeated, but not for ever") func repeatsAudit() {
    var coordinator = coordinator([job])
    coordinator.join("a")
    coordinator.join("b")
    coordinator.hear(.finished(job.attempt(1), result()), from: "a")
    let failure = JobFailure(message: "no memory", isTransient: true)
    #expect(
      coordinator.hear(.failed(job.attempt(2), failure), from: "b").leases(to: "b").map(\.attempt)
        == [job.attempt(3)])
    coordinator.hear(.released(job.attempt(3)), from: "b")
    let last = coordinator.hear(.failed(job.attempt(4), failure), from: "b")
    #expect(last.contains(.notify(.auditsSkipped(1))))
    #expect(last.messages(to: "a").contains(.dismiss))
    #expect(coordinator.state(of: job) == .done)
    #expect(coordinator.state.status(of: job.id)?.failures == 0)
  }

  @Test("a lost audit is no loss of the job, and its checkpoints are not kept") func losesAudit() {
    var coordinator = coordinator([job])
    coordinator.join("a")
    coordinator.join("b")
    coordinator.hear(.finished(job.attempt(1), result()), from: "a")
    let stored = coordinator.hear(.checkpoint(job.attempt(2), ExampleJobs.checkpoint(5)), from: "b")
    #expect(stored == [.removeUnreferenced(ExampleJobs.checkpoint(5).blob)])
    coordinator.join("c")
    let lost = coordinator.lose("b")
    #expect(lost.leases(to: "c").map(\.attempt) == [job.attempt(3)])
    #expect(coordinator.state.status(of: job.id)?.losses == 0)
    // The lost worker was only cut off; what it has computed counts no more and harms nothing.
    coordinator.join("b", holding: [job.attempt(2)])
    coordinator.hear(.finished(job.attempt(2), result("other")), from: "b")
    #expect(verdicts(coordinator) == [])
  }

  @Test("attempt numbers go on after a restart") func continuesAttemptNumbers() {
    let next = ExampleJobs.solve(2)
    var coordinator = coordinator([job, next])
    coordinator.join("a")
    coordinator.hear(.finished(job.attempt(1), result()), from: "a")
    #expect(coordinator.join("b").leases(to: "b").map(\.attempt) == [job.attempt(2)])
    _ = coordinator.restart([job, next])
    #expect(coordinator.join("a", holding: [next.attempt(1)]).leases(to: "a").isEmpty)
    #expect(coordinator.join("c").leases(to: "c").map(\.attempt) == [job.attempt(3)])
  }

  @Test("results from before the start are audited by the first worker that joins")
  func auditsEarlierResults() {
    var coordinator = coordinator([job])
    coordinator.join("a")
    coordinator.hear(.finished(job.attempt(1), result()), from: "a")
    #expect(!coordinator.restart([job]).contains(.conclude))
    coordinator.wait(.seconds(5))
    #expect(coordinator.join("b").leases(to: "b").map(\.attempt) == [job.attempt(2)])
    let audited = coordinator.hear(.finished(job.attempt(2), result()), from: "b")
    #expect(verdicts(coordinator) == [true])
    #expect(audited.messages(to: "b").contains(.dismiss))
  }

  @Test("the wait for auditors of earlier results is limited") func limitsWaitForAuditors() {
    var coordinator = coordinator([job])
    coordinator.join("a")
    coordinator.hear(.finished(job.attempt(1), result()), from: "a")
    _ = coordinator.restart([job])
    let end = coordinator.wait(.seconds(11))
    #expect(end.contains(.notify(.auditsSkipped(1))) && end.contains(.conclude))
  }

  @Test("an interruption reports how many audits it leaves unfinished")
  func reportsUnfinishedAudits() {
    var coordinator = coordinator([job])
    coordinator.join("a")
    coordinator.join("b")
    coordinator.hear(.finished(job.attempt(1), result()), from: "a")
    coordinator.apply(.interrupted)
    coordinator.hear(.leave, from: "a")
    coordinator.hear(.released(job.attempt(2)), from: "b")
    let end = coordinator.hear(.leave, from: "b")
    #expect(end.contains(.notify(.auditsUnfinished(1))) && end.contains(.conclude))
    #expect(coordinator.state.openAudits == 1)
  }

  // MARK: late results

  @Test(
    "the late result of a lost worker is compared with the one that counts",
    arguments: ["", "other"])
  func comparesLateResult(name: String) {
    var coordinator = coordinator([job], share: 0)
    coordinator.join("a")
    coordinator.join("b")
    coordinator.lose("a")
    coordinator.join("a", holding: [job.attempt(1)])
    coordinator.hear(.finished(job.attempt(2), result()), from: "b")
    coordinator.hear(.finished(job.attempt(1), result(name)), from: "a")
    #expect(verdicts(coordinator) == [name.isEmpty])
  }

  @Test(
    "a late result that comes before the job is done is compared afterwards",
    arguments: ["", "other"])
  func keepsEarlyLateResult(name: String) {
    var coordinator = coordinator([job], share: 0)
    coordinator.join("a")
    coordinator.join("b")
    coordinator.lose("a")
    coordinator.join("a", holding: [])
    coordinator.hear(.finished(job.attempt(1), result(name)), from: "a")
    coordinator.hear(.finished(job.attempt(1), result(name)), from: "a")
    #expect(verdicts(coordinator) == [])
    coordinator.hear(.finished(job.attempt(2), result()), from: "b")
    #expect(verdicts(coordinator) == [name.isEmpty])
  }

  @Test("a worker that never held an attempt contests nothing") func ignoresUnrelatedResult() {
    var coordinator = coordinator([job], share: 0)
    coordinator.join("a")
    coordinator.join("b")
    coordinator.lose("a")
    coordinator.hear(.finished(job.attempt(2), result()), from: "b")
    coordinator.join("liar")
    coordinator.hear(.finished(job.attempt(1), result("other")), from: "liar")
    #expect(verdicts(coordinator) == [])
  }

  // MARK: the choice

  @Test("the audited share is met, and the salt decides which jobs belong to it")
  func choosesShareBySalt() {
    func audited(salt: UInt64) -> Set<JobID> {
      let jobs = (1...2000).map(ExampleJobs.solve)
      var settings = CoordinatorSettings()
      settings.auditShare = 0.3
      settings.auditSalt = salt
      var coordinator = CoordinatorHarness(jobs, settings: settings)
      coordinator.join("a", credit: 2000)
      for job in jobs {
        coordinator.hear(.finished(job.attempt(1), ExampleJobs.result(of: job.job)), from: "a")
        if coordinator.state.counts.unsettled == 1 { coordinator.join("b", credit: 2000) }
      }
      return Set(
        coordinator.journal.compactMap {
          if case .auditLeased(let attempt, _) = $0 { attempt.job } else { nil }
        })
    }
    let one = audited(salt: 1)
    let other = audited(salt: 2)
    // Binomial: 600 expected, standard deviation 20.5.
    #expect((520...680).contains(one.count))
    #expect((520...680).contains(other.count))
    // Chosen by both as often as chance has it: 180, standard deviation 12.8.
    #expect((120...240).contains(one.intersection(other).count))
  }
}
