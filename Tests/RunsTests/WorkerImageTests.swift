import Errors
import Expectations
import Foundation
import Imaging
import Runs
import Testing

private func file(_ name: String, _ contents: Data) throws -> URL {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let file = folder.appending(path: name)
  try contents.write(to: file)
  return file
}

private let flatNRRD = Data(
  """
  NRRD0004
  type: int16
  dimension: 2
  sizes: 3 2
  spacings: 0.5 2
  encoding: ascii

  1 -2 3
  400 5 6

  """.utf8)

@Test("a slice in a format that workers do not read is given to them as NIfTI")
func convertsOtherFormats() throws {
  let source = try file("a.nrrd", flatNRRD)
  defer { try? FileManager.default.removeItem(at: source.deletingLastPathComponent()) }
  let bytes = try workerImage(contentsOf: source)
  #expect(Image.isDecodable(bytes))
  #expect(try bytes == workerImage(contentsOf: source))
  let image = try Image(decoding: bytes, name: "a")
  #expect(image.pixels == [1, -2, 3, 400, 5, 6])
  #expect(image.spacing == Spacing(x: 0.5, y: 2))
}

@Test("PNG and NIfTI files reach the workers unchanged") func keepsReadableFormats() throws {
  let image = Image(width: 3, height: 2, pixels: [0, 1, 2, 3, 4, 5])
  for bytes in [try image.encodedPNG(), try image.encodedNIfTI(compressed: true)] {
    let source = try file("b", bytes)
    defer { try? FileManager.default.removeItem(at: source.deletingLastPathComponent()) }
    #expect(try workerImage(contentsOf: source) == bytes)
  }
}

@Test("a volume is no case, and the error says what to do") func refusesVolumes() throws {
  let cube = String(decoding: flatNRRD, as: UTF8.self)
    .replacing("dimension: 2", with: "dimension: 3").replacing("sizes: 3 2", with: "sizes: 2 2 2")
    .replacing("spacings: 0.5 2", with: "spacings: 1 1 1")
    .replacing("400 5 6", with: "400 5 6 7 8")
  let source = try file("c.nrrd", Data(cube.utf8))
  defer { try? FileManager.default.removeItem(at: source.deletingLastPathComponent()) }
  let error = expectError(in: .imaging) { try workerImage(contentsOf: source) }
  #expect(error?.message.contains("has 2 slices, and a case has one") == true)
}
