import ArgumentParser
import Segmentation

struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "List the devices of this machine that can compute networks.",
    discussion: """
      Example: dipper-worker devices

      Each line is one device. Its first word is the value of `numerics.device` in a configuration. \
      On a machine without a usable GPU the last line names what is missing.
      """)

  func run() throws {
    print("cpu")
    do {
      for (index, name) in try AvailableGPUs.names().enumerated() { print("cuda:\(index) \(name)") }
    } catch { print("\(error)") }
  }
}
