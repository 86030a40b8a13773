import Errors
import Foundation
import Messaging
import Testing

private func mode(of file: URL) throws -> Int? {
  try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
}

private func message(_ body: () throws -> Void) -> String? {
  let error = #expect(throws: DipperError.self) { try body() }
  #expect(error?.code == .keysInvalid)
  return error?.message
}

@Suite("Key files") struct KeyTests {
  private let keys: KeyFolder

  init() throws { keys = try KeyedServer.freshKeys(workers: ["node1"]) }

  private func file(_ path: String) -> URL { keys.folder.appending(path: path) }

  @Test("only the owner can read secrets")
  func secretModes() throws {
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

  @Test("a secret that others can read is refused", arguments: [0o640, 0o604, 0o660])
  func readableSecret(mode: Int) throws {
    let secret = file("coordinator.secret")
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: secret.path)
    let refusal = message { _ = try keys.coordinatorKeys() }
    #expect(refusal?.contains("chmod 600 '\(secret.path)'") == true)
  }

  @Test("keys are overwritten only on request")
  func overwriting() throws {
    let before = try secretDigits("workers/node1/worker.secret")
    let refusal = message { try keys.generate(workers: ["node1"], replacing: false) }
    #expect(refusal?.contains("--replace") == true)
    #expect(try secretDigits("workers/node1/worker.secret") == before)
    let coordinator = try secretDigits("coordinator.secret")
    try keys.generate(workers: ["node1", "node2"].suffix(1), replacing: false)
    try keys.generate(workers: ["node1"], replacing: true)
    #expect(try secretDigits("workers/node1/worker.secret") != before)
    #expect(try secretDigits("coordinator.secret") == coordinator)
    #expect(try mode(of: file("workers/node1/worker.secret")) == 0o600)
  }

  @Test("the error for an invalid key names its file")
  func invalidKey() throws {
    let secret = file("workers/node1/worker.secret")
    let open = try Data(contentsOf: file("coordinator.public"))
    for bytes in [Data(), Data("hello".utf8), open, Data(count: 100_000)] {
      try FileManager.default.removeItem(at: secret)
      #expect(
        FileManager.default.createFile(
          atPath: secret.path, contents: bytes, attributes: [.posixPermissions: 0o600]))
      let refusal = message { _ = try keys.worker("node1").workerKeys() }
      #expect(refusal?.contains(secret.path) == true)
    }
    try Data("dipper-public-key 12".utf8).write(to: file("authorized/bad.public"))
    #expect(message { _ = try keys.coordinatorKeys() }?.contains("bad.public") == true)
    #expect(message { _ = try keys.worker("node9").workerKeys() }?.contains("keygen") == true)
  }

  @Test(
    "a key file that is replaced in place counts at once, and a damaged one only loses its own key")
  func replacedKeyFile() throws {
    let one = file("authorized/node1.public")
    let two = file("authorized/node2.public")
    let former = try SecretKey.generate().publicKey
    let other = try SecretKey.generate().publicKey
    try Data("dipper-public-key \(former.hex)\n".utf8).write(to: one)
    try Data("dipper-public-key \(other.hex)\n".utf8).write(to: two)
    let list = try AuthorizedKeys(in: keys.authorized)
    // At a later date, at which the stamps of the files are relied upon.
    let later = time(nil) + 100
    #expect(list.contains(former, at: later) && list.contains(other, at: later))

    // Like `cp`, this leaves the folder unchanged.
    let newKey = try SecretKey.generate().publicKey
    try Data("dipper-public-key \(newKey.hex)\n\n".utf8).write(to: one)
    #expect(!list.contains(former, at: later) && list.contains(newKey, at: later))
    #expect(list.takeProblems() == [])

    try Data("dipper-public-key 12".utf8).write(to: two)
    #expect(!list.contains(other, at: later) && list.contains(newKey, at: later))
    let problems = list.takeProblems()
    #expect(problems.count == 1 && problems[0].contains(two.path))
    #expect(list.contains(newKey, at: time(nil)) && list.takeProblems() == [])
  }

  @Test(
    "a name that cannot be a file name is refused",
    arguments: ["", "../a", ".hidden", "a b", "a/b", String(repeating: "x", count: 65)])
  func invalidName(name: String) {
    #expect(message { try keys.generate(workers: [name], replacing: false) } != nil)
  }
}
