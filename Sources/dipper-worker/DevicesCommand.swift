import ArgumentParser
import Segmentation

struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "Say where networks can be computed on this machine, one device a line.",
    discussion: """
      Example: dipper-worker devices

      The first word of a line is what `numerics.device` takes in a configuration. Where there is \
      no GPU, the last line says what is missing.
      """)

  func run() throws {
    print("cpu")
    do {
      for (index, name) in try AvailableGPUs.names().enumerated() { print("cuda:\(index) \(name)") }
    } catch { print("\(error)") }
  }
}
