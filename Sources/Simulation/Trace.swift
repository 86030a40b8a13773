import Jobs
import Scheduling

/// The record of a run, in lines of text with the simulated time.
struct Trace {
  /// The subject of a line.
  enum Subject: Hashable {
    case all
    case job(JobID)
    case worker(Int)
  }

  private var entries: [(subject: Subject, line: String)] = []

  mutating func add(_ line: String, about subject: Subject, at now: Instant) {
    entries.append((subject, "\(rounded(now.sinceOrigin)) s: \(line)"))
  }

  /// Returns the last lines of the trace.
  func last(_ count: Int) -> [String] { entries.suffix(count).map(\.line) }

  /// Returns the lines about one job and the lines about the whole cluster.
  func lines(about job: JobID) -> [String] {
    entries.filter { $0.subject == .job(job) || $0.subject == .all }.map(\.line)
  }
}

/// Returns the duration in seconds, rounded to three decimals.
func rounded(_ duration: Duration) -> Double { (duration / .milliseconds(1)).rounded() / 1000 }

extension SimulatedCluster {
  func log(_ subject: Trace.Subject, line: @autoclosure () -> String) {
    guard trace != nil else { return }
    trace?.add(line(), about: subject, at: now)
  }

  private func log(_ attempt: Attempt, line: @autoclosure () -> String) {
    log(.job(attempt.job), line: "\(label(attempt.job)), attempt \(attempt.number) \(line())")
  }

  private func label(_ job: JobID) -> String {
    scenario.indexByID[job].map { scenario.planned[$0].label } ?? job.short
  }

  func log(_ fact: JournalEvent) {
    guard trace != nil else { return }
    switch fact {
    case .submitted(let planned): log(.job(planned.id), line: "\(planned.label) is submitted")
    case .leased(let attempt, let worker): log(attempt, line: "goes to \(worker)")
    case .checkpointed(let attempt, let at):
      log(attempt, line: "has its checkpoint of step \(at.step)")
    case .completed(let attempt, let worker, _): log(attempt, line: "is done by \(worker)")
    case .failed(let attempt, let worker, let failure):
      log(attempt, line: "fails at \(worker): \(failure.message)")
    case .lost(let attempt, let worker, let reason):
      log(attempt, line: "is lost with \(worker): \(reason)")
    case .released(let attempt, let worker): log(attempt, line: "comes back undone from \(worker)")
    case .discarded(let job, let reason):
      log(.job(job), line: "\(label(job)) is discarded: \(reason)")
    case .cancelled(let job): log(.job(job), line: "\(label(job)) is cancelled")
    case .requeued(let job, let reason):
      log(.job(job), line: "\(label(job)) goes back to the queue: \(reason)")
    case .imported(let attempt, let worker, _, let origin):
      log(attempt, line: "is taken over from \(origin), where \(worker) did it")
    case .auditLeased(let attempt, let worker):
      log(attempt, line: "is an audit and goes to \(worker)")
    case .audited(let attempt, let worker, _, let agrees):
      log(attempt, line: "\(worker) computed \(agrees ? "the same" : "something else")")
    }
  }

  func log(_ notification: UserNotification) {
    guard trace != nil else { return }
    switch notification {
    case .joined(let worker, _): log(.all, line: "\(worker) joins")
    case .silent(let worker, _): log(.all, line: "\(worker) is silent and is asked")
    case .left(let worker): log(.all, line: "\(worker) leaves")
    case .lost(let worker, let reason): log(.all, line: "\(worker) is lost: \(reason)")
    case .superseded(let attempt, let worker):
      log(attempt, line: "is over: \(worker) answers too late")
    case .refused(let worker, let reason): log(.all, line: "\(worker) is refused: \(reason)")
    case .leased, .progress, .completed, .failed, .numericsDiffer, .cancelled, .requeued, .draining,
      .closing, .declined, .audited, .auditsSkipped, .auditsUnfinished, .missingGPUs:
      break
    }
  }

  func log(_ message: WorkerMessage, from worker: WorkerID) {
    guard trace != nil else { return }
    switch message {
    case .join(_, let holding):
      log(.all, line: "\(worker) joins, holding \(holding.count) attempts")
    case .heartbeat: break
    case .started(let attempt): log(attempt, line: "starts at \(worker)")
    case .progress(let attempt, let progress):
      log(attempt, line: "is at step \(progress.step) at \(worker)")
    case .checkpoint(let attempt, let at):
      log(attempt, line: "has left a checkpoint of step \(at.step), says \(worker)")
    case .finished(let attempt, _): log(attempt, line: "has finished, says \(worker)")
    case .failed(let attempt, _): log(attempt, line: "has failed, says \(worker)")
    case .released(let attempt): log(attempt, line: "is given back by \(worker)")
    case .leave: log(.all, line: "\(worker) leaves")
    }
  }

  func log(_ message: CoordinatorMessage, to worker: WorkerID) {
    guard trace != nil else { return }
    switch message {
    case .lease(let lease):
      log(lease.attempt, line: "is sent to \(worker), from step \(lease.checkpoint?.step ?? 0)")
    case .acknowledged(let attempt): log(attempt, line: "is acknowledged to \(worker)")
    case .revoke(let attempt): log(attempt, line: "is revoked from \(worker)")
    case .stop(let attempt): log(attempt, line: "is to be stopped by \(worker)")
    case .welcome, .rejoin, .refused, .dismiss: break
    }
  }
}
