import ArgumentParser
import Foundation
import Jobs
import Segmentation

struct FingerprintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fingerprint",
    abstract: "Say what the bits of this machine's results depend on, one entry a line.",
    discussion: """
      Example: dipper-worker fingerprint --numerics portable

      Two workers with equal fingerprints compute equal bits.
      """)

  @Option(help: "native or portable.") var numerics = NumericMode.native

  func run() throws {
    try enter(numerics)
    for (name, entry) in try NumericsFingerprint.entries().sorted(by: { $0.key < $1.key }) {
      print("\(name): \(entry)")
    }
  }
}

/// The verb's former name, refused with the present one in the message.
struct PassportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "passport", shouldDisplay: false)

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

  func validate() throws {
    throw ValidationError("`passport` is called `fingerprint` now: dipper-worker fingerprint")
  }
}

extension NumericMode: ExpressibleByArgument {}
