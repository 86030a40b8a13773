import Errors
import Foundation
import Imaging

/// Decodes a NRRD file, with the files beside it that hold its voxels.
///
/// - Throws: `DipperError` of code `imageMalformed`, `imageUnsupported` or `imageUnreadable`.
func decodeNRRD(_ file: SourceFile) throws -> VolumeFile {
  let header = try NRRDHeader(parsing: file)
  let raw = try header.rawVoxels()
  _ = try raw.count(name: file.name)
  let axes = try NRRDAxes(header, raw: raw)
  let described = try axes.geometry(header)
  var geometry = described.geometry
  if !axes.isPlausible(geometry) { throw header.text.damaged("spacedirections") }
  geometry.spacing = geometry.spacing.flatMap(Geometry.plausible)
  let numbers = try numbers(of: raw, header: header, file: file)
  let layers = NumberLayers(numbers, of: raw, along: axes.layers, areColours: axes.areLayersColours)
  let grid = VolumeGrid(size: axes.size, geometry: geometry)
  return VolumeFile(
    layers: layers.parts.map { Volume(grid: grid, type: layers.type, samples: $0) },
    segments: segments(header, layerCount: layers.parts.count),
    remarks: described.remarks + layers.remarks)
}

// Voxels

/// Reads the numbers after the header, or in the files that it names.
private func numbers(of raw: RawVoxels, header: NRRDHeader, file: SourceFile) throws -> Data {
  let skipping = try skippedPrefix(header)
  guard let dataFile = header.dataFile else {
    let bytes = try skipping(file.bytes.dropFirst(header.end), raw)
    return try raw.decoded(bytes, name: file.name)
  }
  let names = try dataFiles(dataFile, header: header, name: file.name)
  guard names.count > 1 else {
    return try raw.decoded(
      skipping(try file.contentsOfNeighbour(names.first ?? ""), raw), name: file.name)
  }
  // Each file holds an equal part of the slowest axis.
  var part = raw
  guard let slowest = raw.sizes.last, slowest % names.count == 0 else {
    throw header.text.damaged("datafile")
  }
  part.sizes[part.sizes.count - 1] = slowest / names.count
  return try names.reduce(into: Data()) { all, name in
    all += try part.decoded(skipping(file.contentsOfNeighbour(name), part), name: file.name)
  }
}

/// Returns a function that drops the lines and bytes before the voxels that the header asks to skip.
private func skippedPrefix(
  _ header: NRRDHeader
) throws -> (_ bytes: Data, _ raw: RawVoxels) throws -> Data {
  let lines = Int(header.text["lineskip"] ?? "0")
  let count = Int(header.text["byteskip"] ?? "0")
  guard let lines, let count, lines >= 0, count >= -1 else {
    throw header.text.damaged("byteskip")
  }
  return { bytes, raw in
    var rest = bytes
    for _ in 0..<lines {
      guard let end = rest.firstIndex(of: 0x0a) else { throw header.text.damaged("lineskip") }
      rest = rest[(end + 1)...]
    }
    guard count == -1 else { return rest.dropFirst(count) }
    // The voxels are at the end of the file.
    guard raw.encoding == .raw else { throw header.text.damaged("byteskip") }
    return rest.suffix(try raw.count(name: header.text.name) * raw.type.byteCount)
  }
}

/// Returns the names of the files with the voxels: one, a list, or a pattern such as `i%03d 1 9 1`.
private func dataFiles(_ field: String, header: NRRDHeader, name: String) throws -> [String] {
  let words = field.split(whereSeparator: \.isWhitespace)
  if words.first?.uppercased() == "LIST" { return header.listedFiles }
  guard field.contains("%"), words.count >= 4 else { return [field] }
  return try numberedFiles(String(words[0]), range: words[1...3].map(String.init), name: name)
}

/// Expands a pattern with one `%d` or `%03d`.
///
/// - Parameters:
///   - pattern: the pattern.
///   - range: the first number, the last one and the step, as text.
///   - name: the name of the file in errors.
/// - Throws: `DipperError` of code `imageMalformed`.
func numberedFiles(_ pattern: String, range: [String], name: String) throws -> [String] {
  let error = DipperError(
    .imageMalformed, "\(name) has a damaged header: its data files are \(pattern.prefix(40))")
  let numbers = range.compactMap { Int($0) }
  guard let match = pattern.firstMatch(of: /%(0?)([0-9]?)d/), numbers.count == 3, numbers[2] != 0,
    numbers.allSatisfy({ abs($0) < 1 << 20 })
  else { throw error }
  return stride(from: numbers[0], through: numbers[1], by: numbers[2]).map { number in
    let digits = String(number)
    let width = Int(match.2) ?? 0
    let padding = String(
      repeating: match.1.isEmpty ? " " : "0", count: max(0, width - digits.count))
    return pattern.replacingCharacters(in: match.range, with: padding + digits)
  }
}

// Segments

/// Returns the segments that Slicer has described in a `.seg.nrrd` file.
private func segments(_ header: NRRDHeader, layerCount: Int) -> [VolumeFile.NamedSegment] {
  var segments: [VolumeFile.NamedSegment] = []
  while let next = segment(segments.count, of: header, layerCount: layerCount) {
    segments.append(next)
  }
  guard segments.allSatisfy({ (0..<layerCount).contains($0.layer) }) else { return [] }
  // In a file of several layers different segments may have one value.
  let areUnique = Set(segments.map(\.value)).count == segments.count
  for index in segments.indices {
    segments[index].number = areUnique ? segments[index].value : index + 1
  }
  return segments
}

/// Returns the segment at an index, still without a number; nil after the last one.
private func segment(
  _ index: Int, of header: NRRDHeader, layerCount: Int
) -> VolumeFile.NamedSegment? {
  func value(_ key: String) -> String? {
    header.pairs["Segment\(index)_\(key)"]?.trimmingCharacters(in: .whitespaces)
  }
  guard let name = value("Name") ?? value("ID") else { return nil }
  // Older files have a layer for each segment and name neither its layer nor its value.
  return VolumeFile.NamedSegment(
    number: 0, name: name, layer: value("Layer").flatMap { Int($0) } ?? min(index, layerCount - 1),
    value: value("LabelValue").flatMap { Int($0) } ?? 1)
}
