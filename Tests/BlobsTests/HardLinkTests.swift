import Blobs
import Foundation
import Jobs
import TestTraits
import Testing
import Wire

@Suite("A coordinator beside its workers", .temporaryFolder) struct HardLinkTests {
  private let bytes = Data("a checkpoint".utf8)

  private func folders() throws -> (cache: BlobFolder, store: BlobFolder) {
    (try .temporary("cache"), try .temporary("store"))
  }

  private func inode(_ file: URL) throws -> UInt64? {
    try FileManager.default.attributesOfItem(atPath: file.path)[.systemFileNumber] as? UInt64
  }

  @Test("a blob in the workers' cache is linked and stored")
  func linksBlob() throws {
    let (cache, store) = try folders()
    let reference = try cache.put(bytes)
    var server = BlobServer(store, localCache: cache)
    #expect(try server.received(.put(reference), from: "w") == [.stored(reference.digest)])
    #expect(try inode(store.file(reference.digest)) == inode(cache.file(reference.digest)))
    cache.remove(reference.digest)
    #expect(try store.get(reference.digest) == bytes)
  }

  @Test("a linked blob is not stored before its commit")
  func waitsForCommit() throws {
    let (cache, store) = try folders()
    let reference = try cache.put(bytes)
    var server = BlobServer(store, localCache: cache)
    var staged: [StagedBlob] = []
    for _ in 0..<2 {
      let answers = try server.received(.put(reference), from: "w") {
        staged.append($0)
        return false
      }
      #expect(answers == [])
    }
    #expect(staged.count == 1 && !store.contains(reference.digest))
    try store.commit(staged)
    #expect(server.committed(reference.digest, from: "w") == .stored(reference.digest))
  }

  @Test("a blob that the workers' cache lacks or has damaged is sent")
  func sendsOthers() throws {
    let (cache, store) = try folders()
    let digest = Digest(of: bytes)
    let reference = BlobReference(digest: digest, size: bytes.count)
    var server = BlobServer(store, localCache: cache)
    for found in [nil, Data("a check".utf8), Data("a ChEcKpOiNt".utf8)] {
      cache.remove(digest)
      if let found {
        let file = cache.file(digest)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try found.write(to: file)
      }
      guard case .proceed(digest, 0, _) = try server.received(.put(reference), from: "w").first
      else {
        Issue.record("the blob was not requested")
        return
      }
      server.forget("w")
    }
    _ = try server.received(.put(reference), from: "w")
    let chunk = BlobMessage.chunk(digest, offset: 0, total: bytes.count, bytes: bytes)
    #expect(try server.received(chunk, from: "w") == [.stored(digest)])
    #expect(try store.get(digest) == bytes)
    // No temporary file is left.
    let partials = store.folder.appending(path: "partial").path
    #expect(try FileManager.default.contentsOfDirectory(atPath: partials) == [])
  }
}
