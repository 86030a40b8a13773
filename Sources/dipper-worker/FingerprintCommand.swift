import ArgumentParser
import Foundation
import Jobs
import Segmentation

struct FingerprintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fingerprint",
    abstract: "Print the numerics fingerprint of this machine, one entry per line.",
    discussion: """
      Example: dipper-worker fingerprint --numerics portable

      The fingerprint is everything on which the bits of results depend. Two workers with equal \
      fingerprints compute equal bits.
      """)

  @Option(help: "Numerics of the computation: native or portable.")
  var numerics = NumericMode.native

  func run() throws {
    try restartIfNeeded(for: numerics)
    for (name, entry) in try NumericsFingerprint.entries().sorted(by: { $0.key < $1.key }) {
      print("\(name): \(entry)")
    }
  }
}

/// Refuses the former name of the command `fingerprint` with a message that gives the present name.
struct RenamedFingerprintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "passport", shouldDisplay: false)

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

  func validate() throws {
    throw ValidationError("`passport` is called `fingerprint` now: dipper-worker fingerprint")
  }
}

extension NumericMode: ExpressibleByArgument {}
