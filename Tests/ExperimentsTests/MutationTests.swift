import Experiments
import Foundation
import Jobs
import TestSupport
import Testing

/// The bytes of the shipped configurations.
let shippedConfigurations: [Data] = {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let folder = root.appending(path: "Config")
  let found = FileManager.default.enumerator(atPath: folder.path)
  let paths = (found?.allObjects ?? []).compactMap { $0 as? String }
  return paths.filter { $0.hasSuffix(".yaml") }.sorted().compactMap {
    FileManager.default.contents(atPath: folder.appending(path: $0).path)
  }
}()

@Test("every shipped configuration is read") func shippedConfigurationsAreRead() throws {
  #expect(shippedConfigurations.count > 10)
  for bytes in shippedConfigurations {
    _ = try configuration(String(decoding: bytes, as: UTF8.self))
  }
}

@Test("a mutated configuration is read, or refused with its name") func mutatedConfigurations()
  throws
{
  var generator = SeededGenerator(seed: 21)
  var refused = 0
  for bytes in shippedConfigurations {
    for _ in 0..<300 {
      let yaml = String(decoding: generator.mutated(bytes), as: UTF8.self)
      guard let message = refusal({ try configuration(yaml) }) else { continue }
      #expect(message.hasPrefix("x.yaml:"))
      refused += 1
    }
  }
  #expect(refused > 1000)
}

@Test("a mutated descriptor is read, or refused with its name") func mutatedDescriptors() throws {
  let json = """
    {"name": "lung", "intensity": {"window": [-100, 200.5]}, "more": [null, true, {"a": 1e9}],
     "cases": [{"id": "a", "image": "a.png", "truth": "t.png", "markers": "m.json",
                "patient": null, "split": "train"},
               {"id": "b\\u00fc", "image": "b.png", "truth": "t.png", "markers": "m.json",
                "split": "test"}]}
    """
  _ = refusal { try DatasetDescriptor(json: Data(json.utf8), file: "d.json") }
  var generator = SeededGenerator(seed: 22)
  var refused = 0
  for _ in 0..<5000 {
    let bytes = generator.mutated(Data(json.utf8))
    guard let message = refusal({ try DatasetDescriptor(json: bytes, file: "d.json") }) else {
      continue
    }
    #expect(message.contains("d.json"))
    refused += 1
  }
  #expect(refused > 1000)
}

@Test("deeply nested files are refused", .timeLimit(.minutes(1)), arguments: ["[", "{a: ", "- "])
func deepNesting(opening: String) {
  let nested = String(repeating: opening, count: 100_000)
  #expect(refusal { try configuration("name: x\nenergy: \(nested)") } != nil)
  let json = Data(String(repeating: opening, count: 100_000).utf8)
  #expect(refusal { try DatasetDescriptor(json: json, file: "d.json") } != nil)
}

@Test("a text that grows exponentially by its aliases is refused", .timeLimit(.minutes(1)))
func aliasBomb() {
  let laughs = (1...30).map { level in
    "l\(level): &l\(level) [\((0..<9).map { _ in "*l\(level - 1)" }.joined(separator: ", "))]"
  }
  for end in ["name: *l30", "name: x\nenergy: {theta: *l30}", "name: x\nmethods: *l30"] {
    let yaml = (["l0: &l0 ha"] + laughs + [end]).joined(separator: "\n")
    let message = refusal { try configuration(yaml) }
    #expect(message?.count ?? 0 > 0)
    #expect(message?.count ?? .max < 10_000)
  }
}
