import ArgumentParser
import Coordinator
import Experiments
import Foundation
import Jobs
import Messaging

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run an experiment with worker processes on this machine.",
    discussion: """
      Example: dipper run Config/quickstart.yaml -j 2 --out out/quickstart

      What is done stays done: the same command goes on where an earlier one stopped.
      """)

  @Argument(help: "The experiment, a YAML file.") var configuration: String
  @Option(name: [.customShort("j"), .customLong("jobs")], help: "Worker processes.")
  var jobs = 1
  @Option(help: "Folder of the run's state and results (default: out/NAME).") var out: String?
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
    let logger = makeLogger()
    let name = URL(filePath: configuration).deletingPathExtension().lastPathComponent
    let session = try Session(
      configuration: configuration, folder: out ?? "out/\(name)", reusing: reuse.runs,
      logger: logger)
    let (done, total) = (session.alreadyDone(), session.plan.jobs.count)
    if done == total, !session.isToChoose {
      say("all \(total) jobs were already done in \(session.state.folder.path)")
      if audit.share == 0 {
        try session.finish(.finished(discarded: 0, contested: session.contested()))
      }
    } else if done > 0 {
      say("\(done) of \(total) jobs were already done")
    }
    let folder = session.state.folder
    let cache = folder.appending(path: "cache")
    let runtime = try CoordinatorRuntime(
      listening: Endpoint(parsing: "tcp://127.0.0.1:*"),
      beside: cache)
    let workers = try LocalWorkers(
      executable: worker.map { URL(filePath: $0) } ?? programBeside("dipper-worker"),
      endpoint: runtime.endpoint, numerics: session.experiment.plan.numericMode,
      cache: cache, logs: folder.appending(path: "logs"), logger: logger,
      whenNoneIsLeft: { runtime.interrupt() })
    // An audit wants another worker than the one whose result it is.
    let isForAll = session.isToChoose || audit.share > 0
    try workers.start(isForAll ? jobs : min(jobs, total - done))
    let outcome: CoordinatorOutcome
    do {
      outcome = try session.coordinate(runtime, auditShare: audit.share, waitsForGPU: false)
    } catch {
      workers.stop(patience: 0)
      throw error
    }
    workers.stop(patience: 5)
    if outcome == .interrupted, let words = workers.lastWords {
      say("no worker is left: \(words)")
      say("the state is in \(folder.path): with that mended, the same command goes on")
      throw ExitCode(2)
    }
    try session.finish(outcome)
  }
}

/// The program of this name in the folder of the running one.
func programBeside(_ name: String) throws -> URL {
  let running = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  return URL(filePath: running).deletingLastPathComponent().appending(path: name)
}
