import Foundation
import Testing

/// The folder of its own that the trait `temporaryFolder` gives to each test.
public enum TemporaryFolder {
  @TaskLocal fileprivate static var current: URL?

  /// The folder of the running test. It is empty when the test begins and removed when it ends.
  ///
  /// Traps if neither the test nor its suite has the trait `temporaryFolder`.
  public static var url: URL {
    guard let current else {
      preconditionFailure("the running test lacks the trait .temporaryFolder")
    }
    return current
  }

  /// Creates a new folder in `url`, for tests that need several. Its path is short enough for sockets.
  public static func makeSubfolder() throws -> URL {
    let folder = url.appending(
      path: String(UInt32.random(in: 0 ... .max), radix: 36), directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  fileprivate static func make() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "dipper-test-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}

/// Creates `TemporaryFolder.url` before a test and removes it afterwards.
///
/// On a suite it applies to each of its tests, and on a parameterised test to each case.
public struct TemporaryFolderTrait: TestTrait, SuiteTrait, TestScoping {
  /// The trait of a suite applies to each test in it.
  public var isRecursive: Bool { true }

  /// Runs a test while the folder exists.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder.make()
    defer { try? FileManager.default.removeItem(at: folder) }
    try await TemporaryFolder.$current.withValue(folder) { try await function() }
  }
}

extension Trait where Self == TemporaryFolderTrait {
  /// Gives each test a folder of its own, `TemporaryFolder.url`, and removes it afterwards.
  public static var temporaryFolder: Self { Self() }
}
