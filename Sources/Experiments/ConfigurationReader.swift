import Errors
import Jobs
import Methods
import Yams

/// A mapping of a configuration file, read key by key: every key is asked for once, what nobody asked
/// for is refused, and every error names file, line and key.
final class ConfigurationReader {
  private let file: String
  private let path: String
  private let line: Int
  private let node: Node
  private var fields: [(key: String, line: Int, value: Node)] = []
  private var known: [String] = []
  private var lines: [String: Int] = [:]

  /// The mapping at the root of a YAML text.
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

  /// The same mapping, of which nothing has been asked for.
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

  /// An error about `key`: `expected` says what should stand there.
  func wrong(_ key: String, _ line: Int, _ expected: String, found: Node? = nil) -> DipperError {
    let found = found?.string.map { ", not `\($0)`" } ?? ""
    return DipperError(.valueInvalid, "\(file):\(line): \(full(key)) must be \(expected)\(found)")
  }

  /// Refuses the keys that nobody asked for.
  func finish() throws {
    guard let field = fields.first else { return }
    let near = known.min { distance($0, field.key) < distance($1, field.key) }
    let hint = near.flatMap { distance($0, field.key) <= 2 ? "; did you mean `\($0)`?" : nil }
    throw DipperError(
      .keyInvalid,
      "\(file):\(field.line): \(full(field.key)) is not a known key\(hint ?? "")"
        + (hint == nil ? "; known are \(known.joined(separator: ", "))" : ""))
  }
}

// Values, each with what is allowed.
extension ConfigurationReader {
  /// A finite number in `range`, or nil where the key is absent.
  func number(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
    guard let (line, node) = take(key) else { return nil }
    guard let value = node.float, value.isFinite, range.contains(value) else {
      throw wrong(key, line, "a number \(words(range))", found: node)
    }
    return value.withoutSignOfZero
  }

  /// A whole number in `range`, or nil where the key is absent.
  func whole(_ key: String, in range: ClosedRange<Int>, multipleOf factor: Int = 1) throws -> Int? {
    guard let (line, node) = take(key) else { return nil }
    let multiple = factor == 1 ? "" : ", a multiple of \(factor),"
    guard let value = node.int, range.contains(value), value % factor == 0 else {
      let bounds = "from \(range.lowerBound) to \(range.upperBound)"
      throw wrong(key, line, "a whole number\(multiple) \(bounds)", found: node)
    }
    return value
  }

  /// A text that is not empty, or nil where the key is absent.
  func text(_ key: String) throws -> String? {
    guard let (line, node) = take(key) else { return nil }
    guard let value = node.string, !value.isEmpty else { throw wrong(key, line, "a text") }
    return value
  }

  /// A text that can be a file's name everywhere, or nil where the key is absent.
  func fileName(_ key: String) throws -> String? {
    guard let (line, node) = take(key) else { return nil }
    guard let value = node.string, isFileName(value) else {
      throw wrong(key, line, "letters, digits, `-`, `_` and `.`, at most 100", found: node)
    }
    return value
  }

  /// One of the raw values of an enumeration, or nil where the key is absent.
  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, of: Choice.Type) throws
    -> Choice? where Choice.RawValue == String
  {
    guard let (line, node) = take(key) else { return nil }
    return try choice(key, line, node)
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ line: Int, _ node: Node
  ) throws -> Choice where Choice.RawValue == String {
    guard let value = node.string.flatMap(Choice.init(rawValue:)) else {
      let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw wrong(key, line, "one of \(allowed)", found: node)
    }
    return value
  }

  /// Reads a list of different methods, not empty; nil if the key is absent.
  func methods(_ key: String) throws -> [Method]? {
    guard let (line, nodes) = try list(key) else { return nil }
    let values = try nodes.map { node in
      guard let name = node.string.map(Method.init(rawValue:)), MethodCatalogue[name] != nil else {
        let allowed = MethodCatalogue.names.map(\.rawValue).joined(separator: ", ")
        throw wrong(key, node.mark?.line ?? line, "one of \(allowed)", found: node)
      }
      return name
    }
    guard Set(values).count == values.count else {
      throw wrong(key, line, "a list without repetition")
    }
    return values
  }

  /// The mapping under a key, or nil where the key is absent.
  func section(_ key: String) throws -> ConfigurationReader? {
    guard let (line, node) = take(key) else { return nil }
    return try ConfigurationReader(node, file: file, path: full(key), line: line)
  }

  /// What stands under a key that takes a mapping or one word.
  enum WordOrSection<Word> {
    case word(Word)
    case section(ConfigurationReader)
  }

  /// The mapping under a key, or one of the raw values of an enumeration; nil where the key is
  /// absent.
  func section<Word: RawRepresentable & CaseIterable>(
    _ key: String, or: Word.Type
  ) throws -> WordOrSection<Word>? where Word.RawValue == String {
    guard let (line, node) = take(key) else { return nil }
    guard case .mapping = node else { return .word(try choice(key, line, node)) }
    return .section(try ConfigurationReader(node, file: file, path: full(key), line: line))
  }

  /// Different whole numbers in a list, not empty, or nil where the key is absent.
  func wholes(_ key: String, in range: ClosedRange<Int>) throws -> [Int]? {
    guard let (line, nodes) = try list(key) else { return nil }
    let values = nodes.compactMap(\.int).filter(range.contains)
    guard values.count == nodes.count, Set(values).count == values.count else {
      let bounds = "from \(range.lowerBound) to \(range.upperBound)"
      throw wrong(key, line, "a list of different whole numbers \(bounds)")
    }
    return values
  }

  /// Different texts that can be files' names in a list, not empty, or nil where the key is absent.
  func fileNames(_ key: String) throws -> [String]? {
    guard let (line, nodes) = try list(key) else { return nil }
    let values = nodes.compactMap { $0.scalar?.string }
    guard values.count == nodes.count, values.allSatisfy(isFileName),
      Set(values).count == values.count
    else { throw wrong(key, line, "a list of different names") }
    return values
  }

  /// A key that was not known before, with the list under it.
  struct ListField {
    var key: String
    var values: [Node]
  }

  /// All that has not been asked for, which must be lists of plain values.
  func lists() throws -> [ListField] {
    try fields.map(\.key).map { key in
      guard let (line, nodes) = try list(key) else { preconditionFailure("a field has a key") }
      guard nodes.allSatisfy({ $0.scalar != nil }) else {
        throw wrong(key, line, "a list of numbers or words")
      }
      return ListField(key: key, values: nodes)
    }
  }

  /// A file that holds but `value`, under a key like `energy.theta`, at the line where it stands here.
  func nested(_ key: String, _ value: Node) throws -> ConfigurationReader {
    let words = key.split(separator: ".", omittingEmptySubsequences: false)
    let node = words.reversed().reduce(value) { Node([(Node(String($1)), $0)]) }
    return try ConfigurationReader(node, file: file, path: "", line: value.mark?.line ?? line)
  }

  /// The mappings in the list under a key, not empty, or nil where the key is absent.
  func sections(_ key: String) throws -> [ConfigurationReader]? {
    guard let (line, nodes) = try list(key) else { return nil }
    return try nodes.enumerated().map { index, node in
      try ConfigurationReader(
        node, file: file, path: "\(full(key))[\(index)]", line: node.mark?.line ?? line)
    }
  }

  /// Two numbers in a list, or the one word `word`; nil where the key is absent.
  func pair(_ key: String, or word: String) throws -> (low: Double, high: Double)?? {
    guard let (line, node) = take(key) else { return nil }
    if node.string == word { return .some(nil) }
    guard case .sequence(let sequence) = node, sequence.count == 2,
      let low = sequence[0].float, let high = sequence[1].float, low.isFinite, high.isFinite,
      low < high
    else { throw wrong(key, line, "`\(word)` or [low, high] with low < high", found: node) }
    return .some((low.withoutSignOfZero, high.withoutSignOfZero))
  }

  /// A GPU, or nil for the one word `cpu`; nil where the key is absent.
  func device(_ key: String) throws -> CUDADevice?? {
    guard let (line, node) = take(key) else { return nil }
    if node.string == "cpu" { return .some(nil) }
    guard let device = node.string.flatMap(CUDADevice.init) else {
      throw wrong(key, line, "cpu, cuda or cuda:N with N from 0 to 127", found: node)
    }
    return device
  }

  /// What must be there.
  func required<Value>(_ value: Value?, _ key: String) throws -> Value {
    guard let value else {
      let section = path.isEmpty ? "" : " in \(path)"
      throw DipperError(.keyInvalid, "\(file):\(line): \(key) is missing\(section)")
    }
    return value
  }

  /// An error about the whole mapping.
  func refused(_ reason: String) -> DipperError {
    DipperError(.valueInvalid, "\(file):\(line): \(path) \(reason)")
  }

  /// An error about two keys that do not go together, at the line of the first that is there.
  func refused(_ keys: [String], _ reason: String) -> DipperError {
    let keyLine = keys.lazy.compactMap { self.lines[$0] }.first ?? line
    return DipperError(.valueInvalid, "\(file):\(keyLine): \(reason)")
  }

  private func list(_ key: String) throws -> (line: Int, nodes: [Node])? {
    guard let (line, node) = take(key) else { return nil }
    guard case .sequence(let sequence) = node, !sequence.isEmpty else {
      throw wrong(key, line, "a list with at least one entry", found: node)
    }
    return (line, Array(sequence))
  }

  /// A bound just above a whole number excludes that number.
  private func words(_ range: ClosedRange<Double>) -> String {
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

/// What the YAML parser refused, with the line that it names.
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

/// The number of single-letter edits between two words (Levenshtein).
private func distance(_ one: String, _ other: String) -> Int {
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
  /// The same number, without the sign of a negative zero: equal parameters are one text.
  var withoutSignOfZero: Double { self + 0 }
}
