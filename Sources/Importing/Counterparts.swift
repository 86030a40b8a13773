/// Images and masks that are matched by names, in one pass after another.
struct Counterparts<Element> {
  /// The images without a counterpart so far.
  private(set) var images: [Element]
  /// The masks without a counterpart so far.
  private(set) var masks: [Element]

  /// The images and masks that have one name; they are a pair if there is one of each.
  struct Group<Name> {
    var name: Name
    var images: [Element]
    var masks: [Element]

    /// The image and the mask, if there is one of each.
    var pair: (image: Element, mask: Element)? {
      images.count == 1 && masks.count == 1 ? (images[0], masks[0]) : nil
    }
  }

  init(images: [Element], masks: [Element]) {
    self.images = images
    self.masks = masks
  }

  /// Removes the images and masks for which the two functions return the same name.
  ///
  /// - Returns: a group for each name that at least one image and one mask have.
  mutating func take<Name: Hashable>(
    images imageName: (Element) -> Name?, masks maskName: (Element) -> Name?
  ) -> [Group<Name>] {
    let candidates = indices(of: images, by: imageName)
    let counterparts = indices(of: masks, by: maskName)
    let common = candidates.filter { counterparts[$0.key] != nil }
    let groups = common.map { name, ones in
      Group(
        name: name, images: ones.map { images[$0] },
        masks: (counterparts[name] ?? []).map { masks[$0] })
    }
    images = without(common.values.flatMap(\.self), of: images)
    masks = without(common.keys.flatMap { counterparts[$0] ?? [] }, of: masks)
    return groups
  }
}

private func indices<Element, Name: Hashable>(
  of elements: [Element], by name: (Element) -> Name?
) -> [Name: [Int]] {
  var indices: [Name: [Int]] = [:]
  for index in elements.indices {
    if let name = name(elements[index]) { indices[name, default: []].append(index) }
  }
  return indices
}

private func without<Element>(_ indices: [Int], of elements: [Element]) -> [Element] {
  let removed = Set(indices)
  return elements.indices.filter { !removed.contains($0) }.map { elements[$0] }
}
