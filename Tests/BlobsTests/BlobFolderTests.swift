import Blobs
import Foundation
import Jobs
import Synchronization
import TestSupport
import Testing

@Test func bytesComeBackUnderTheirDigest() throws {
  let place = Place()
  defer { place.clean() }
  let folder = try place.folder("blobs")
  for bytes in [Data(), Data("hello".utf8), Data(count: 3_000_000)] {
    let reference = try folder.put(bytes)
    #expect(reference == BlobReference(digest: Digest(of: bytes), size: bytes.count))
    #expect(try folder.get(reference.digest) == bytes)
    #expect(folder.size(reference.digest) == bytes.count)
    #expect(folder.file(reference.digest).path.hasSuffix(reference.digest.hex))
  }
}

@Test func puttingTheSameBytesAgainLeavesTheFileAlone() throws {
  let place = Place()
  defer { place.clean() }
  let folder = try place.folder("blobs")
  let digest = try folder.put(Data("hello".utf8)).digest
  let before = try FileManager.default.attributesOfItem(atPath: folder.file(digest).path)
  try folder.put(Data("hello".utf8))
  let after = try FileManager.default.attributesOfItem(atPath: folder.file(digest).path)
  #expect(before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
}

@Test func aMissingBlobIsNamed() throws {
  let place = Place()
  defer { place.clean() }
  let folder = try place.folder("blobs")
  let digest = Digest(of: Data("hello".utf8))
  let error = #expect(throws: BlobError.self) { try folder.get(digest) }
  #expect(error?.code == .missing)
  #expect(error?.message.contains(digest.short) == true)
  #expect(!folder.contains(digest))
}

@Test(arguments: ["hellO", "hell", "hello!", ""])
func aDamagedBlobIsNeverReadMovedAsideAndCanBeBroughtAgain(damaged: String) throws {
  let place = Place()
  defer { place.clean() }
  let folder = try place.folder("blobs")
  let digest = try folder.put(Data("hello".utf8)).digest
  try Data(damaged.utf8).write(to: folder.file(digest))
  let error = #expect(throws: BlobError.self) { try folder.get(digest) }
  #expect(error?.code == .damaged)
  #expect(error?.message.contains(folder.file(digest).path) == true)
  #expect(!folder.contains(digest))
  try folder.put(Data("hello".utf8))
  #expect(try folder.get(digest) == Data("hello".utf8))
}

@Test func aRemovedBlobIsGoneAndRemovingItAgainDoesNothing() throws {
  let place = Place()
  defer { place.clean() }
  let folder = try place.folder("blobs")
  let digest = try folder.put(Data("hello".utf8)).digest
  folder.remove(digest)
  folder.remove(digest)
  #expect(!folder.contains(digest))
}

@Test func processesThatStartTogetherMakeOneFolder() throws {
  let place = Place()
  defer { place.clean() }
  let failures = Mutex<[String]>([])
  for round in 0..<300 {
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      do { _ = try place.folder("\(round)/b/c/d") } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
  }
  #expect(failures.withLock { $0 } == [])
}

@Test func aFolderThatCannotBeOneIsNamed() throws {
  let place = Place()
  defer { place.clean() }
  let file = try place.folder("blobs").folder.appending(path: "file")
  try Data().write(to: file)
  for target in [file, file.appending(path: "below")] {
    let error = #expect(throws: BlobError.self) { try BlobFolder(at: target) }
    #expect(error?.code == .storage)
    #expect(error?.message.contains(file.path) == true)
  }
}

@Test func aFullDiskIsSaidWithWhatToDo() throws {
  // The kernel's own full disk: every write to it fails with ENOSPC.
  let place = Place()
  defer { place.clean() }
  let folder = try place.folder("blobs").folder
  let link = folder.appending(path: "full")
  symlink("/dev/full", link.path)
  let error = #expect(throws: BlobError.self) { try write(Data("hello".utf8), to: link) }
  #expect(error?.code == .storage)
  #expect(error?.message.contains("No space left") == true)
  #expect(error?.message.contains("make room") == true)
}

@Test func severalWritersOfTheSameBlobsDoNotDisturbEachOther() async throws {
  let place = Place()
  defer { place.clean() }
  let payloads = (0..<20).map { Data(repeating: UInt8($0), count: 50_000 + $0) }
  try await withThrowingTaskGroup(of: Void.self) { group in
    for _ in 0..<4 {
      let folder = try place.folder("blobs")
      group.addTask { for payload in payloads { try folder.put(payload) } }
    }
    try await group.waitForAll()
  }
  let folder = try place.folder("blobs")
  for payload in payloads { #expect(try folder.get(Digest(of: payload)) == payload) }
}

@Test func whatDeadProcessesLeftHalfWrittenIsRemovedTheLivingOnesIsNot() throws {
  let place = Place()
  defer { place.clean() }
  let partials = try place.folder("blobs").folder.appending(path: "partial")
  let file = partials.appending(path: "half")
  try Data("hal".utf8).write(to: file)
  _ = try place.folder("blobs")
  #expect(FileManager.default.fileExists(atPath: file.path))
  _ = try BlobFolder(at: place.root.appending(path: "blobs"), now: Date() + 100_000)
  #expect(!FileManager.default.fileExists(atPath: file.path))
}

@Test func aFileIsWrittenWholeOverAnOlderOne() throws {
  let place = Place()
  defer { place.clean() }
  let folder = place.root.appending(path: "a/b/c")
  let file = folder.appending(path: "file")
  for text in ["first", "second"] {
    try writeDurably(Data(text.utf8), to: file, making: folder)
    #expect(try Data(contentsOf: file) == Data(text.utf8))
  }
  #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
}
