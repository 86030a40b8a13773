import Errors

extension DecodedPNG {
  /// Returns the pixels of a mask as labels.
  ///
  /// - If the file has a palette, the index of a pixel is its label, whatever its colour is.
  /// - If all colours are equal and the alpha channel is not, the mask is the alpha channel.
  /// - Otherwise the label is the grey value. Of two colours of which one is black, that one is 0
  ///   and the other 1.
  ///
  /// - Parameter name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageUnsupported` if nothing says which label a colour stands
  ///   for, or if colours and alpha channel contradict each other.
  func labels(name: String) throws -> Image {
    if !palette.isEmpty { return image { self.sample(0, of: $0) } }
    let colours = Set((0..<count).lazy.map { self.colour(of: $0) })
    if hasAlpha, try isMaskedByAlpha(colours, name: name) {
      return image { self.sample(self.channels - 1, of: $0) }
    }
    if colours.allSatisfy(\.isGrey) { return image { self.sample(0, of: $0) } }
    guard colours.count == 2, colours.contains(.zero) else {
      throw DipperError(.imageUnsupported, refusal(of: colours, name: name))
    }
    return image { self.colour(of: $0) == .zero ? 0 : 1 }
  }

  private var hasAlpha: Bool { channels == 2 || channels == 4 }

  /// Tells whether the alpha channel is the mask, because it varies and the colours do not.
  private func isMaskedByAlpha(_ colours: Set<SIMD3<Int>>, name: String) throws -> Bool {
    let opacities = Set((0..<count).lazy.map { self.sample(self.channels - 1, of: $0) })
    if opacities.count == 1 || colours.count == 1 { return opacities.count > 1 }
    let transparent = Set(
      (0..<count).lazy.filter { self.sample(self.channels - 1, of: $0) == 0 }
        .map { self.colour(of: $0) })
    let opaque = Set(
      (0..<count).lazy.filter { self.sample(self.channels - 1, of: $0) > 0 }
        .map { self.colour(of: $0) })
    guard transparent.count == 1, transparent.isDisjoint(with: opaque) else {
      throw DipperError(
        .imageUnsupported,
        "the mask \(name) has an alpha channel that contradicts its colours; save it as grey "
          + "values without an alpha channel")
    }
    return false
  }

  private func refusal(of colours: Set<SIMD3<Int>>, name: String) -> String {
    let sorted = colours.sorted { ($0.x, $0.y, $0.z) < ($1.x, $1.y, $1.z) }
    let some = sorted.prefix(6).map { "(\($0.x), \($0.y), \($0.z))" }.joined(separator: ", ")
    return "the mask \(name) has \(colours.count) colours, red, green and blue \(some)"
      + (colours.count > 6 ? ", ..." : "")
      + ", and nothing says which label a colour stands for; save it as grey values or with a "
      + "palette, whose indices are the labels"
  }
}
