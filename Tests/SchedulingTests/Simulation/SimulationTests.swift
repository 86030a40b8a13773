import Experiments
import Scheduling
import TestSupport
import Testing

/// The violation that the run of this seed meets, with its story; nil where it meets none.
private func failure(seed: UInt64, tampering: Simulation.Tampering? = nil) -> String? {
  do {
    try Simulation(seed: seed, tampering: tampering).run()
    return nil
  } catch {
    let again = Simulation(seed: seed, isTelling: true, tampering: tampering)
    try? again.run()
    return "seed \(seed): \(error)\n" + again.story.suffix(80).joined(separator: "\n")
  }
}

@Test func whateverFailsEveryJobIsDoneOnceOrSetAside() {
  let time = ContinuousClock().measure {
    for seed in 1...2000 {
      guard let story = failure(seed: UInt64(seed)) else { continue }
      Issue.record(Comment(rawValue: story))
      return
    }
  }
  print("simulation: 2,000 seeds in \(time)")
}

@Test func theSameSeedTellsTheSameStory() throws {
  for seed: UInt64 in [7, 11] {
    let runs = [Simulation(seed: seed, isTelling: true), Simulation(seed: seed, isTelling: true)]
    for run in runs { try run.run() }
    #expect(runs[0].story == runs[1].story)
    #expect(runs[0].story.count > 50)
  }
}

/// Whether one of the first seeds finds the planted bug.
private func isCaught(_ tampering: @escaping Simulation.Tampering) -> Bool {
  (1...300).contains { failure(seed: UInt64($0), tampering: tampering) != nil }
}

@Test func aMissingFenceIsCaught() {
  #expect(
    isCaught { stimulus, directives in
      guard case .received(.finished(let attempt, let result), let worker) = stimulus,
        directives.contains(.announce(.superseded(attempt, from: worker)))
      else { return directives }
      return [.record([.completed(attempt, by: worker, result)])] + directives
    })
}

@Test func aReusedAttemptNumberIsCaught() {
  func reused(_ attempt: Attempt) -> Attempt {
    Attempt(job: attempt.job, number: max(1, attempt.number - 1))
  }
  #expect(
    isCaught { _, directives in
      directives.map { directive in
        guard case .record(let events) = directive else { return directive }
        return .record(
          events.map { event in
            guard case .leased(let attempt, let worker) = event else { return event }
            return .leased(reused(attempt), to: worker)
          })
      }
    })
}

@Test func sendingBeforeRecordingIsCaught() {
  #expect(
    isCaught { _, directives in
      guard case .record = directives.first else { return directives }
      return Array(directives.dropFirst() + directives.prefix(1))
    })
}

@Test func aForgottenLossIsCaught() {
  #expect(
    isCaught { _, directives in
      directives.map { directive in
        guard case .record(let events) = directive else { return directive }
        return .record(events.filter { if case .lost = $0 { false } else { true } })
      }
    })
}
