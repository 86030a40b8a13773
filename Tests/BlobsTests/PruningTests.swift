import Blobs
import Foundation
import Jobs
import Testing

/// A cache stays below its limit and keeps what is used.
@Suite struct PruningTests {
  private let place = Place()

  /// Ten blobs of 1000 bytes, each used a minute after the one before, all long ago.
  private func cache() throws -> (BlobFolder, [Digest]) {
    let folder = try place.folder("cache")
    let digests = try (0..<10).map { number in
      let digest = try folder.put(Data(repeating: UInt8(number), count: 1000)).digest
      let used = Date(timeIntervalSinceNow: -7200 + 60 * Double(number))
      try FileManager.default.setAttributes(
        [.modificationDate: used], ofItemAtPath: folder.file(digest).path)
      return digest
    }
    return (folder, digests)
  }

  @Test func theLongestUnusedGoFirst() throws {
    defer { place.clean() }
    let (folder, digests) = try cache()
    #expect(folder.prune(to: 6500, now: Date()) { _ in false } == 4000)
    #expect(digests.map { folder.contains($0) } == (0..<10).map { $0 >= 4 })
    #expect(folder.prune(to: 6500, now: Date()) { _ in false } == 0)
  }

  @Test func whatIsInUseStays() throws {
    defer { place.clean() }
    let (folder, digests) = try cache()
    folder.touch(digests[0])
    folder.prune(to: 0, now: Date()) { $0 == digests[3] }
    #expect(digests.filter { folder.contains($0) } == [digests[0], digests[3]])
  }
}
