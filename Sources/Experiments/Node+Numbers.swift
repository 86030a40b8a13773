import Yams

/// Numbers as the core schema of YAML 1.2 writes them. Yams itself reads those of YAML 1.1, in which
/// `010` is 8 and `1:30` is 90.
extension Node {
  /// This node as a whole number: `10`, `-3`, `0o17` to the base of 8 or `0x1F` to that of 16. It is
  /// nil for everything else, also for a number in quotes or one that needs more than 64 bits.
  var wholeNumber: Int? { plainText.flatMap(Int.init(yaml:)) }

  /// This node as a finite number: a whole one, or one such as `0.5`, `.5`, `1.` or `-1e-3`. It is
  /// nil for everything else, also for a number in quotes.
  var finiteNumber: Double? { plainText.flatMap(Double.init(yaml:)) }

  /// The end of a message that refuses this node as a number: the reason why it is none though it
  /// looks like one; empty if it does not.
  var reasonNotToBeNumber: String {
    if let string, plainText == nil, Double(yaml: string) != nil {
      return " in quotes, which is a text: leave out the quotes"
    }
    let isNumberOfOldYAML = int != nil || float?.isFinite == true
    return isNumberOfOldYAML && finiteNumber == nil ? ", which is not a number in YAML 1.2" : ""
  }

  /// The text of a scalar without quotes.
  private var plainText: String? {
    guard let scalar, scalar.style == .plain || scalar.style == .any else { return nil }
    return scalar.string
  }
}

extension Int {
  fileprivate init?(yaml text: String) {
    if text.wholeMatch(of: /[-+]?[0-9]+/) != nil {
      self.init(text)
    } else if text.wholeMatch(of: /0o[0-7]+/) != nil {
      self.init(text.dropFirst(2), radix: 8)
    } else if text.wholeMatch(of: /0x[0-9a-fA-F]+/) != nil {
      self.init(text.dropFirst(2), radix: 16)
    } else {
      return nil
    }
  }
}

extension Double {
  fileprivate init?(yaml text: String) {
    if let whole = Int(yaml: text) {
      self.init(whole)
      return
    }
    let decimal = /[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?/
    guard text.wholeMatch(of: decimal) != nil, let value = Double(text), value.isFinite else {
      return nil
    }
    self = value
  }
}
