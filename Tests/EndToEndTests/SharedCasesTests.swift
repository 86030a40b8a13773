import Foundation
import TestSupport
import TestTraits
import Testing

/// The inputs that once were read wrong, as they lie beside the checkout in ../shared/cases.
@Suite(.serialized, .temporaryFolder) struct SharedCasesTests {
  /// The names of the cases; empty if they are not beside the checkout.
  static let names: [String] = {
    guard let folder = SharedImages.folder?.deletingLastPathComponent().appending(path: "cases"),
      let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    else {
      print("skipped the shared cases: ../shared/cases is not here")
      return []
    }
    return files.filter { $0.hasSuffix(".py") && $0 != "build.py" }.map { String($0.dropLast(3)) }
      .sorted()
  }()

  @Test("an input that once was read wrong is read right, or refused", arguments: names)
  func input(name: String) throws {
    let shared = try #require(SharedImages.folder).deletingLastPathComponent()
    let script = shared.appending(path: "cases/run").path
    let result = try Program(path: "/usr/bin/env").run(
      ["python3", script, "--verbose", name], environment: ["DIPPER_BIN": Program.folder.path])
    // Without its packages the script ends before it has looked at a case.
    let lacksPackages = result.output.contains("installing") && !result.output.contains(" passed, ")
    if lacksPackages { print("skipped \(name): its Python packages cannot be installed") }
    #expect(lacksPackages || result.output.contains("1 passed, 0 failed"), "\(result.output)")
  }
}
