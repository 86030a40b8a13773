import ArgumentParser
import Coordinator
import Experiments
import Foundation
import Messaging

struct CoordinatorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coordinator", abstract: "Coordinate workers that are started elsewhere.",
    discussion: """
      Example: dipper coordinator Config/lung.yaml --listen tcp://127.0.0.1:7077 --state out/lung

      Workers join at any time with `dipper-worker --connect tcp://HOST:7077`. Two ports are used:
      the one given and the next.
      """)

  @Argument(help: "The experiment, a YAML file.") var configuration: String
  @Option(help: "Where to listen.") var listen = "tcp://127.0.0.1:7077"
  @Option(help: "Folder of the run's state and results.") var state: String
  @Flag(help: "Listen without encryption or authentication on an address others can reach.")
  var insecure = false

  func run() throws {
    let endpoint = try Endpoint(parsing: listen)
    guard endpoint.isLoopback || insecure else {
      throw MessagingError(
        .endpoint,
        "\(endpoint) can be reached from other machines, and messages are neither encrypted nor "
          + "authenticated yet; on a trusted network add --insecure")
    }
    let runtime = try CoordinatorRuntime(listening: endpoint)
    let session = try Session(configuration: configuration, folder: state, logger: makeLogger())
    let (done, total) = (try session.alreadyDone(), session.experiment.plan.jobs.count)
    say("listening on \(runtime.endpoint), \(done) of \(total) jobs already done")
    say("start workers with: dipper-worker --connect tcp://HOST:\(runtime.endpoint.port)")
    try session.finish(session.coordinate(runtime))
  }
}
