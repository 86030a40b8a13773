import Blobs
import Foundation
import Jobs
import TestTraits
import Testing

@Suite("A cache with a size limit", .temporaryFolder) struct PruningTests {

  /// Returns a cache of ten blobs of 1000 bytes, each used a minute after the previous one, two hours ago.
  private func cache() throws -> (BlobFolder, [Digest]) {
    let folder = try BlobFolder.temporary("cache")
    let digests = try (0..<10).map { number in
      let digest = try folder.put(Data(repeating: UInt8(number), count: 1000)).digest
      let used = Date(timeIntervalSinceNow: -7200 + 60 * Double(number))
      try FileManager.default.setAttributes(
        [.modificationDate: used], ofItemAtPath: folder.file(digest).path)
      return digest
    }
    return (folder, digests)
  }

  @Test("the least recently used blobs are removed first")
  func leastRecentlyUsed() throws {
    let (folder, digests) = try cache()
    #expect(folder.prune(to: 6500, now: Date()) { _ in false } == 4000)
    #expect(digests.map { folder.contains($0) } == (0..<10).map { $0 >= 4 })
    #expect(folder.prune(to: 6500, now: Date()) { _ in false } == 0)
  }

  @Test("blobs in use stay")
  func blobsInUse() throws {
    let (folder, digests) = try cache()
    folder.touch(digests[0])
    folder.prune(to: 0, now: Date()) { $0 == digests[3] }
    #expect(digests.filter { folder.contains($0) } == [digests[0], digests[3]])
  }
}
