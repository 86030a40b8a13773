import ArgumentParser
import Coordinator
import Errors
import Foundation
import Jobs
import Launching
import Messaging
import Runs

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run an experiment with worker processes on this machine.",
    discussion: """
      Example: dipper run Config/quickstart.yaml -j 2 --out out/quickstart

      Finished jobs are never computed again: if the command is stopped, the same command continues.
      """)

  @Argument(help: "The experiment, a YAML file.") var configuration: String
  @Option(name: [.customShort("j"), .customLong("jobs")], help: "The number of worker processes.")
  var jobs = 1
  @Option(help: "The run directory, for state and results (default: out/NAME).") var out: String?
  @Option(help: "The worker program (default: dipper-worker beside this one).")
  var worker: String?
  @OptionGroup var reuse: ReuseOption
  @OptionGroup var audit: AuditOption

  func validate() throws {
    guard (1...1024).contains(jobs) else {
      throw ValidationError("-j must be from 1 to 1024, not \(jobs)")
    }
  }

  func run() throws {
    try OpenFileLimit.raise()
    var session = try openSession()
    let done = session.doneCount
    let total = session.plan.jobs.count
    if done == total, !session.needsSelection {
      say("all \(total) jobs were already done in \(session.directory.folder.path)")
      if audit.share == 0 {
        try finish(session, outcome: .finished(discarded: 0, contested: session.contestedCount))
      }
    } else if done > 0 {
      say("\(done) of \(total) jobs were already done")
    }
    let outcome = try coordinate(&session, unfinished: total - done)
    try finish(session, outcome: outcome)
  }

  private func openSession() throws -> RunSession {
    let name = URL(filePath: configuration).deletingPathExtension().lastPathComponent
    return try RunSession(
      configuration: configuration, folder: out ?? "out/\(name)", reusing: reuse.runs)
  }

  /// Runs coordinator and workers to the end of the run.
  private func coordinate(
    _ session: inout RunSession, unfinished: Int
  ) throws -> CoordinatorOutcome {
    let folder = session.directory.folder
    let cache = folder.appending(path: "cache")
    let runtime = try CoordinatorRuntime(
      listening: Endpoint(parsing: "tcp://127.0.0.1:*"), beside: cache)
    let launcher: any WorkerLauncher = try LocalLauncher(
      executable: workerProgram(worker), address: runtime.endpoint.description,
      numerics: session.experiment.plan.numericMode, cache: cache,
      logs: folder.appending(path: "logs"), logger: makeLogger(),
      lostAttempts: { runtime.lostAttempts },
      onDeath: { runtime.noteDeath(ofWorker: $0, reason: $1) },
      onLastExit: { runtime.interrupt() })
    // An audit needs a different worker from the one that computed the result.
    let needsAll = session.needsSelection || audit.share > 0
    try launcher.start(needsAll ? jobs : min(jobs, unfinished))
    let outcome: CoordinatorOutcome
    do {
      outcome = try session.coordinate(
        by: runtime, auditShare: audit.share, waitsForGPUs: false)
    } catch {
      launcher.stop(grace: .zero)
      throw error
    }
    launcher.stop(grace: .seconds(5))
    if outcome == .interrupted, let reason = launcher.failure {
      say("no worker is left: \(reason)")
      say("the state is in \(folder.path): correct this, and the same command continues")
      throw ExitCode(2)
    }
    return outcome
  }
}

/// Returns the worker program that the user named, or the one beside the running program.
func workerProgram(_ path: String?) throws -> URL {
  try path.map { URL(filePath: $0) } ?? siblingProgram("dipper-worker")
}

/// Returns the program of this name in the folder of the running program.
func siblingProgram(_ name: String) throws -> URL {
  let running = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  return URL(filePath: running).deletingLastPathComponent().appending(path: name)
}
