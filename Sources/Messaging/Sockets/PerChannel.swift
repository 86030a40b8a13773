/// A pair of values, one for each channel.
struct PerChannel<Element> {
  private var control: Element
  private var bulk: Element

  /// Creates a pair of equal values.
  init(both: Element) {
    control = both
    bulk = both
  }

  init(each make: (Channel) throws -> Element) rethrows {
    control = try make(.control)
    bulk = try make(.bulk)
  }

  subscript(channel: Channel) -> Element {
    get { channel == .control ? control : bulk }
    set { if channel == .control { control = newValue } else { bulk = newValue } }
  }
}

extension PerChannel: Sendable where Element: Sendable {}
