import Experiments
import Foundation
import Importing
import Jobs
import Testing

/// The ids of volumes of these names, by name.
private func ids(_ names: [String]) throws -> [String: String] {
  let found = try discovered(
    by: "folder", in: names.flatMap { ["images/\($0).png", "masks/\($0).png"] })
  #expect(found.volumes.count == names.count)
  return Dictionary(uniqueKeysWithValues: found.volumes.map { ($0.name ?? $0.id, $0.id) })
}

/// Reads the name back from an id.
private func name(of id: String) -> String {
  var bytes: [UInt8] = []
  var rest = Substring(id)
  while let match = rest.firstMatch(of: /_x((?:[0-9A-F]{2})+)_/) {
    bytes += rest[..<match.range.lowerBound].utf8
    var digits = match.1
    while !digits.isEmpty {
      bytes.append(UInt8(digits.prefix(2), radix: 16) ?? 0)
      digits = digits.dropFirst(2)
    }
    rest = rest[match.range.upperBound...]
  }
  return String(decoding: bytes + rest.utf8, as: UTF8.self)
}

@Test("ids are file names, differ in more than case, and give the names back") func reversibleIDs()
  throws
{
  let names = [
    "患者甲", "患者乙", "p01", "P01", "p 01", "p-01", "p_x20_01", "p_X20_01", "ångström", "_x", "_x1",
    "a_xé", "a_x4é", "-first", "émile_xC3A9_", "%41", "s~1", "s+1", "Ж", "ж",
  ]
  let ids = try ids(names)
  #expect(Set(ids.values.map { $0.lowercased() }).count == names.count)
  for (name, id) in ids {
    #expect(isFileName(id))
    #expect(ImportingTests.name(of: id) == name)
  }
  #expect(ids["p-01"] == "p-01" && ids["_x1"] == "_x1" && ids["p01"] == "p01")
  #expect(ids["患者甲"] == "_xE682A3E88085E794B2_")
}

@Test("names that Unicode takes for equal are volumes of their own") func equivalentNames() throws {
  let names = ["\u{e9}", "e\u{301}"]
  let both = try discovered(
    by: "folder", in: names.flatMap { ["images/\($0).png", "masks/\($0).png"] })
  #expect(Set(both.volumes.map(\.id)) == ["_xC3A9_", "e_xCC81_"])
  #expect(both.unused.isEmpty)
  let mixed = try discovered(by: "folder", in: ["images/\(names[0]).png", "masks/\(names[1]).png"])
  #expect(mixed.volumes.count == 1)
}

@Test("a long name gives an id that is cut and ends in its digest") func longNames() throws {
  let names = ["a", "b"].map { String(repeating: "患", count: 40) + $0 }
  let ids = try ids(names)
  #expect(Set(ids.values).count == 2)
  #expect(ids.values.allSatisfy { $0.count == 80 && isFileName($0) })
}

@Test("the patient pattern sees the name and not the id") func patientsOfNames() throws {
  let found = try discovered(
    by: "folder",
    in: ["患者甲_1", "患者甲_2", "患者乙_1"].flatMap { ["images/\($0).png", "masks/\($0).png"] }
  ) { $0.patientPattern = "^(.*)_" }
  #expect(Set(found.volumes.map(\.patient)) == ["患者甲", "患者乙"])
}
