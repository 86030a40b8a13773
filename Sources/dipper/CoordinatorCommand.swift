import ArgumentParser
import Coordinator
import Errors
import Foundation
import Jobs
import Messaging
import Runs

struct CoordinatorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coordinator", abstract: "Coordinate workers that are started elsewhere.",
    discussion: """
      Example: dipper coordinator Config/lung.yaml --listen tcp://127.0.0.1:7077 --state out/lung

      The host is a name, an address, or * for all networks of this machine. \
      Workers join at any time with `dipper-worker --connect tcp://HOST:7077`. Two ports are used: \
      the given one and the next. An address that other machines can reach needs keys: see \
      `dipper keygen --help`.
      """)

  @Argument(help: "The experiment, a YAML file.") var configuration: String
  @Option(help: "The address on which to listen.") var listen = "tcp://127.0.0.1:7077"
  @Option(help: "The run directory, for state and results.") var state: String
  @Option(
    help: "The folder of keys made by `dipper keygen`; only workers listed there may connect.")
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
    let named = try Endpoint(parsing: listen)
    let endpoint = try named.resolved()
    if endpoint.isLoopback, !named.isLoopback {
      say("\(named) is \(endpoint), which no other machine can reach; tcp://*:PORT is all networks")
    }
    try OpenFileLimit.raise()
    let runtime = try CoordinatorRuntime(listening: endpoint, keys: try coordinatorKeys(endpoint))
    var session = try RunSession(
      configuration: configuration, folder: state, reusing: reuse.runs)
    let done = session.doneCount
    say("listening on \(runtime.endpoint), \(done) of \(session.plan.jobs.count) jobs already done")
    say("start workers with: dipper-worker --connect tcp://HOST:\(runtime.endpoint.port)")
    let outcome = try session.coordinate(
      by: runtime, auditShare: audit.share, waitsForGPUs: true)
    try finish(session, outcome: outcome)
  }

  /// Returns the coordinator's keys. An address that only this machine can reach needs none.
  private func coordinatorKeys(_ endpoint: Endpoint) throws -> CoordinatorKeys? {
    if let keys { return try KeyFolder(URL(filePath: keys)).coordinatorKeys() }
    if insecure || endpoint.isLoopback { return nil }
    do { return try KeyFolder.standard.coordinatorKeys() } catch {
      throw DipperError(
        .keysInvalid,
        "\(endpoint) can be reached from other machines: make keys with `dipper keygen`, or on a "
          + "network that you trust add --insecure", cause: error)
    }
  }
}
