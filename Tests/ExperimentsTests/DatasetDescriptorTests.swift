import Experiments
import Foundation
import Jobs
import TestSupport
import TestTraits
import Testing

private func descriptor(_ json: String) throws -> DatasetDescriptor {
  try DatasetDescriptor(json: Data(json.utf8), file: "d/dataset.json")
}

private func json(
  name: String = "lung", intensity: String = "", id: String = "0001", split: String = "test",
  image: String = "i.png"
) -> String {
  """
  {"name": "\(name)", "licence": "CC0", \(intensity) "cases": [
    {"id": "\(id)", "image": "\(image)", "truth": "t.png", "markers": "m.json", "patient": null,
     "split": "\(split)", "slice": 12},
    {"id": "0002", "image": "j.png", "truth": "u.png", "markers": "n.json", "split": "test"}]}
  """
}

@Test("a descriptor holds its cases") func cases() throws {
  let read = try descriptor(json(intensity: #""intensity": {"window": [-100, 200]},"#))
  #expect(read.name == "lung" && read.window == .range(low: -100, high: 200))
  #expect(read.cases.map(\.id) == ["0001", "0002"])
  let first = read.cases[0]
  #expect(first.image == "i.png" && first.truth == "t.png" && first.markers == "m.json")
  #expect(first.patient == nil && first.split == .test)
}

@Test("the intensity window is minmax unless given") func window() throws {
  #expect(try descriptor(json()).window == .minmax)
  #expect(try descriptor(json(intensity: #""intensity": {"window": "minmax"},"#)).window == .minmax)
}

@Test(
  "broken descriptors are refused with file and key",
  arguments: [
    ("{", "d/dataset.json is not JSON"),
    ("[]", "d/dataset.json has a value of the wrong type"),
    (#"{"cases": []}"#, "has no key .name"),
    (#"{"name": "a"}"#, "has no key .cases"),
    (#"{"name": "a", "cases": []}"#, "no case has the split `test`"),
    (#"{"name": "a", "cases": [{"id": "x"}]}"#, "has no key .cases[0].image"),
    (#"{"name": "a", "cases": [{"id": 7}]}"#, "wrong type at .cases[0].id"),
    (json(name: "../a"), "name `../a`"),
    (json(id: "a/b"), "case id `a/b`"),
    (json(id: ""), "case id ``"),
    (json(id: "0002"), "case id `0002` is given twice"),
    (json(split: "val"), "split of case 0001 must be train or test, not `val`"),
    (json(intensity: #""intensity": {"window": [3, 1]},"#), "intensity.window must be"),
    (json(intensity: #""intensity": {"window": "bone"},"#), "intensity.window must be"),
    (json(intensity: #""intensity": {"window": 3},"#), "wrong type at .intensity.window"),
    (json(image: "/data/i.png"), "/data/i.png of case 0001 must be a path that is relative"),
    (json(intensity: #""intensity": {},"#), "has no key .intensity.window"),
  ])
func brokenDescriptors(json: String, part: String) {
  let message = refusal { try descriptor(json) }
  #expect(message?.hasPrefix("d/dataset.json") == true, "\(message ?? "accepted")")
  #expect(message?.contains(part) == true, "\(message ?? "accepted"): no `\(part)`")
}

@Test("a configuration can name the training cases") func learningFrom() throws {
  let read = try descriptor(json(split: "train"))
  let split = try read.learning(from: ["0002"], file: "f")
  #expect(split.cases.map(\.id) == ["0002", "0001"])
  #expect(split.cases.map(\.split) == [.train, .test])
  #expect(split.cases[0].image == "j.png" && split.name == read.name)
  #expect(
    refusal { try read.learning(from: ["0002", "9"], file: "f") }
      == "f: there is no case `9` to train on")
  #expect(
    refusal { try read.learning(from: ["0002", "0001"], file: "f") }
      == "f: all cases are to train on; none is left to test")
}

@Test(
  "the descriptors of the real images are read, and their files exist", .requiresSharedImages,
  arguments: [("lung", 2, 16), ("liver", 2, 10), ("sarcoma", 2, 16)])
func realDescriptors(name: String, train: Int, test: Int) throws {
  let folder = try #require(SharedImages.folder)
  let file = folder.appending(path: "\(name)/dataset.json")
  let read = try DatasetDescriptor(json: Data(contentsOf: file), file: file.path)
  #expect(read.name == name)
  #expect(read.cases.count { $0.split == .train } == train)
  #expect(read.cases.count { $0.split == .test } == test)
  for one in read.cases {
    for path in [one.image, one.truth, one.markers] {
      let found = folder.appending(path: "\(name)/\(path)").path
      #expect(FileManager.default.fileExists(atPath: found))
    }
  }
}
