import Jobs
import Scheduling

/// What happened in a run, in lines for people.
struct Story {
  /// What a line is about.
  enum Subject: Hashable {
    case all
    case job(JobID)
    case worker(Int)
  }

  private var entries: [(subject: Subject, line: String)] = []

  mutating func add(_ line: String, about subject: Subject, at now: Instant) {
    entries.append((subject, "\(rounded(now.sinceOrigin)) s: \(line)"))
  }

  /// The last lines.
  func last(_ count: Int) -> [String] { entries.suffix(count).map(\.line) }

  /// The life of one job, and what befell everybody.
  func life(of job: JobID) -> [String] {
    entries.filter { $0.subject == .job(job) || $0.subject == .all }.map(\.line)
  }
}

/// The duration in seconds, rounded to three decimals.
func rounded(_ duration: Duration) -> Double { (duration / .milliseconds(1)).rounded() / 1000 }

extension SimulatedCluster {
  func tell(_ subject: Story.Subject, _ line: @autoclosure () -> String) {
    guard story != nil else { return }
    story?.add(line(), about: subject, at: now)
  }

  private func tell(_ attempt: Attempt, _ line: @autoclosure () -> String) {
    tell(.job(attempt.job), "\(label(attempt.job)), attempt \(attempt.number) \(line())")
  }

  private func label(_ job: JobID) -> String {
    scenario.places[job].map { scenario.planned[$0].label } ?? job.short
  }

  func tell(_ fact: JournalEvent) {
    guard story != nil else { return }
    switch fact {
    case .submitted(let planned): tell(.job(planned.id), "\(planned.label) is submitted")
    case .leased(let attempt, let worker): tell(attempt, "goes to \(worker)")
    case .checkpointed(let attempt, let at): tell(attempt, "has its checkpoint of step \(at.step)")
    case .completed(let attempt, let worker, _): tell(attempt, "is done by \(worker)")
    case .failed(let attempt, let worker, let failure):
      tell(attempt, "fails at \(worker): \(failure.message)")
    case .lost(let attempt, let worker, let reason):
      tell(attempt, "is lost with \(worker): \(reason)")
    case .released(let attempt, let worker): tell(attempt, "comes back undone from \(worker)")
    case .discarded(let job, let reason): tell(.job(job), "\(label(job)) is discarded: \(reason)")
    case .cancelled(let job): tell(.job(job), "\(label(job)) is cancelled")
    case .requeued(let job, let reason):
      tell(.job(job), "\(label(job)) goes back to the queue: \(reason)")
    case .imported(let attempt, let worker, _, let origin):
      tell(attempt, "is taken over from \(origin), where \(worker) did it")
    case .auditLeased(let attempt, let worker): tell(attempt, "is an audit and goes to \(worker)")
    case .audited(let attempt, let worker, _, let agrees):
      tell(attempt, "\(worker) computed \(agrees ? "the same" : "something else")")
    }
  }

  func tell(_ notification: UserNotification) {
    guard story != nil else { return }
    switch notification {
    case .joined(let worker, _): tell(.all, "\(worker) joins")
    case .silent(let worker, _): tell(.all, "\(worker) is silent and is asked")
    case .left(let worker): tell(.all, "\(worker) leaves")
    case .lost(let worker, let reason): tell(.all, "\(worker) is lost: \(reason)")
    case .superseded(let attempt, let worker): tell(attempt, "is over: \(worker) answers too late")
    case .refused(let worker, let reason): tell(.all, "\(worker) is refused: \(reason)")
    case .leased, .progress, .completed, .failed, .numericsDiffer, .cancelled, .requeued, .draining,
      .closing, .declined, .audited, .auditsSkipped, .auditsUnfinished, .missingGPUs:
      break
    }
  }

  func tell(_ message: WorkerMessage, from worker: WorkerID) {
    guard story != nil else { return }
    switch message {
    case .join(_, let holding): tell(.all, "\(worker) joins, holding \(holding.count) attempts")
    case .heartbeat: break
    case .started(let attempt): tell(attempt, "starts at \(worker)")
    case .progress(let attempt, let progress):
      tell(attempt, "is at step \(progress.step) at \(worker)")
    case .checkpoint(let attempt, let at):
      tell(attempt, "has left a checkpoint of step \(at.step), says \(worker)")
    case .finished(let attempt, _): tell(attempt, "has finished, says \(worker)")
    case .failed(let attempt, _): tell(attempt, "has failed, says \(worker)")
    case .released(let attempt): tell(attempt, "is given back by \(worker)")
    case .leave: tell(.all, "\(worker) leaves")
    }
  }

  func tell(_ message: CoordinatorMessage, to worker: WorkerID) {
    guard story != nil else { return }
    switch message {
    case .lease(let lease):
      tell(lease.attempt, "is sent to \(worker), from step \(lease.checkpoint?.step ?? 0)")
    case .acknowledged(let attempt): tell(attempt, "is acknowledged to \(worker)")
    case .revoke(let attempt): tell(attempt, "is revoked from \(worker)")
    case .stop(let attempt): tell(attempt, "is to be stopped by \(worker)")
    case .welcome, .rejoin, .refused, .dismiss: break
    }
  }
}
