import Jobs
import Scheduling

/// Implements the bugs that change the input or output of the state machines. The other bugs are
/// planted in the simulated shells, which carry out the directives.
extension PlantedBug {
  // MARK: bugs of the coordinator

  func tampered(_ stimulus: CoordinatorStimulus, in state: CoordinatorState) -> CoordinatorStimulus
  {
    switch (self, stimulus) {
    case (.dropFence, .received(.finished(let attempt, let result), let worker)):
      guard let job = state.status(of: attempt.job), let current = job.openAttempt,
        let holder = job.holder
      else { return stimulus }
      return current == attempt && holder == worker
        ? stimulus : .received(.finished(current, result), from: holder)
    case (.ignoreHoldings, .received(.join(let description, _), let worker)):
      return .received(.join(description, holding: []), from: worker)
    default: return stimulus
    }
  }

  func tampered(
    _ directives: [CoordinatorDirective], after stimulus: CoordinatorStimulus,
    in state: CoordinatorState
  ) -> [CoordinatorDirective] {
    switch self {
    case .commitTwice:
      guard case .received(.finished(let attempt, let result), let worker) = stimulus,
        directives == [.send(.acknowledged(attempt), to: worker)]
      else { return directives }
      return [.record([.completed(attempt, by: worker, result)])] + directives
    case .neverRevoke:
      return directives.filter { if case .send(.revoke, _) = $0 { false } else { true } }
    case .loseCheckpoint: return directives.map(\.withoutCheckpoint)
    case .requeueOpen, .blameJob, .retryLast, .ignoreDependencies:
      return directives.map { directive in
        guard case .record(let facts) = directive else { return directive }
        return .record(facts.compactMap { tampered($0, in: state) })
      }
    default: return directives
    }
  }

  private func tampered(_ fact: JournalEvent, in state: CoordinatorState) -> JournalEvent? {
    switch (self, fact) {
    case (.requeueOpen, .lost): return nil
    case (.blameJob, .lost(let attempt, let worker, let reason)):
      return .failed(attempt, by: worker, JobFailure(message: reason, isTransient: true))
    case (.retryLast, .leased(let attempt, let worker)) where attempt.number > 1:
      let fresh = state.jobs.first { $0.state == .ready && $0.lastAttempt == 0 }
      return .leased(fresh?.firstAttempt ?? attempt, to: worker)
    case (.ignoreDependencies, .leased(let attempt, let worker)):
      let early = state.jobs.first { $0.state == .waiting }
      return .leased(early?.firstAttempt ?? attempt, to: worker)
    default: return fact
    }
  }

  /// Returns the journal as a restarted coordinator with this bug reads it.
  func tampered(_ journal: [JournalEvent]) -> [JournalEvent] {
    switch self {
    case .reuseNumbers:
      let open = Set(
        JobLedger(folding: journal).jobs
          .compactMap(\.openAttempt))
      return journal.filter { fact in
        guard case .leased(let attempt, _) = fact else { return true }
        return open.contains(attempt)
      }
    case .forgetLeases:
      return journal.filter { if case .leased = $0 { false } else { true } }
    case .forgetResults:
      return journal.filter { if case .completed = $0 { false } else { true } }
    case .forgetFailures:
      return journal.map { fact in
        guard case .failed(let attempt, let worker, _) = fact else { return fact }
        return .released(attempt, by: worker)
      }
    default: return journal
    }
  }

  // MARK: bugs of the worker

  /// Returns the directives of a worker with this bug. `reported` holds the attempts whose end it
  /// has reported already.
  func tampered(
    _ directives: [WorkerDirective], reported: inout Set<Attempt>
  ) -> [WorkerDirective] {
    guard self == .sayOnce else { return directives }
    return directives.filter { directive in
      guard case .send(.finished(let attempt, _)) = directive else { return true }
      return reported.insert(attempt).inserted
    }
  }
}

extension CoordinatorDirective {
  fileprivate var withoutCheckpoint: CoordinatorDirective {
    guard case .send(.lease(var lease), let worker) = self else { return self }
    lease.checkpoint = nil
    return .send(.lease(lease), to: worker)
  }
}

extension JobStatus {
  fileprivate var firstAttempt: Attempt { Attempt(job: planned.id, number: 1) }
}
