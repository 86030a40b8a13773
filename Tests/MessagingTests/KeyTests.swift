import Foundation
import Messaging
import Testing

private func mode(of file: URL) throws -> Int? {
  try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
}

private func refusal(_ body: () throws -> Void) -> String? {
  let error = #expect(throws: MessagingError.self) { try body() }
  #expect(error?.code == .keys)
  return error?.message
}

/// Key files: who may read them, what overwrites them, what is taken for one.
struct KeyTests {
  private let keys: KeyFolder

  init() throws { keys = try KeyedServer.freshKeys(workers: ["node1"]) }

  private func file(_ path: String) -> URL { keys.folder.appending(path: path) }

  @Test func secretsAreForTheirOwnerOnly() throws {
    for path in ["coordinator.secret", "workers/node1/worker.secret"] {
      #expect(try mode(of: file(path)) == 0o600)
    }
    #expect(try mode(of: keys.folder) == 0o700)
    let open = try String(contentsOf: file("workers/node1/coordinator.public"), encoding: .utf8)
    #expect(open == (try String(contentsOf: file("coordinator.public"), encoding: .utf8)))
    #expect(!open.contains(try secretDigits("coordinator.secret")))
  }

  private func secretDigits(_ path: String) throws -> String {
    let words = try String(contentsOf: file(path), encoding: .utf8).split(separator: " ")
    return try #require(words.last).trimmingCharacters(in: .newlines)
  }

  @Test(arguments: [0o640, 0o604, 0o660]) func aSecretThatOthersCanReadIsRefused(mode: Int) throws {
    let secret = file("coordinator.secret")
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: secret.path)
    let message = refusal { _ = try keys.coordinatorKeys() }
    #expect(message?.contains("chmod 600 '\(secret.path)'") == true)
  }

  @Test func nothingIsOverwrittenUnlessToldSo() throws {
    let before = try secretDigits("workers/node1/worker.secret")
    let message = refusal { try keys.generate(workers: ["node1"], replacing: false) }
    #expect(message?.contains("--replace") == true)
    #expect(try secretDigits("workers/node1/worker.secret") == before)
    let coordinator = try secretDigits("coordinator.secret")
    try keys.generate(workers: ["node1", "node2"].suffix(1), replacing: false)
    try keys.generate(workers: ["node1"], replacing: true)
    #expect(try secretDigits("workers/node1/worker.secret") != before)
    #expect(try secretDigits("coordinator.secret") == coordinator)
    #expect(try mode(of: file("workers/node1/worker.secret")) == 0o600)
  }

  @Test func whatIsNoKeyIsRefusedByName() throws {
    let secret = file("workers/node1/worker.secret")
    let open = try Data(contentsOf: file("coordinator.public"))
    for bytes in [Data(), Data("hello".utf8), open, Data(count: 100_000)] {
      try FileManager.default.removeItem(at: secret)
      #expect(
        FileManager.default.createFile(
          atPath: secret.path, contents: bytes, attributes: [.posixPermissions: 0o600]))
      let message = refusal { _ = try keys.worker("node1").workerKeys() }
      #expect(message?.contains(secret.path) == true)
    }
    try Data("dipper-public-key 12".utf8).write(to: file("authorized/bad.public"))
    #expect(refusal { _ = try keys.coordinatorKeys() }?.contains("bad.public") == true)
    #expect(refusal { _ = try keys.worker("node9").workerKeys() }?.contains("keygen") == true)
  }

  @Test func aKeyFileThatIsReplacedInPlaceHoldsAtOnceAndADamagedOneOnlyLacks() throws {
    let (one, two) = (file("authorized/node1.public"), file("authorized/node2.public"))
    let former = try SecretKey.generate().publicKey
    let other = try SecretKey.generate().publicKey
    try Data("dipper-public-key \(former.hex)\n".utf8).write(to: one)
    try Data("dipper-public-key \(other.hex)\n".utf8).write(to: two)
    let list = try AuthorizedKeys(in: keys.authorized)
    // Long after, so that what the files are is relied upon.
    let later = time(nil) + 100
    #expect(list.contains(former, at: later) && list.contains(other, at: later))

    // As `cp` does it: the folder stays as it was.
    let stranger = try SecretKey.generate().publicKey
    try Data("dipper-public-key \(stranger.hex)\n\n".utf8).write(to: one)
    #expect(!list.contains(former, at: later) && list.contains(stranger, at: later))
    #expect(list.newFaults() == [])

    try Data("dipper-public-key 12".utf8).write(to: two)
    #expect(!list.contains(other, at: later) && list.contains(stranger, at: later))
    let faults = list.newFaults()
    #expect(faults.count == 1 && faults[0].contains(two.path))
    #expect(list.contains(stranger, at: time(nil)) && list.newFaults() == [])
  }

  @Test(arguments: ["", "../a", ".hidden", "a b", "a/b", String(repeating: "x", count: 65)])
  func aNameThatIsNoFileNameIsRefused(name: String) {
    #expect(refusal { try keys.generate(workers: [name], replacing: false) } != nil)
  }
}
