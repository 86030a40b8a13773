import Errors
import Jobs

extension ImportLayout {
  /// The layout of a folder with pairs of any format, matched by name; a sub-folder of DICOM files
  /// is one volume.
  static let folder = ImportLayout(
    name: "folder",
    summary: "images/NAME.* with masks/NAME.*, or NAME.* with NAME_mask.* beside it",
    window: .minmax, minimumArea: 50, target: .all, choices: [.label], shift: nil,
    object: { $0.label.map(ObjectRule.label) ?? .marked },
    discover: { listing, _ in NamePairing(of: listing).discovery })
}

/// The images and masks of a source, matched by their folders and names.
///
/// A file is a mask or an image by the name of its folder; only where that says neither, its own
/// name decides. Equal names pair first, then NAME with NAME_mask, then NAME_ct with NAME_mask.
struct NamePairing {
  /// An image or mask with the names by which it may be matched.
  private struct Entry {
    var volume: SourceVolume
    var isMask: Bool
    /// The folders without a role, joined by `/`.
    var folder: String
    /// The name below the folders with a role, joined by `/`.
    var key: String
    /// The part of the data set that the folders name, such as `ts`.
    var part: String?

    init(_ volume: SourceVolume) {
      self.volume = volume
      let roles = FolderRoles(volume.folders)
      folder = roles.others.joined(separator: "/")
      key = (roles.others + [volume.stem]).joined(separator: "/")
      part = volume.folders.compactMap { FolderRole($0)?.part }.last { !$0.isEmpty }
      isMask =
        volume.isSegmentation
        || roles.isMask
          ?? (NameSuffix.removingMask(from: volume.stem) != nil || NameSuffix.isMask(volume.stem))
    }

    var path: String { volume.files[0] }
    var withoutMask: String? { NameSuffix.removingMask(from: key) }
    var withoutImage: String? { NameSuffix.removingImage(from: key) }
    var channel: (name: String, number: Int)? { NameSuffix.channel(of: key) }

    func unused(_ reason: String, isData: Bool = true) -> [UnusedFile] {
      volume.files.map { UnusedFile($0, reason: reason, isData: isData) }
    }
  }

  private var rest: Counterparts<Entry>
  private var pairs: [(name: String, image: SourceVolume, mask: SourceVolume)] = []
  private var unused: [UnusedFile] = []

  /// Matches the images and masks of a listing.
  init(of listing: FileListing) {
    let volumes = SourceVolume.all(in: listing, isSeries: seriesRule(for: listing))
    let entries = Self.entries(of: volumes)
    rest = Counterparts(images: entries.filter { !$0.isMask }, masks: entries.filter(\.isMask))
    // Two names may be equal in Unicode and differ in bytes: `é` is one character or two. Names of
    // the same bytes come first.
    for group in rest.take(images: { Array($0.key.utf8) }, masks: { Array($0.key.utf8) }) {
      take(group) { $0.key }
    }
    match(images: \.key, masks: \.key)
    match(images: \.key, masks: \.withoutMask)
    match(images: { $0.channel?.number == 0 ? $0.channel?.name : nil }, masks: \.key)
    match(images: { $0.withoutImage ?? $0.key }, masks: { $0.withoutMask ?? $0.key })
    // The only image and the only mask of a folder, as in images/p01/scan and masks/p01/tumour.
    match(images: only(rest.images), masks: only(rest.masks))
    nameTheRest()
  }

  /// The pairs and the files without a counterpart. A volume has the name of its image without the
  /// folders, if no other volume has the same.
  var discovery: Discovery {
    let counts = Dictionary(grouping: pairs) { lastComponent(of: $0.name) }.mapValues(\.count)
    return Discovery(
      volumes: pairs.naturallySorted(by: \.name).map {
        let short = lastComponent(of: $0.name)
        return VolumePair(counts[short] == 1 ? short : $0.name, image: $0.image, mask: $0.mask)
      }, unused: unused, remarks: sharedFolders)
  }

  /// A remark if several pairs lie in a folder that may be one patient's.
  private var sharedFolders: [String] {
    let folders = pairs.map(\.image.folders).filter {
      !$0.isEmpty && FolderRoles($0).isMask == nil
    }
    let shared = Dictionary(grouping: folders) { $0 }.values.filter { $0.count > 1 }
    guard shared.count > 1 else { return [] }
    return [
      "\(shared.count) folders hold several pairs each, and every pair counts as a patient of its "
        + "own; if a folder is one patient's, take the layout per-patient or --patient-pattern"
    ]
  }

  /// Pairs images and masks for which the two functions return the same name.
  private mutating func match(
    images imageName: (Entry) -> String?, masks maskName: (Entry) -> String?
  ) {
    for group in rest.take(images: imageName, masks: maskName) {
      take(group) { imageName($0) ?? $0.key }
    }
  }

  /// Takes a group as a pair, with the name of its image. Where several have one name, none of them
  /// is taken.
  private mutating func take<Name>(
    _ group: Counterparts<Entry>.Group<Name>, named name: (Entry) -> String
  ) {
    if let pair = group.pair {
      pairs.append((name(pair.image), pair.image.volume, pair.mask.volume))
    } else {
      nameAmbiguous(group.images, group.masks)
    }
  }

  /// Returns a function that names the only entry of a folder by that folder.
  private func only(_ entries: [Entry]) -> (Entry) -> String? {
    let counts = Dictionary(grouping: entries, by: \.folder).mapValues(\.count)
    return { $0.folder.isEmpty || counts[$0.folder] != 1 ? $0.key : $0.folder }
  }

  private mutating func nameAmbiguous(_ images: [Entry], _ masks: [Entry]) {
    let list = { (entries: [Entry]) in entries.map(\.path).joined(separator: " and ") }
    for one in images {
      unused += one.unused(
        images.count > 1
          ? "has the same name as another image (\(list(images))); keep one of them"
          : "has several masks (\(list(masks))); keep one of them")
    }
    for one in masks {
      unused += one.unused(
        masks.count > 1
          ? "is one of several masks of \(images[0].path) (\(list(masks))); keep one of them"
          : "belongs to several images (\(list(images))); keep one of them")
    }
  }

  /// Names the images and masks without a counterpart.
  private mutating func nameTheRest() {
    let names = Set(pairs.map(\.name))
    let maskedParts = Set((rest.masks + pairs.map { Entry($0.mask) }).compactMap(\.part))
    for one in rest.images {
      if let channel = one.channel, names.contains(channel.name) {
        unused += one.unused("holds channel \(channel.number); channel 0 is read", isData: false)
      } else if one.volume.isTestImage, !maskedParts.contains(one.part ?? "") {
        unused += one.unused(UnusedFile.testImage, isData: false)
      } else {
        unused += one.unused("has no mask of the name \(one.key)")
      }
    }
    for one in rest.masks {
      unused += one.unused("has no image of the name \(one.withoutMask ?? one.key)")
    }
  }

  /// Reads the role of each volume. Among files without a folder that decides, NAME is an image if
  /// NAME_mask is beside it, whatever NAME ends in.
  private static func entries(of volumes: [SourceVolume]) -> [Entry] {
    var entries = volumes.map { Entry($0) }
    let undecided = entries.indices.filter {
      !entries[$0].volume.isSegmentation && FolderRoles(entries[$0].volume.folders).isMask == nil
    }
    let known = Dictionary(grouping: undecided) { entries[$0].key }
    for index in undecided where entries[index].isMask {
      guard let name = entries[index].withoutMask, let images = known[name] else { continue }
      let isImageItself = images.contains { other in
        entries[other].withoutMask.map { known[$0] != nil } ?? false
      }
      if !isImageItself { for other in images { entries[other].isMask = false } }
    }
    return entries
  }
}

private func lastComponent(of name: String) -> String {
  name.split(separator: "/").last.map(String.init) ?? name
}

/// Returns the rule that tells whether the DICOM files of a folder are one volume.
///
/// They are, unless the folder itself is one of images or masks, or a file in another format has
/// the name of one of them: then each is an image or mask of its own.
private func seriesRule(for listing: FileListing) -> ([String]) -> Bool {
  var others: Set<String> = []
  var slices: [[String]: [String]] = [:]
  for path in listing.paths {
    let one = SourceVolume(file: path)
    let key = (FolderRoles(one.folders).others + [one.stem]).joined(separator: "/")
    switch listing.kinds[path] {
    case .slice: slices[one.folders, default: []].append(key)
    case .volume, .header: others.insert(key)
    default: break
    }
  }
  return { folder in
    folder.last.flatMap { FolderRole($0) } == nil
      && !(slices[folder] ?? []).contains(where: others.contains)
  }
}
