import Errors
import Foundation
import Imaging

/// The header of a NRRD file.
struct NRRDHeader {
  /// The fields of the format, such as `sizes`.
  private(set) var text: HeaderText
  /// The pairs that a program has added, such as `Segment0_Name`.
  private(set) var pairs: [String: String] = [:]
  /// The offset of the first byte after the header.
  private(set) var end = 0

  /// Parses the header at the start of a file.
  ///
  /// - Throws: `DipperError` of code `imageMalformed`.
  init(parsing file: SourceFile) throws {
    text = HeaderText(name: file.name)
    var lines = HeaderLines(file.bytes)
    _ = lines.next()  // the magic number
    while let line = lines.next(), !line.isEmpty {
      if line.hasPrefix("#") { continue }
      if let separator = line.range(of: ":=") {
        pairs[String(line[..<separator.lowerBound])] = String(line[separator.upperBound...])
      } else if let separator = line.firstIndex(of: ":") {
        let value = line[line.index(after: separator)...]
        try text.add(line[..<separator], value: value)
        // The names of the files follow one on a line, up to the end of the header.
        if dataFile?.prefix(4).uppercased() == "LIST" {
          while let name = lines.next(), !name.isEmpty { listedFiles.append(name.trimmed) }
          break
        }
      } else {
        throw DipperError(.imageMalformed, "\(file.name) has a damaged header: \(line.prefix(40))")
      }
    }
    end = lines.offset
  }

  /// The value of the field that names the files with the voxels.
  var dataFile: String? { text["datafile"] }
  /// The files of a list that follows the header.
  private(set) var listedFiles: [String] = []

  /// The number of axes and their sizes, the fastest first.
  func sizes() throws -> [Int] {
    let sizes = try text.sizes("sizes")
    guard text["dimension"].flatMap({ Int($0) }) == sizes.count, sizes.count <= 16 else {
      throw text.damaged("dimension")
    }
    return sizes
  }

  /// The values of a field that has one word for each axis; nil if it is missing.
  func perAxis(_ key: String, count: Int) throws -> [Substring]? {
    guard let words = text.words(key) else { return nil }
    guard words.count == count else { throw text.damaged(key) }
    return words
  }

  /// The texts in quotation marks of a field, such as units; nil if it is missing.
  func quoted(_ key: String) -> [String]? {
    text[key].map { value in
      value.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }
  }

  /// The vectors of a field such as `(1,0,0) none (0,1,0)`; nil stands for `none`.
  ///
  /// - Throws: `DipperError` of code `imageMalformed`.
  func vectors(_ key: String) throws -> [[Double]?]? {
    guard let value = text[key] else { return nil }
    var vectors: [[Double]?] = []
    var rest = value[...]
    while let start = rest.firstIndex(where: { !$0.isWhitespace }) {
      rest = rest[start...]
      if rest.prefix(4).lowercased() == "none" {
        vectors.append(nil)
        rest = rest.dropFirst(4)
      } else {
        guard rest.first == "(", let end = rest.firstIndex(of: ")") else { throw text.damaged(key) }
        let numbers = rest[rest.index(after: rest.startIndex)..<end].split(separator: ",")
          .map { Double($0.trimmed) }
        guard !numbers.contains(nil) else { throw text.damaged(key) }
        vectors.append(numbers.compactMap { $0 })
        rest = rest[rest.index(after: end)...]
      }
    }
    return vectors
  }

  /// The description of the voxels.
  ///
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
  func rawVoxels() throws -> RawVoxels {
    guard let word = text["type"] else { throw text.damaged("type") }
    guard let type = VoxelType(nrrd: word.lowercased()) else {
      throw text.unsupported("holds voxels of the type \(word.prefix(40)), which is not read")
    }
    let encoding = try encoding()
    let isBinary = encoding != .text
    let order = text["endian"]?.lowercased()
    guard order == "little" || order == "big" || !isBinary || type.byteCount == 1 else {
      throw text.damaged("endian")
    }
    return RawVoxels(
      type: type, sizes: try sizes(), encoding: encoding, isBigEndian: isBinary && order == "big")
  }

  private func encoding() throws -> RawVoxels.Encoding {
    switch text["encoding"]?.lowercased() {
    case "raw": return .raw
    case "txt", "text", "ascii": return .text
    case "hex": return .hexadecimal
    case "gz", "gzip": return .deflated
    case "bz2", "bzip2": return .bzip2
    default: throw text.damaged("encoding")
    }
  }
}

extension VoxelType {
  /// Creates the type that a NRRD header names, in lower case; nil for other words.
  fileprivate init?(nrrd word: String) {
    switch word {
    case "signed char", "int8", "int8_t": self = .int8
    case "uchar", "unsigned char", "uint8", "uint8_t": self = .uint8
    case "short", "short int", "signed short", "signed short int", "int16", "int16_t": self = .int16
    case "ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t": self = .uint16
    case "int", "signed int", "int32", "int32_t": self = .int32
    case "uint", "unsigned int", "uint32", "uint32_t": self = .uint32
    case "longlong", "long long", "long long int", "signed long long", "signed long long int",
      "int64", "int64_t":
      self = .int64
    case "ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t":
      self = .uint64
    case "float": self = .float32
    case "double": self = .float64
    default: return nil
    }
  }
}
