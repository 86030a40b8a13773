import ArgumentParser
import Coordinator
import Experiments
import Foundation
import Jobs
import Messaging

struct CoordinatorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coordinator", abstract: "Coordinate workers that are started elsewhere.",
    discussion: """
      Example: dipper coordinator Config/lung.yaml --listen tcp://127.0.0.1:7077 --state out/lung

      Workers join at any time with `dipper-worker --connect tcp://HOST:7077`. Two ports are used:
      the one given and the next. An address that others can reach wants keys: see \
      `dipper keygen --help`.
      """)

  @Argument(help: "The experiment, a YAML file.") var configuration: String
  @Option(help: "Where to listen.") var listen = "tcp://127.0.0.1:7077"
  @Option(help: "Folder of the run's state and results.") var state: String
  @Option(help: "Folder of keys, as of `dipper keygen`; only workers on its list get in.")
  var keys: String?
  @Flag(help: "Listen without encryption or authentication on an address others can reach.")
  var insecure = false
  @OptionGroup var reuse: ReuseOption
  @OptionGroup var audit: AuditOption

  func validate() throws {
    guard keys == nil || !insecure else {
      throw ValidationError("--keys and --insecure exclude each other")
    }
  }

  func run() throws {
    let endpoint = try Endpoint(parsing: listen)
    OpenFiles.raiseLimit()
    let runtime = try CoordinatorRuntime(listening: endpoint, keys: try coordinatorKeys(endpoint))
    let session = try Session(
      configuration: configuration, folder: state, reusing: reuse.runs, logger: makeLogger())
    let (done, total) = (session.alreadyDone(), session.plan.jobs.count)
    say("listening on \(runtime.endpoint), \(done) of \(total) jobs already done")
    say("start workers with: dipper-worker --connect tcp://HOST:\(runtime.endpoint.port)")
    try session.finish(
      session.coordinate(runtime, auditShare: audit.share, waitsForGPU: true))
  }

  /// None for an address that only this machine can reach, unless they are asked for.
  private func coordinatorKeys(_ endpoint: Endpoint) throws -> CoordinatorKeys? {
    if let keys { return try KeyFolder(URL(filePath: keys)).coordinatorKeys() }
    if insecure || endpoint.isLoopback { return nil }
    do { return try KeyFolder.standard.coordinatorKeys() } catch {
      throw MessagingError(
        .keys,
        "\(endpoint) can be reached from other machines: make keys with `dipper keygen`, or on a "
          + "network that you trust add --insecure", cause: error)
    }
  }
}
