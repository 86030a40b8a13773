import ArgumentParser
import Foundation
import Messaging

struct KeygenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keygen",
    abstract: "Generate keys for a coordinator and the machines that compute.",
    discussion: """
      Example: dipper keygen node1 node2

      Each machine gets a key of its own, so that one machine can be locked out without the others. \
      The coordinator's key is generated if it is missing. To lock a machine out, remove its file \
      from `authorized`; to admit a machine whose key was generated elsewhere, put its public key \
      there.
      """)

  @Argument(help: "The names of the machines that compute.") var names = ["worker"]
  @Option(help: "The folder of the keys (default: ~/.config/dipper/keys).") var keys: String?
  @Flag(help: "Replace the keys of machines that have one; the old keys are locked out.")
  var replace = false

  func run() throws {
    let folder = keys.map { KeyFolder(URL(filePath: $0)) } ?? .standard
    try folder.generate(workers: names, replacing: replace)
    let option = keys.map { " --keys \($0)" } ?? ""
    try emit(
      "coordinator: dipper coordinator CONFIG --listen tcp://0.0.0.0:7077 --state DIR\(option)")
    for name in names {
      try emit(
        "\(name): move \(folder.worker(name).folder.path) to that machine, then "
          + "dipper-worker --connect tcp://HOST:7077 --keys \(name)")
    }
  }
}
