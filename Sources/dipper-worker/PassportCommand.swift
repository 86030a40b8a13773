import ArgumentParser
import Experiments
import Foundation
import Segmentation

struct PassportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passport",
    abstract: "Say what the bits of this machine's results depend on, one entry a line.",
    discussion: """
      Example: dipper-worker passport --numerics portable

      Two workers of equal passports compute equal bits.
      """)

  @Option(help: "native or portable.") var numerics = NumericMode.native

  func run() throws {
    try enter(numerics)
    for (name, entry) in try NumericPassport.entries().sorted(by: { $0.key < $1.key }) {
      print("\(name): \(entry)")
    }
  }
}

extension NumericMode: ExpressibleByArgument {}
