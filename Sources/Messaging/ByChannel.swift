/// One of each kind for each channel.
struct ByChannel<Element> {
  private var control: Element
  private var bulk: Element

  /// Both the same to begin with.
  init(both: Element) { (control, bulk) = (both, both) }

  init(each make: (Channel) throws -> Element) rethrows {
    (control, bulk) = (try make(.control), try make(.bulk))
  }

  subscript(channel: Channel) -> Element {
    get { channel == .control ? control : bulk }
    set { if channel == .control { control = newValue } else { bulk = newValue } }
  }
}

extension ByChannel: Sendable where Element: Sendable {}
