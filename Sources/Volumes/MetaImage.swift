import Errors
import Foundation
import Imaging

/// Tells whether a file begins with the header of a MetaImage.
func isMetaImage(_ bytes: Data) -> Bool {
  var lines = HeaderLines(bytes.prefix(4096))
  var keys: [String] = []
  while let line = lines.next(), let separator = line.firstIndex(where: { "=:".contains($0) }) {
    keys.append(line[..<separator].trimmed.lowercased())
  }
  return keys.first == "objecttype" || keys.contains("ndims") && keys.contains("dimsize")
}

/// Decodes a MetaImage file, with the files beside it that hold its voxels.
///
/// - Throws: `DipperError` of code `imageMalformed`, `imageUnsupported` or `imageUnreadable`.
func decodeMetaImage(_ file: SourceFile) throws -> VolumeFile {
  let header = try MetaImageHeader(parsing: file)
  let raw = try header.rawVoxels()
  _ = try raw.count(name: file.name)
  let sizes = raw.sizes
  // The channels of a voxel come first; a fourth axis is last.
  let layers = NumberLayers(
    try header.numbers(of: raw, in: file), of: raw,
    along: header.channels > 1 ? 0 : sizes.count == 5 ? 4 : nil, areColours: false)
  let grid = VolumeGrid(
    size: SIMD3(sizes[1], sizes[2], sizes.count > 3 ? sizes[3] : 1),
    geometry: try header.geometry())
  return VolumeFile(layers: layers.parts.map { Volume(grid: grid, type: raw.type, samples: $0) })
}

/// The header of a MetaImage file.
private struct MetaImageHeader {
  private let text: HeaderText
  /// The offset of the first byte after the header.
  private let end: Int
  /// The files of a list that follows the header.
  private var listedFiles: [String] = []

  init(parsing file: SourceFile) throws {
    var fields = HeaderText(name: file.name)
    var lines = HeaderLines(file.bytes)
    while fields["elementdatafile"] == nil, let line = lines.next() {
      guard let separator = line.firstIndex(where: { "=:".contains($0) }) else {
        if line.allSatisfy(\.isWhitespace) { continue }
        throw DipperError(.imageMalformed, "\(file.name) has a damaged header: \(line.prefix(40))")
      }
      // Comments may be there several times.
      let key = line[..<separator]
      if key.trimmed.lowercased() == "comment" { continue }
      try fields.add(key, value: line[line.index(after: separator)...])
    }
    text = fields
    end = lines.offset
    if fields.words("elementdatafile")?.first == "LIST" {
      while let name = lines.next(), !name.allSatisfy(\.isWhitespace) {
        listedFiles.append(name.trimmed)
      }
    }
  }

  /// The numbers of a voxel.
  var channels: Int { text["elementnumberofchannels"].flatMap { Int($0) } ?? 1 }

  /// The description of the voxels, whose first axis is that of the channels.
  ///
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
  func rawVoxels() throws -> RawVoxels {
    var sizes = try text.sizes("dimsize")
    guard text["ndims"].flatMap({ Int($0) }) == sizes.count, channels >= 1 else {
      throw text.damaged("ndims")
    }
    while sizes.count > 3, sizes.last == 1 { sizes.removeLast() }
    guard (2...4).contains(sizes.count), sizes.count < 4 || channels == 1 else {
      throw text.unsupported("has \(sizes.count) axes; 2, 3 or 4 are read")
    }
    let type = try type()
    let isBinary = try flag("binarydata", otherwise: true)
    let isCompressed = try flag("compresseddata", otherwise: false)
    let order =
      text["elementbyteordermsb"] == nil ? "binarydatabyteordermsb" : "elementbyteordermsb"
    return RawVoxels(
      type: type, sizes: [channels] + sizes,
      encoding: isCompressed ? .deflated : isBinary ? .raw : .text,
      isBigEndian: isBinary ? try flag(order, otherwise: false) : false)
  }

  private func type() throws -> VoxelType {
    guard let word = text["elementtype"] else { throw text.damaged("elementtype") }
    guard let type = VoxelType(metaImage: word) else {
      throw text.unsupported("holds voxels of the type \(word.prefix(40)), which is not read")
    }
    return type
  }

  private func flag(_ key: String, otherwise: Bool) throws -> Bool {
    switch text[key]?.lowercased().first {
    case nil: return otherwise
    case "t", "y", "1": return true
    case "f", "n", "0": return false
    default: throw text.damaged(key)
    }
  }

  /// The names of the files that hold the voxels; nil if they follow the header.
  ///
  /// - Throws: `DipperError` of code `imageMalformed`.
  private func dataFiles() throws -> [String]? {
    guard let field = text["elementdatafile"], !field.isEmpty else {
      throw text.damaged("elementdatafile")
    }
    let words = field.split(whereSeparator: \.isWhitespace)
    if words[0] == "LOCAL" || words[0] == "Local" { return nil }
    if words[0] == "LIST" { return listedFiles }
    guard field.contains("%"), words.count >= 3 else { return [field] }
    let step = words.count > 3 ? String(words[3]) : "1"
    return try numberedFiles(
      String(words[0]), range: [String(words[1]), String(words[2]), step], name: text.name)
  }

  /// Reads the numbers after the header, or in the files that it names.
  func numbers(of raw: RawVoxels, in file: SourceFile) throws -> Data {
    guard let names = try dataFiles() else {
      return try raw.decoded(file.bytes.dropFirst(end), name: file.name)
    }
    // Each of several files holds an equal part of the slowest axis.
    var part = raw
    guard let slowest = raw.sizes.last, !names.isEmpty, slowest % names.count == 0 else {
      throw text.damaged("elementdatafile")
    }
    part.sizes[part.sizes.count - 1] = slowest / names.count
    if names.count == 1 {
      return try raw.decoded(skipped(file.contentsOfNeighbour(names[0]), of: raw), name: file.name)
    }
    return try names.reduce(into: Data()) { all, name in
      all += try part.decoded(skipped(file.contentsOfNeighbour(name), of: part), name: file.name)
    }
  }

  /// Drops the header of a file with voxels; -1 stands for all that comes before them.
  private func skipped(_ bytes: Data, of raw: RawVoxels) throws -> Data {
    let count = Int(text["headersize"] ?? "0")
    guard let count, count >= -1, count >= 0 || raw.encoding == .raw else {
      throw text.damaged("headersize")
    }
    return count == -1
      ? bytes.suffix(try raw.count(name: text.name) * raw.type.byteCount) : bytes.dropFirst(count)
  }

  /// The geometry, as far as the header gives it.
  ///
  /// - Throws: `DipperError` of code `imageMalformed`.
  func geometry() throws -> Geometry {
    let count = try text.sizes("dimsize").count
    let unit = text["distanceunits"].map { length(ofUnit: $0) ?? 0 } ?? 1
    var lengths = try text.numbers("elementspacing", "elementsize") ?? []
    if lengths.count == 2 { lengths.append(1 / (unit > 0 ? unit : 1)) }
    var geometry = Geometry()
    if lengths.count >= 3 {
      geometry.spacing = Geometry.plausible(
        spacing: SIMD3(abs(lengths[0]), abs(lengths[1]), abs(lengths[2])) * unit)
    }
    guard count >= 3 else { return geometry }
    geometry.directions = try directions(count)
    let origin = try text.numbers("offset", "position", "origin") ?? []
    if geometry.directions != nil, origin.count >= 3, origin.allSatisfy(\.isFinite) {
      geometry.origin = SIMD3(-origin[0], -origin[1], origin[2]) * unit
    }
    return geometry
  }

  /// Returns the directions of the axes: those of the matrix, or else those of the letters.
  ///
  /// - Parameter count: the number of axes.
  /// - Throws: `DipperError` of code `imageMalformed`.
  private func directions(_ count: Int) throws -> [SIMD3<Double>]? {
    guard let matrix = try text.numbers("transformmatrix", "rotation", "orientation") else {
      return text["anatomicalorientation"].flatMap(directions(letters:))
    }
    guard matrix.count == count * count else { throw text.damaged("transformmatrix") }
    let steps = (0..<3).map { axis in
      SIMD3(-matrix[axis * count], -matrix[axis * count + 1], matrix[axis * count + 2])
    }
    guard Geometry.isPlausible(steps: steps, origin: .zero) else {
      throw DipperError(
        .imageMalformed, "\(text.name) has a damaged header: its axes make no sense")
    }
    return steps.map { $0 / $0.norm }
  }

  /// Returns the directions of axes that run from the sides that three letters name.
  private func directions(letters: String) -> [SIMD3<Double>]? {
    let sides: [Character: SIMD3<Double>] = [
      "R": SIMD3(-1, 0, 0), "L": SIMD3(1, 0, 0), "A": SIMD3(0, -1, 0), "P": SIMD3(0, 1, 0),
      "I": SIMD3(0, 0, 1), "S": SIMD3(0, 0, -1),
    ]
    let found = letters.uppercased().compactMap { sides[$0] }
    guard found.count == 3, letters.count == 3,
      Geometry.isPlausible(steps: found, origin: .zero)
    else { return nil }
    return found
  }
}

extension VoxelType {
  /// Creates the type that a MetaImage header names; nil for other words.
  fileprivate init?(metaImage word: String) {
    switch word.uppercased().replacing("_ARRAY", with: "") {
    case "MET_CHAR": self = .int8
    case "MET_UCHAR": self = .uint8
    case "MET_SHORT": self = .int16
    case "MET_USHORT": self = .uint16
    case "MET_INT", "MET_LONG": self = .int32
    case "MET_UINT", "MET_ULONG": self = .uint32
    case "MET_LONG_LONG": self = .int64
    case "MET_ULONG_LONG": self = .uint64
    case "MET_FLOAT": self = .float32
    case "MET_DOUBLE": self = .float64
    default: return nil
    }
  }
}
