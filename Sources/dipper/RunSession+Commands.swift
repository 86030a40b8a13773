import Coordinator
import Foundation
import Logging
import Reporting
import Runs
import Scheduling
import UnixSignals

extension RunSession {
  /// Opens the run of an experiment, and prints its messages to the user on standard error.
  init(configuration: String, folder: String, reusing runs: [RunArgument]) throws {
    try self.init(
      configuration: URL(filePath: configuration),
      folder: URL(filePath: folder, directoryHint: .isDirectory).absoluteURL,
      reusing: runs.map(\.url), at: Date(), notify: { say($0) })
  }

  /// Runs the coordinator to its end. SIGINT and SIGTERM interrupt the run, and a second signal
  /// ends the process at once.
  ///
  /// - Parameters:
  ///   - auditShare: the share of jobs, from 0 to 1, that a second worker computes once more.
  ///   - waitsForGPUs: true if workers on machines with GPUs may still join.
  mutating func coordinate(
    by runtime: CoordinatorRuntime, auditShare: Double, waitsForGPUs: Bool
  ) throws -> CoordinatorOutcome {
    let signals = interruptOnSignals(runtime)
    defer { signals.cancel() }
    let clock = ContinuousClock()
    let start = clock.now
    var settings = CoordinatorSettings()
    settings.auditShare = auditShare
    settings.auditSalt = .random(in: 0 ... .max)
    settings.waitsForGPU = waitsForGPUs
    var session = self
    let secondStage = { (history: RunHistory) in
      let jobs = try session.secondStage(after: history)
      say("the settings are chosen on the training images; \(jobs.count) jobs for the test images")
      return jobs
    }
    let conclusion = try runtime.run(
      plan, secondStage: needsSelection ? secondStage : nil, in: directory, journal: journal,
      history: history, settings: settings, display: makeDisplay(), logger: makeLogger(),
      now: { Instant(sinceOrigin: clock.now - start) }, date: { Date() })
    self = session
    conclude(with: conclusion.history)
    return conclusion.outcome
  }
}

/// Interrupts the coordinator at the first signal and ends the process at the second.
private func interruptOnSignals(_ runtime: CoordinatorRuntime) -> Task<Void, Never> {
  Task {
    var count = 0
    for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
      count += 1
      if count > 1 { exit(130) }
      say("stopping: workers checkpoint and leave; a second signal ends at once")
      runtime.interrupt()
    }
  }
}

/// Writes the report, prints its table, and ends the process with the exit status of the outcome.
func finish(_ session: RunSession, outcome: CoordinatorOutcome) throws -> Never {
  let folder = session.directory.folder.path
  guard case .finished(let discarded, let contested) = outcome else {
    say("interrupted; the state is in \(folder), the same command continues")
    exit(130)
  }
  let manifest = try RunDirectory.existing(at: session.directory.folder).manifest
  let report = try RunReport(of: manifest, history: session.history, in: session.directory)
  try report.write()
  try emit(report.rendered(as: .table))
  for remark in report.remarks { say(remark) }
  say("scores, masks and figures are in \(folder)")
  if discarded > 0 {
    say("\(counted(discarded, "job")) discarded; the table marks the missing results")
  }
  if contested > 0 {
    say(
      "two workers computed different results of \(counted(contested, "job")): see `dipper explain`"
    )
  }
  exit(discarded + contested > 0 ? 1 : 0)
}

private func makeDisplay() -> any ProgressDisplay {
  guard isatty(STDERR_FILENO) != 0 else { return LogDisplay() }
  var size = winsize()
  let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
  return TerminalDisplay(columns: isKnown ? Int(size.ws_col) : 100)
}

/// Creates a logger that writes to standard error.
func makeLogger() -> Logger {
  Logger(label: "dipper") { label in StreamLogHandler.standardError(label: label) }
}
