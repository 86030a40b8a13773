import Errors
import Jobs
import Methods
import Yams

/// Reads a mapping of a configuration file key by key. The caller asks for every known key, and
/// `finish()` refuses the others. Every error names file, line and key.
final class ConfigurationReader {
  private let file: String
  private let path: String
  private let line: Int
  private let node: Node
  private var fields: [(key: String, line: Int, value: Node)] = []
  private var known: [String] = []
  private var lines: [String: Int] = [:]

  /// Parses the mapping at the root of a YAML text.
  static func parse(_ yaml: String, file: String) throws -> ConfigurationReader {
    let node: Node?
    do { node = try Yams.compose(yaml: yaml) } catch {
      throw DipperError(.syntaxInvalid, syntaxMessage(error, file: file))
    }
    guard let node else {
      throw DipperError(
        .syntaxInvalid,
        "\(file):1: the file is empty; it must hold at least a name "
          + "and datasets")
    }
    return try ConfigurationReader(node, file: file, path: "", line: 1)
  }

  init(_ node: Node, file: String, path: String, line: Int) throws {
    self.file = file
    self.path = path
    self.line = line
    self.node = node
    guard case .mapping(let mapping) = node else {
      throw DipperError(
        .valueInvalid,
        "\(file):\(line): \(path.isEmpty ? "the file" : path) must hold `key: value` lines")
    }
    for (key, value) in mapping {
      let keyLine = key.mark?.line ?? line
      guard let name = key.string else {
        throw DipperError(.keyInvalid, "\(file):\(keyLine): a key must be a word")
      }
      guard !fields.contains(where: { $0.key == name }) else {
        throw DipperError(.keyInvalid, "\(file):\(keyLine): \(full(name)) is given twice")
      }
      fields.append((name, keyLine, value))
      lines[name] = keyLine
    }
  }

  /// Returns a reader of the same mapping that regards all keys as not yet read.
  func again() throws -> ConfigurationReader {
    try ConfigurationReader(node, file: file, path: path, line: line)
  }

  private func full(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private func take(_ key: String) -> (line: Int, value: Node)? {
    known.append(key)
    guard let index = fields.firstIndex(where: { $0.key == key }) else { return nil }
    let field = fields.remove(at: index)
    return (field.line, field.value)
  }

  /// Creates an error about the value of `key`; `expected` describes a valid value, and `reason`
  /// follows the value that was found.
  func wrong(
    _ key: String, line: Int, expected: String, found: Node? = nil, reason: String = ""
  ) -> DipperError {
    let found = found?.string.map { ", not `\($0)`\(reason)" } ?? ""
    return DipperError(.valueInvalid, "\(file):\(line): \(full(key)) must be \(expected)\(found)")
  }

  /// Refuses the keys that have not been read.
  func finish() throws {
    guard let field = fields.first else { return }
    let near = known.min { distance($0, to: field.key) < distance($1, to: field.key) }
    let hint = near.flatMap { distance($0, to: field.key) <= 2 ? "; did you mean `\($0)`?" : nil }
    throw DipperError(
      .keyInvalid,
      "\(file):\(field.line): \(full(field.key)) is not a known key\(hint ?? "")"
        + (hint == nil ? "; known are \(known.joined(separator: ", "))" : ""))
  }
}

// These functions read a value and check it. They return nil if the key is absent.
extension ConfigurationReader {
  /// Reads a finite number in `range`.
  func number(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
    guard let (line, node) = take(key) else { return nil }
    guard let value = node.finiteNumber, range.contains(value) else {
      throw wrong(
        key, line: line, expected: "a number \(description(of: range))", found: node,
        reason: node.reasonNotToBeNumber)
    }
    return value.withoutSignOfZero
  }

  /// Reads a whole number in `range`.
  func whole(_ key: String, in range: ClosedRange<Int>, multipleOf factor: Int = 1) throws -> Int? {
    guard let (line, node) = take(key) else { return nil }
    let multiple = factor == 1 ? "" : ", a multiple of \(factor),"
    guard let value = node.wholeNumber, range.contains(value), value % factor == 0 else {
      let bounds = "from \(range.lowerBound) to \(range.upperBound)"
      throw wrong(
        key, line: line, expected: "a whole number\(multiple) \(bounds)", found: node,
        reason: node.reasonNotToBeNumber)
    }
    return value
  }

  /// Reads a text that is not empty.
  func text(_ key: String) throws -> String? {
    guard let (line, node) = take(key) else { return nil }
    guard let value = node.string, !value.isEmpty else {
      throw wrong(key, line: line, expected: "a text")
    }
    return value
  }

  /// Reads a text that is a valid file name on every system.
  func fileName(_ key: String) throws -> String? {
    guard let (line, node) = take(key) else { return nil }
    guard let value = node.string, isFileName(value) else {
      throw wrong(
        key, line: line, expected: "letters, digits, `-`, `_` and `.`, at most 100", found: node)
    }
    return value
  }

  /// Reads one of the raw values of an enumeration.
  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, of: Choice.Type) throws
    -> Choice? where Choice.RawValue == String
  {
    guard let (line, node) = take(key) else { return nil }
    return try choice(of: node, key: key, line: line)
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(
    of node: Node, key: String, line: Int
  ) throws -> Choice where Choice.RawValue == String {
    guard let value = node.string.flatMap(Choice.init(rawValue:)) else {
      let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw wrong(key, line: line, expected: "one of \(allowed)", found: node)
    }
    return value
  }

  /// Reads a list of different methods, not empty.
  func methods(_ key: String) throws -> [Method]? {
    guard let (line, nodes) = try list(key) else { return nil }
    let values = try nodes.map { node in
      guard let name = node.string.map(Method.init(rawValue:)), MethodCatalogue[name] != nil else {
        let allowed = MethodCatalogue.names.map(\.rawValue).joined(separator: ", ")
        throw wrong(key, line: node.mark?.line ?? line, expected: "one of \(allowed)", found: node)
      }
      return name
    }
    guard Set(values).count == values.count else {
      throw wrong(key, line: line, expected: "a list without repetition")
    }
    return values
  }

  /// Reads the mapping under a key.
  func section(_ key: String) throws -> ConfigurationReader? {
    guard let (line, node) = take(key) else { return nil }
    return try ConfigurationReader(node, file: file, path: full(key), line: line)
  }

  /// The value of a key that takes a mapping or one word.
  enum WordOrSection<Word> {
    case word(Word)
    case section(ConfigurationReader)
  }

  /// Reads the mapping under a key, or one of the raw values of an enumeration.
  func section<Word: RawRepresentable & CaseIterable>(
    _ key: String, or: Word.Type
  ) throws -> WordOrSection<Word>? where Word.RawValue == String {
    guard let (line, node) = take(key) else { return nil }
    guard case .mapping = node else { return .word(try choice(of: node, key: key, line: line)) }
    return .section(try ConfigurationReader(node, file: file, path: full(key), line: line))
  }

  /// Reads a list of different whole numbers, not empty.
  func wholes(_ key: String, in range: ClosedRange<Int>) throws -> [Int]? {
    guard let (line, nodes) = try list(key) else { return nil }
    let values = nodes.compactMap(\.wholeNumber).filter(range.contains)
    guard values.count == nodes.count, Set(values).count == values.count else {
      let bounds = "from \(range.lowerBound) to \(range.upperBound)"
      let found = nodes.first { $0.wholeNumber.map(range.contains) != true }
      throw wrong(
        key, line: line, expected: "a list of different whole numbers \(bounds)", found: found,
        reason: found?.reasonNotToBeNumber ?? "")
    }
    return values
  }

  /// Reads a list, not empty, of different texts that are valid file names.
  func fileNames(_ key: String) throws -> [String]? {
    guard let (line, nodes) = try list(key) else { return nil }
    let values = nodes.compactMap { $0.scalar?.string }
    guard values.count == nodes.count, values.allSatisfy(isFileName),
      Set(values).count == values.count
    else { throw wrong(key, line: line, expected: "a list of different names") }
    return values
  }

  /// A key that is not known beforehand, with the list under it.
  struct ListField {
    var key: String
    var values: [Node]
  }

  /// Reads all keys that have not been read yet; their values must be lists of plain values.
  func lists() throws -> [ListField] {
    try fields.map(\.key).map { key in
      guard let (line, nodes) = try list(key) else { preconditionFailure("a field has a key") }
      guard nodes.allSatisfy({ $0.scalar != nil }) else {
        throw wrong(key, line: line, expected: "a list of numbers or words")
      }
      return ListField(key: key, values: nodes)
    }
  }

  /// Returns a reader of a mapping that contains only `value` under a key like `energy.theta`. Its
  /// errors name the line of the value in this file.
  func nested(_ key: String, value: Node) throws -> ConfigurationReader {
    let words = key.split(separator: ".", omittingEmptySubsequences: false)
    let node = words.reversed().reduce(value) { Node([(Node(String($1)), $0)]) }
    return try ConfigurationReader(node, file: file, path: "", line: value.mark?.line ?? line)
  }

  /// Reads a list of mappings, not empty.
  func sections(_ key: String) throws -> [ConfigurationReader]? {
    guard let (line, nodes) = try list(key) else { return nil }
    return try nodes.enumerated().map { index, node in
      try ConfigurationReader(
        node, file: file, path: "\(full(key))[\(index)]", line: node.mark?.line ?? line)
    }
  }

  /// Reads a list of two numbers, or the one word `word`, for which the inner value is nil.
  func pair(_ key: String, or word: String) throws -> (low: Double, high: Double)?? {
    guard let (line, node) = take(key) else { return nil }
    if node.string == word { return .some(nil) }
    guard case .sequence(let sequence) = node, sequence.count == 2,
      let low = sequence[0].finiteNumber, let high = sequence[1].finiteNumber, low < high
    else {
      let found = node.sequence?.first { $0.finiteNumber == nil } ?? node
      throw wrong(
        key, line: line, expected: "`\(word)` or [low, high] with low < high", found: found,
        reason: found.reasonNotToBeNumber)
    }
    return .some((low.withoutSignOfZero, high.withoutSignOfZero))
  }

  /// Reads a GPU, or the one word `cpu`, for which the inner value is nil.
  func device(_ key: String) throws -> CUDADevice?? {
    guard let (line, node) = take(key) else { return nil }
    if node.string == "cpu" { return .some(nil) }
    guard let device = node.string.flatMap(CUDADevice.init) else {
      throw wrong(
        key, line: line, expected: "cpu, cuda or cuda:N with N from 0 to 127", found: node)
    }
    return device
  }

  /// Returns the value, or throws an error if it is absent.
  func required<Value>(_ value: Value?, key: String) throws -> Value {
    guard let value else {
      let section = path.isEmpty ? "" : " in \(path)"
      throw DipperError(.keyInvalid, "\(file):\(line): \(key) is missing\(section)")
    }
    return value
  }

  /// Creates an error about the whole mapping.
  func refused(_ reason: String) -> DipperError {
    DipperError(.valueInvalid, "\(file):\(line): \(path) \(reason)")
  }

  /// Creates an error about keys that contradict each other, with the line of the first key that
  /// exists.
  func refused(_ keys: [String], reason: String) -> DipperError {
    let line = keys.lazy.compactMap { self.lines[$0] }.first ?? self.line
    return DipperError(.valueInvalid, "\(file):\(line): \(reason)")
  }

  private func list(_ key: String) throws -> (line: Int, nodes: [Node])? {
    guard let (line, node) = take(key) else { return nil }
    guard case .sequence(let sequence) = node, !sequence.isEmpty else {
      throw wrong(key, line: line, expected: "a list with at least one entry", found: node)
    }
    return (line, Array(sequence))
  }

  /// Describes a range; a lower bound just above a whole number excludes that number.
  private func description(of range: ClosedRange<Double>) -> String {
    let low = range.lowerBound
    let below = low.nextDown
    let floor = below == below.rounded() ? "> \(digits(below))" : ">= \(digits(low))"
    return range.upperBound == .greatestFiniteMagnitude
      ? floor : "\(floor) and <= \(digits(range.upperBound))"
  }

  private func digits(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? String(value)
  }
}

/// Describes an error of the YAML parser with the line that it names.
private func syntaxMessage(_ error: any Error, file: String) -> String {
  switch error {
  case YamlError.scanner(_, let problem, let mark, _),
    YamlError.parser(_, let problem, let mark, _),
    YamlError.composer(_, let problem, let mark, _):
    "\(file):\(mark.line): this is not YAML: \(problem)"
  case YamlError.duplicatedKeysInMapping(let duplicates, let context):
    "\(file):\(context.mark.line): \(duplicates.joined(separator: ", ")) is given twice"
  case YamlError.reader(let problem, let offset, _, let yaml):
    "\(file):\(1 + yaml.utf8.prefix(offset ?? 0).count { $0 == 10 }): this is not YAML: \(problem)"
  default: "\(file) is not YAML: \(error)"
  }
}

/// Counts the single-letter edits between two words (Levenshtein).
private func distance(_ one: String, to other: String) -> Int {
  let other = Array(other)
  var row = Array(0...other.count)
  for (i, letter) in one.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in other.indices {
      let substituted = diagonal + (letter == other[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
    }
  }
  return row[other.count]
}

extension Double {
  /// This number, in which a negative zero has become 0, so that equal jobs have equal bytes.
  var withoutSignOfZero: Double { self + 0 }
}
