import Blobs
import Foundation
import Jobs
import Testing
import Wire

/// A coordinator beside its workers: what lies in their cache is linked, not sent.
@Suite struct NeighbourTests {
  private let place = Place()
  private let bytes = Data("a checkpoint".utf8)

  private func folders() throws -> (cache: BlobFolder, store: BlobFolder) {
    (try place.folder("cache"), try place.folder("store"))
  }

  private func inode(_ file: URL) throws -> UInt64? {
    try FileManager.default.attributesOfItem(atPath: file.path)[.systemFileNumber] as? UInt64
  }

  @Test func whatANeighbourHasIsLinkedAndStored() throws {
    defer { place.clean() }
    let (cache, store) = try folders()
    let reference = try cache.put(bytes)
    var server = BlobServer(store, neighbour: cache)
    #expect(try server.received(.put(reference), from: "w") == [.stored(reference.digest)])
    #expect(try inode(store.file(reference.digest)) == inode(cache.file(reference.digest)))
    cache.remove(reference.digest)
    #expect(try store.get(reference.digest) == bytes)
  }

  @Test func itIsNotStoredBeforeItHasSettled() throws {
    defer { place.clean() }
    let (cache, store) = try folders()
    let reference = try cache.put(bytes)
    var server = BlobServer(store, neighbour: cache)
    var arrivals: [ArrivedBlob] = []
    for _ in 0..<2 {
      let answers = try server.received(.put(reference), from: "w") {
        arrivals.append($0)
        return false
      }
      #expect(answers == [])
    }
    #expect(arrivals.count == 1 && !store.contains(reference.digest))
    try store.settle(arrivals)
    #expect(server.settled(reference.digest, of: "w") == .stored(reference.digest))
  }

  @Test func whatIsNotThereOrNotWholeIsSent() throws {
    defer { place.clean() }
    let (cache, store) = try folders()
    let digest = Digest(of: bytes)
    let reference = BlobReference(digest: digest, size: bytes.count)
    var server = BlobServer(store, neighbour: cache)
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
        Issue.record("not asked for")
        return
      }
      server.forget("w")
    }
    _ = try server.received(.put(reference), from: "w")
    let chunk = BlobMessage.chunk(digest, offset: 0, total: bytes.count, bytes: bytes)
    #expect(try server.received(chunk, from: "w") == [.stored(digest)])
    #expect(try store.get(digest) == bytes)
    // Nothing half-written is left.
    let partials = store.folder.appending(path: "partial").path
    #expect(try FileManager.default.contentsOfDirectory(atPath: partials) == [])
  }
}
