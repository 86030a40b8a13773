import Errors
import Foundation

/// The contents of a safetensors file: float32 arrays by name and a dictionary of texts.
///
/// The file consists of the length of a JSON header (8 bytes, little-endian), the header and the
/// values. It is written with sorted names and no gaps, so equal contents have equal bytes. The
/// reader checks the whole format. Such a file cannot execute code.
public struct Safetensors: Hashable, Sendable {
  /// An array with its shape.
  public struct Entry: Hashable, Sendable {
    /// The sizes of the axes.
    public var shape: [Int]
    /// The values in row-major order.
    public var values: [Float]

    /// Creates an entry of the given shape.
    public init(shape: [Int], values: [Float]) {
      self.shape = shape
      self.values = values
    }
  }

  /// The arrays by name.
  public var entries: [String: Entry]
  /// The texts by key.
  public var metadata: [String: String]

  /// Creates the contents of a file.
  public init(entries: [String: Entry] = [:], metadata: [String: String] = [:]) {
    self.entries = entries
    self.metadata = metadata
  }
}

private struct HeaderEntry: Codable {
  var dtype: String
  var shape: [Int]
  var data_offsets: [Int]
}

private let metadataKey = "__metadata__"

extension Safetensors {
  /// Encodes the contents as a file.
  public func encoded() -> Data {
    let sorted = entries.sorted { $0.key < $1.key }
    var fields: [String] = []
    if !metadata.isEmpty { fields.append("\(quoted(metadataKey)):\(json(metadata))") }
    var end = 0
    for (name, entry) in sorted {
      let start = end
      end += entry.values.count * MemoryLayout<Float>.stride
      let header = HeaderEntry(dtype: "F32", shape: entry.shape, data_offsets: [start, end])
      fields.append("\(quoted(name)):\(json(header))")
    }
    var header = Data("{\(fields.joined(separator: ","))}".utf8)
    header.append(Data(repeating: 0x20, count: (8 - header.count % 8) % 8))
    // The whole file is reserved at once, because a checkpoint has tens of megabytes.
    var bytes = Data(capacity: 8 + header.count + end)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(header)
    for (_, entry) in sorted { entry.values.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    return bytes
  }

  /// Decodes a file.
  ///
  /// - Throws: `DipperError` of code `safetensorsInvalid` if the bytes are not a whole file of
  ///   float32 arrays.
  public init(decoding bytes: Data) throws {
    let bytes = Data(bytes)  // a copy whose indices start at 0
    guard bytes.count >= 8 else { throw damaged("it is shorter than 8 bytes") }
    let length = bytes.prefix(8).enumerated().reduce(UInt64(0)) {
      $0 | UInt64($1.element) << (8 * UInt64($1.offset))
    }
    guard length <= UInt64(bytes.count - 8) else { throw damaged("its header ends too early") }
    let header = bytes[8..<(8 + Int(length))]
    let body = bytes[(8 + Int(length))...]
    self.init()
    let fields = try Self.fields(of: header)
    metadata = fields.metadata
    entries = try Self.values(fields.entries, in: body)
  }

  private static func fields(of header: Data) throws -> (
    metadata: [String: String], entries: [String: HeaderEntry]
  ) {
    struct Field: Decodable {
      var entry: HeaderEntry?
      var text: [String: String]?
      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        entry = try? container.decode(HeaderEntry.self)
        text = entry == nil ? try container.decode([String: String].self) : nil
      }
    }
    guard let fields = try? JSONDecoder().decode([String: Field].self, from: header) else {
      throw damaged("its header is not the expected JSON")
    }
    let entries = fields.filter { $0.key != metadataKey }
    guard entries.allSatisfy({ $0.value.entry != nil }) else {
      throw damaged("an array has no type, shape or place")
    }
    return (fields[metadataKey]?.text ?? [:], entries.compactMapValues(\.entry))
  }

  private static func values(_ header: [String: HeaderEntry], in body: Data) throws
    -> [String: Entry]
  {
    var entries: [String: Entry] = [:]
    var end = 0
    let ordered = header.sorted {
      ($0.value.data_offsets.first ?? 0, $0.key) < ($1.value.data_offsets.first ?? 0, $1.key)
    }
    for (name, entry) in ordered {
      guard entry.dtype == "F32" else { throw damaged("\(name) has type \(entry.dtype), not F32") }
      guard entry.data_offsets.count == 2, entry.data_offsets[0] == end,
        entry.data_offsets[1] >= end, entry.data_offsets[1] <= body.count,
        let count = elements(entry.shape), count == (entry.data_offsets[1] - end) / 4,
        (entry.data_offsets[1] - end) % 4 == 0
      else { throw damaged("\(name) does not lie where its shape says") }
      let slice = body[(body.startIndex + end)..<(body.startIndex + entry.data_offsets[1])]
      let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
        slice.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
        initialised = count
      }
      entries[name] = Entry(shape: entry.shape, values: values)
      end = entry.data_offsets[1]
    }
    guard end == body.count else { throw damaged("bytes are left over") }
    return entries
  }

  private static func elements(_ shape: [Int]) -> Int? {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { return nil }
      count = product
    }
    return count
  }
}

private func damaged(
  _ reason: String, fileID: String = #fileID, line: Int = #line
) -> DipperError {
  DipperError(
    .safetensorsInvalid, "not a whole safetensors file: \(reason)", fileID: fileID, line: line)
}

private func json(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  do {
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  } catch {
    fatalError("strings and whole numbers are always JSON: \(error)")
  }
}

private func quoted(_ text: String) -> String { json(text) }
