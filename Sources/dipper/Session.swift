import Coordinator
import Evaluation
import Experiments
import Foundation
import Jobs
import Journal
import Logging
import Scheduling
import UnixSignals

/// A run of an experiment in a state folder: what `run` and `coordinator` have in common.
struct Session {
  let experiment: Experiment
  let state: StateFolder
  let journal: SQLiteJournal
  let logger: Logger
  /// All that is known to be done; a sweep's second part is, once its settings are judged.
  let plan: Plan
  /// What the journal held at the start.
  private let history: [JournalEvent]

  /// Reads the configuration and its data, takes the state folder, and what other runs have done.
  init(configuration: String, folder: String, reusing others: [RunFolder], logger: Logger) throws {
    experiment = try Experiment(configuration: URL(filePath: configuration))
    let url = URL(filePath: folder, directoryHint: .isDirectory).absoluteURL
    state = try StateFolder(at: url)
    journal = try SQLiteJournal(folder: url, experiment: experiment.name, at: Date())
    try experiment.store(in: state)
    self.logger = logger
    try Self.take(others, into: url, journal)
    var events = try journal.replay(from: 1, knowing: experiment.plan.jobs).map(\.event)
    events += try Self.requeueLost(of: experiment.plan, in: state, journal, history: events)
    plan = try Self.plan(experiment, in: state, history: events)
    if plan != experiment.plan {
      events += try Self.requeueLost(of: plan, in: state, journal, history: events)
    }
    history = events
    experiment.removeLeftovers(from: state, history: events)
  }

  private static func take(
    _ others: [RunFolder], into folder: URL, _ journal: SQLiteJournal
  ) throws {
    guard !others.isEmpty else { return }
    var merge = try RunMerge(into: folder, journal, at: Date())
    for other in others { try merge.merge(other.url) }
    for line in merge.findings.remarks + merge.findings.refused { say(line) }
    say("\(merge.findings.imported) results were taken from other runs")
  }

  private static func requeueLost(
    of plan: Plan, in state: StateFolder, _ journal: SQLiteJournal, history: [JournalEvent]
  ) throws -> [JournalEvent] {
    let lost = LostResults.events(plan, in: state, history: history)
    try journal.append(lost, at: Date())
    for event in lost {
      guard case .requeued(let id, let reason) = event else { continue }
      say("\(plan.label(of: id)): \(reason); it is computed again")
    }
    return lost
  }

  /// The jobs of the plan that an earlier run has done.
  func alreadyDone() -> Int { planned.count { $0.state == .done } }

  /// The jobs of the plan of which an earlier run has found different results.
  func contested() -> Int { planned.count(where: \.isContested) }

  /// What is known of the plan's jobs from the start.
  private var planned: [JobStatus] {
    let known = JobLedger(folding: history)
    return plan.jobs.compactMap { known.status(of: $0.id) }
  }

  /// Whether a sweep's settings are still to be judged.
  var isToChoose: Bool { experiment.hasSequel && plan == experiment.plan }

  private static func plan(
    _ experiment: Experiment, in state: StateFolder, history: [JournalEvent]
  ) throws -> Plan {
    let known = JobLedger(folding: history)
    guard experiment.hasSequel,
      experiment.plan.jobs.allSatisfy({ known.status(of: $0.id)?.state == .done })
    else { return experiment.plan }
    return try chosen(experiment, in: state, known)
  }

  /// The whole plan, now that the settings of the sweep are judged.
  private static func chosen(
    _ experiment: Experiment, in state: StateFolder, _ known: JobLedger
  ) throws -> Plan {
    let plan = try experiment.sequel(known, in: state)
    try experiment.remember(plan, in: state)
    return plan
  }

  /// The jobs that follow from the choice of settings.
  private func sequel(_ known: JobLedger) throws -> [PlannedJob] {
    let whole = try Self.chosen(experiment, in: state, known)
    let jobs = Array(whole.jobs.dropFirst(experiment.plan.jobs.count))
    say("the settings are chosen on the training images; \(jobs.count) jobs for the test images")
    return jobs
  }

  /// Coordinates until the end, with SIGINT and SIGTERM as interruptions; a second signal ends the
  /// process at once.
  ///
  /// - Parameters:
  ///   - auditShare: of the jobs, computed once more by another worker.
  ///   - waitsForGPU: whether workers on machines with GPUs may still come.
  func coordinate(
    _ runtime: CoordinatorRuntime, auditShare: Double, waitsForGPU: Bool
  ) throws -> CoordinatorOutcome {
    let signals = Task {
      var count = 0
      for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
        count += 1
        if count > 1 { exit(130) }
        say("stopping: workers checkpoint and leave; once more ends at once")
        runtime.interrupt()
      }
    }
    defer { signals.cancel() }
    let clock = ContinuousClock()
    let start = clock.now
    var settings = CoordinatorSettings()
    (settings.auditShare, settings.auditSalt) = (auditShare, .random(in: 0 ... .max))
    settings.waitsForGPU = waitsForGPU
    return try runtime.run(
      plan, sequel: isToChoose ? sequel : nil, state: state, journal: journal, history: history,
      settings: settings,
      display: makeDisplay(), logger: logger, now: { (clock.now - start) / .seconds(1) },
      date: { Date() })
  }

  /// Writes the report and prints its table; throws the exit status.
  func finish(_ outcome: CoordinatorOutcome) throws -> Never {
    switch outcome {
    case .interrupted:
      say("interrupted; the state is in \(state.folder.path), the same command goes on")
      exit(130)
    case .finished(let discarded, let contested):
      let events = try journal.replay(from: 1).map(\.event)
      experiment.removeLeftovers(from: state, history: events)
      let record = try StateFolder.existing(at: state.folder).1
      let report = try RunReport(record, in: state, events: events)
      try report.write()
      try emit(report.rendered(as: .table))
      for remark in report.remarks { say(remark) }
      say("scores, masks and figures are in \(state.folder.path)")
      if discarded > 0 { say("\(discarded) jobs were discarded; the table marks the holes") }
      if contested > 0 {
        say("of \(contested) jobs two workers computed different results: see `dipper explain`")
      }
      exit(discarded + contested > 0 ? 1 : 0)
    }
  }

  private func makeDisplay() -> any ProgressDisplay {
    guard isatty(STDERR_FILENO) != 0 else { return PlainDisplay() }
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return LiveDisplay(columns: isKnown ? Int(size.ws_col) : 100)
  }
}

/// A logger to standard error.
func makeLogger() -> Logger {
  Logger(label: "dipper") { label in StreamLogHandler.standardError(label: label) }
}
