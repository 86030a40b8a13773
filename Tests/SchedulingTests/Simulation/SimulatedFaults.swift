import Experiments
import Scheduling
import TestSupport

/// What goes wrong.
enum Fault: Sendable {
  case workerDies
  case workerFreezes
  case workerIsInterrupted
  case linkBreaks
  case coordinatorDies
  case coordinatorFreezes
  case coordinatorIsInterrupted
}

extension Simulation {
  func scheduleFaults() {
    let kinds: [Fault] = [
      .workerDies, .workerDies, .workerFreezes, .workerFreezes, .workerIsInterrupted, .linkBreaks,
      .linkBreaks, .linkBreaks, .coordinatorDies, .coordinatorDies, .coordinatorFreezes,
      .coordinatorIsInterrupted,
    ]
    for _ in 0..<Int.random(in: 0...16, using: &generator) {
      schedule(.fault(generator.pick(kinds)), at: delay(0...Self.calm))
    }
  }

  func inflict(_ fault: Fault) throws {
    let duration = Double.random(in: 0...8, using: &generator)
    switch fault {
    case .coordinatorDies: crashCoordinator()
    case .coordinatorFreezes:
      tell("coordinator freezes for \(duration) s")
      coordinatorFrozenUntil = now + duration
    case .coordinatorIsInterrupted:
      tell("coordinator is interrupted")
      try decide(.interrupted)
    case .workerDies, .workerFreezes, .workerIsInterrupted, .linkBreaks:
      guard let worker = generator.pickLiving(of: workers) else { return }
      tell("\(workers[worker].id): \(fault), \(duration) s")
      harm(worker, fault, duration)
    }
  }

  private func harm(_ worker: Int, _ fault: Fault, _ duration: Double) {
    switch fault {
    case .workerDies: bury(worker)
    case .workerFreezes: workers[worker].frozenUntil = now + duration
    case .workerIsInterrupted: tellWorker(worker, .interrupted)
    case .linkBreaks:
      workers[worker].link += 1
      workers[worker].linkDownUntil = now + duration
    case .coordinatorDies, .coordinatorFreezes, .coordinatorIsInterrupted: break
    }
  }

  // MARK: telling

  func brief(_ event: JournalEvent) -> String {
    switch event {
    case .submitted(let planned): "submitted \(planned.label)"
    case .leased(let attempt, let worker): "leased \(brief(attempt)) to \(worker)"
    case .checkpointed(let attempt, let at): "checkpointed \(brief(attempt)) at \(at.step)"
    case .completed(let attempt, let worker, _): "completed \(brief(attempt)) by \(worker)"
    case .failed(let attempt, let worker, _): "failed \(brief(attempt)) by \(worker)"
    case .lost(let attempt, let worker, _): "lost \(brief(attempt)) by \(worker)"
    case .released(let attempt, let worker): "released \(brief(attempt)) by \(worker)"
    case .setAside(let job, let reason): "set aside \(job.short): \(reason)"
    }
  }

  func brief(_ attempt: Attempt) -> String { "\(attempt.job.short)/\(attempt.number)" }

  func brief(_ message: WorkerMessage) -> String {
    switch message {
    case .join(_, let holding): "join holding \(holding.map { brief($0.attempt) })"
    case .heartbeat: "heartbeat"
    case .started(let attempt): "started \(brief(attempt))"
    case .progress(let attempt, let progress): "progress \(brief(attempt)) \(progress.step)"
    case .checkpoint(let attempt, let at): "checkpoint \(brief(attempt)) \(at.step)"
    case .finished(let attempt, _): "finished \(brief(attempt))"
    case .failed(let attempt, _): "failed \(brief(attempt))"
    case .released(let attempt): "released \(brief(attempt))"
    case .leave: "leave"
    }
  }

  func brief(_ message: CoordinatorMessage) -> String {
    switch message {
    case .welcome: "welcome"
    case .lease(let lease): "lease \(brief(lease.attempt)) from \(lease.checkpoint?.step ?? 0)"
    case .acknowledged(let attempt): "acknowledged \(brief(attempt))"
    case .revoke(let attempt): "revoke \(brief(attempt))"
    case .rejoin: "rejoin"
    case .refused(let reason): "refused \(reason)"
    case .dismiss: "dismiss"
    }
  }
}

extension SeededGenerator {
  fileprivate mutating func pickLiving(of workers: [SimulatedWorker]) -> Int? {
    let living = workers.indices.filter { workers[$0].isAlive }
    return living.isEmpty ? nil : pick(living)
  }
}
