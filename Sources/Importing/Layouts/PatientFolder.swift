/// The images and masks in the folder of one patient.
struct PatientFolder {
  var images: [PatientVolume] = []
  var masks: [PatientVolume] = []

  /// The pairs of a patient, with what is left over.
  struct Result {
    /// The pairs, each with the name by which image and mask were matched.
    var pairs: [(name: String, image: PatientVolume, mask: PatientVolume)] = []
    var unused: [UnusedFile] = []
    /// Sentences about an image or mask that was taken out of several.
    var remarks: [String] = []
    /// The reason why there is no pair: the rest of a sentence that begins with the folder.
    var problem: String?
  }

  /// Returns the name by which an image or mask is matched in one of four passes: what the wildcards
  /// of the user's patterns stand for, then equal names, then NAME with NAME_mask, then NAME_ct with
  /// NAME_mask.
  private static func name(
    of volume: PatientVolume, isMask: Bool, inPass pass: Int
  ) -> String? {
    let stem = volume.volume.stem
    switch (pass, isMask) {
    case (0, _): return volume.capturedText
    case (1, _), (2, false): return stem
    case (_, true): return NameSuffix.removingMask(from: stem)
    case (_, false): return NameSuffix.removingImage(from: stem)
    }
  }

  /// Matches the images and masks, and at last the only image with the only mask.
  func matched() -> Result {
    var result = Result()
    var rest = Counterparts(images: images, masks: masks)
    for pass in 0..<4 {
      let groups = rest.take(
        images: { Self.name(of: $0, isMask: false, inPass: pass) },
        masks: { Self.name(of: $0, isMask: true, inPass: pass) })
      for group in groups {
        if let pair = group.pair {
          result.pairs.append((group.name, pair.image, pair.mask))
        } else {
          result.unused += ambiguous(group)
        }
      }
    }
    if result.pairs.isEmpty && result.unused.isEmpty {
      result.take(from: rest)
    } else {
      result.unused += rest.images.flatMap { $0.unpaired("mask") }
      result.unused += rest.masks.flatMap { $0.unpaired("image") }
    }
    return result
  }

  private func ambiguous(_ group: Counterparts<PatientVolume>.Group<String>) -> [UnusedFile] {
    let all = group.images + group.masks
    let paths = all.map { $0.volume.files[0] }.joined(separator: ", ")
    return all.flatMap {
      $0.unused("is one of several files of one name (\(paths)); keep one image and one mask")
    }
  }
}

extension PatientFolder.Result {
  /// Pairs the only image with the only mask, after choosing among several where there is a rule.
  fileprivate mutating func take(from rest: Counterparts<PatientVolume>) {
    let image = chosen(
      among: rest.images, kind: "image", option: "--image-name", preferred: usualModality)
    let mask = chosen(
      among: rest.masks, kind: "mask", option: "--mask-name", preferred: onlyDirectMask)
    if let image, let mask {
      pairs = [(image.volume.stem, image, mask)]
      unused += (rest.images + rest.masks).filter {
        $0.volume != image.volume && $0.volume != mask.volume
      }.flatMap { $0.unused("is one of several, of which another is taken", isData: false) }
    } else {
      remarks = []
      unused += (rest.images + rest.masks).flatMap {
        $0.unused("is in a folder without a pair that can be told", isData: false)
      }
    }
  }

  /// Returns the only element, or the one that a rule prefers, with a remark. Sets the problem if
  /// there is none, or if nothing prefers one of them.
  private mutating func chosen(
    among volumes: [PatientVolume], kind: String, option: String,
    preferred: ([PatientVolume]) -> PatientVolume?
  ) -> PatientVolume? {
    if volumes.count == 1 { return volumes[0] }
    let names = listed(volumes.map(\.name))
    if volumes.isEmpty {
      problem = problem ?? "has no \(kind)"
    } else if let one = preferred(volumes) {
      remarks.append("of the \(kind)s \(names), \(one.name) is taken; \(option) takes another")
      return one
    } else {
      problem = problem ?? "has \(volumes.count) \(kind)s (\(names)); choose one by \(option)"
    }
    return nil
  }
}

/// Returns the names in natural order, at most twelve of them.
private func listed(_ names: [String]) -> String {
  let sorted = names.naturallySorted { $0 }
  let more = sorted.count > 12 ? " and \(sorted.count - 12) more" : ""
  return sorted.prefix(12).joined(separator: ", ") + more
}

/// Returns the FLAIR image among the four modalities of BraTS, in which the whole tumour is seen;
/// nil for other images.
private func usualModality(_ images: [PatientVolume]) -> PatientVolume? {
  let modalities: [Set<String>] = [
    ["flair", "t1", "t1ce", "t2"], ["t2f", "t1n", "t1c", "t2w"],
  ]
  guard modalities.contains(Set(images.map { $0.name.lowercased() })) else { return nil }
  return images.first { ["flair", "t2f"].contains($0.name.lowercased()) }
}

/// Returns the only mask that lies beside the image, where others lie in folders below, as the
/// annotations of KiTS do.
private func onlyDirectMask(_ masks: [PatientVolume]) -> PatientVolume? {
  let direct = masks.filter { $0.volume.folders == $0.patient }
  return direct.count == 1 ? direct[0] : nil
}

extension PatientVolume {
  /// The texts of the wildcards as one name; nil if the pattern has none.
  fileprivate var capturedText: String? {
    captured.isEmpty ? nil : captured.joined(separator: "/")
  }

  fileprivate func unused(_ reason: String, isData: Bool = true) -> [UnusedFile] {
    volume.files.map { UnusedFile($0, reason: reason, isData: isData) }
  }

  /// Names the volume as one without its counterpart. A series of all frames, of which single ones
  /// have masks, is no such volume: ACDC has one beside its frames.
  fileprivate func unpaired(_ counterpart: String) -> [UnusedFile] {
    name == "4d"
      ? unused("holds all frames; those with masks are taken", isData: false)
      : unused("has no \(counterpart) of its name")
  }
}
