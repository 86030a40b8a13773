import Blobs
import Errors
import Foundation
import Jobs
import Synchronization
import TestSupport
import TestTraits
import Testing

@Suite("A folder of blobs", .temporaryFolder) struct BlobFolderTests {
  @Test("stored bytes are read back by their digest")
  func roundTrip() throws {
    let folder = try BlobFolder.temporary("blobs")
    for bytes in [Data(), Data("hello".utf8), Data(count: 3_000_000)] {
      let reference = try folder.put(bytes)
      #expect(reference == BlobReference(digest: Digest(of: bytes), size: bytes.count))
      #expect(try folder.get(reference.digest) == bytes)
      #expect(folder.size(reference.digest) == bytes.count)
      #expect(folder.file(reference.digest).path.hasSuffix(reference.digest.hex))
    }
  }

  @Test("storing the same bytes again does not write the file")
  func storingTwice() throws {
    let folder = try BlobFolder.temporary("blobs")
    let digest = try folder.put(Data("hello".utf8)).digest
    let before = try FileManager.default.attributesOfItem(atPath: folder.file(digest).path)
    try folder.put(Data("hello".utf8))
    let after = try FileManager.default.attributesOfItem(atPath: folder.file(digest).path)
    #expect(before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
  }

  @Test("the error for a missing blob contains its digest")
  func missingBlob() throws {
    let folder = try BlobFolder.temporary("blobs")
    let digest = Digest(of: Data("hello".utf8))
    let error = #expect(throws: DipperError.self) { try folder.get(digest) }
    #expect(error?.code == .blobMissing)
    #expect(error?.message.contains(digest.short) == true)
    #expect(!folder.contains(digest))
  }

  @Test(
    "a damaged blob is not read, is renamed and can be stored again",
    arguments: ["hellO", "hell", "hello!", ""])
  func damagedBlob(damaged: String) throws {
    let folder = try BlobFolder.temporary("blobs")
    let digest = try folder.put(Data("hello".utf8)).digest
    try Data(damaged.utf8).write(to: folder.file(digest))
    let error = #expect(throws: DipperError.self) { try folder.get(digest) }
    #expect(error?.code == .blobDamaged)
    #expect(error?.message.contains(folder.file(digest).path) == true)
    #expect(!folder.contains(digest))
    try folder.put(Data("hello".utf8))
    #expect(try folder.get(digest) == Data("hello".utf8))
  }

  @Test("a removed blob is gone, and removing it again does nothing")
  func removal() throws {
    let folder = try BlobFolder.temporary("blobs")
    let digest = try folder.put(Data("hello".utf8)).digest
    folder.remove(digest)
    folder.remove(digest)
    #expect(!folder.contains(digest))
  }

  @Test("several callers may make the same folder at once")
  func concurrentCreation() throws {
    let root = TemporaryFolder.url
    let failures = Mutex<[String]>([])
    for round in 0..<300 {
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        do { _ = try BlobFolder(at: root.appending(path: "\(round)/b/c/d")) } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
    }
    #expect(failures.withLock { $0 } == [])
  }

  @Test("the error for an impossible folder names it")
  func impossibleFolder() throws {
    let file = try BlobFolder.temporary("blobs").folder.appending(path: "file")
    try Data().write(to: file)
    for target in [file, file.appending(path: "below")] {
      let error = #expect(throws: DipperError.self) { try BlobFolder(at: target) }
      #expect(error?.code == .blobStorageFailed)
      #expect(error?.message.contains(file.path) == true)
    }
  }

  @Test("the error for a full disk says what to do")
  func fullDisk() throws {
    // The kernel's own full disk: every write to it fails with ENOSPC.
    let folder = try BlobFolder.temporary("blobs").folder
    let link = folder.appending(path: "full")
    symlink("/dev/full", link.path)
    let error = #expect(throws: DipperError.self) { try write(Data("hello".utf8), to: link) }
    #expect(error?.code == .blobStorageFailed)
    #expect(error?.message.contains("No space left") == true)
    #expect(error?.message.contains("make room") == true)
  }

  @Test("several writers of the same blobs do not disturb each other")
  func concurrentWriters() async throws {
    let payloads = (0..<20).map { Data(repeating: UInt8($0), count: 50_000 + $0) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        let folder = try BlobFolder.temporary("blobs")
        group.addTask { for payload in payloads { try folder.put(payload) } }
      }
      try await group.waitForAll()
    }
    let folder = try BlobFolder.temporary("blobs")
    for payload in payloads { #expect(try folder.get(Digest(of: payload)) == payload) }
  }

  @Test("old temporary files are removed and recent ones stay")
  func oldTemporaryFiles() throws {
    let partials = try BlobFolder.temporary("blobs").folder.appending(path: "partial")
    let file = partials.appending(path: "half")
    try Data("hal".utf8).write(to: file)
    _ = try BlobFolder.temporary("blobs")
    #expect(FileManager.default.fileExists(atPath: file.path))
    _ = try BlobFolder(at: TemporaryFolder.url.appending(path: "blobs"), now: Date() + 100_000)
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  @Test("a file is replaced by a complete one")
  func replacedFile() throws {
    let folder = TemporaryFolder.url.appending(path: "a/b/c")
    let file = folder.appending(path: "file")
    for text in ["first", "second"] {
      try writeDurably(Data(text.utf8), to: file, making: folder)
      #expect(try Data(contentsOf: file) == Data(text.utf8))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
  }
}
