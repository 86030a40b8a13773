import Errors
import Foundation
import Jobs

extension ImportLayout {
  /// The layout of the raw data of nnU-Net, versions 1 and 2: `imagesTr/NAME_0000.*` with
  /// `labelsTr/NAME.*`, one file for each channel, and a `dataset.json` that names the labels.
  static let nnunet = ImportLayout(
    name: "nnunet",
    summary: "imagesTr/NAME_0000.* with labelsTr/NAME.*, and dataset.json of version 1 or 2",
    window: .minmax, minimumArea: 50, target: .component, choices: [.label], shift: nil,
    object: { .label($0.label ?? .number(1)) }, discover: discoverTraining)
}

/// Finds the pairs that the `dataset.json` lists. Where there is none, or none that lists any, the
/// pairs are those of equal names in imagesTr and labelsTr, and in imagesTs and labelsTs.
///
/// - Throws: `DipperError` of code `importSourceInvalid` if the source holds several data sets, or if
///   a `dataset.json` is damaged.
func discoverTraining(in listing: FileListing, for _: ImportRequest) throws -> Discovery {
  let folder = try trainingFolder(of: listing)
  if let pairs = try listing.datasetDescription(in: folder)?.training, !pairs.isEmpty {
    return listed(pairs, in: folder, of: listing)
  }
  let names = ["imagestr", "labelstr", "imagests", "labelsts"]
  let part = listing.filtered { path in
    let parts = path.dropFirst(folder.count).split(separator: "/")
    return path.hasPrefix(folder) && parts.count > 1 && names.contains(parts[0].lowercased())
  }
  return NamePairing(of: part).discovery
}

/// Returns the path of the folder that holds imagesTr, with a trailing `/`; empty for the source
/// itself.
private func trainingFolder(of listing: FileListing) throws -> String {
  var folders: [String] = []
  for path in listing.paths {
    let parts = path.split(separator: "/")
    guard let index = parts.dropLast().firstIndex(where: { $0.lowercased() == "imagestr" }) else {
      continue
    }
    let folder = parts[..<index].map { "\($0)/" }.joined()
    if !folders.contains(folder) { folders.append(folder) }
  }
  guard folders.count < 2 else {
    let names = folders.map { $0.isEmpty ? "." : String($0.dropLast()) }.joined(separator: ", ")
    throw DipperError(
      .importSourceInvalid,
      "the source holds several data sets (\(names)); give the folder of one of them")
  }
  return folders.first ?? ""
}

private func listed(
  _ pairs: [DatasetDescription.ListedPair], in folder: String, of listing: FileListing
) -> Discovery {
  let volumes = SourceVolume.all(in: listing, isSeries: { _ in false })
  let known = Dictionary(volumes.map { ($0.files[0], $0) }) { first, _ in first }
  var found = Discovery()
  for pair in pairs {
    let paths = [pair.image, pair.mask].map { folder + normalised($0) }
    // Version 1 of nnU-Net lists images without the number of their channel.
    let image = known[paths[0]] ?? known[firstChannel(of: paths[0])]
    if let image, let mask = known[paths[1]] {
      found.volumes.append(VolumePair(mask.stem, image: image, mask: mask))
    } else {
      let missing = image == nil ? paths[0] : paths[1]
      found.unused.append(
        UnusedFile("\(folder)dataset.json", reason: "lists \(missing), which does not exist"))
    }
  }
  found.nameUnlisted(volumes, in: folder)
  return found
}

extension Discovery {
  /// Names the images and masks that a `dataset.json` does not list as pairs.
  fileprivate mutating func nameUnlisted(_ volumes: [SourceVolume], in folder: String) {
    let taken = Set(self.volumes.flatMap(\.allFiles))
    let channels = Set(self.volumes.compactMap { NameSuffix.channel(of: stem($0.image[0]))?.name })
    for one in volumes where !taken.contains(one.files[0]) {
      if let channel = NameSuffix.channel(of: one.stem), channels.contains(channel.name) {
        unused.append(
          UnusedFile(
            one.files[0], reason: "holds channel \(channel.number); channel 0 is read",
            isData: false))
      } else {
        unused.append(
          UnusedFile(
            one.files[0],
            reason: one.isTestImage
              ? UnusedFile.testImage : "is not among the pairs that \(folder)dataset.json lists",
            isData: !one.isTestImage))
      }
    }
  }
}

private func firstChannel(of path: String) -> String {
  let name = FileName(path)
  let rest = name.ending.isEmpty ? 0 : name.ending.count + 1
  return path.dropLast(rest) + "_0000" + path.suffix(rest)
}

private func normalised(_ path: String) -> String {
  path.hasPrefix("./") ? String(path.dropFirst(2)) : path
}

extension FileListing {
  /// Reads the `dataset.json` of a folder; nil if there is none.
  ///
  /// - Parameter folder: the path of the folder with a trailing `/`.
  /// - Throws: `DipperError` of code `importSourceInvalid` if it is no description of a data set.
  func datasetDescription(in folder: String) throws -> DatasetDescription? {
    guard let json = descriptions["\(folder)dataset.json"] else { return nil }
    do { return try JSONDecoder().decode(DatasetDescription.self, from: json) } catch {
      throw DipperError(
        .importSourceInvalid,
        "\(folder)dataset.json is damaged: its list `training` must hold pairs "
          + "{\"image\": ..., \"label\": ...}", cause: error)
    }
  }

  /// The values of the labels that a `dataset.json` names, by name; empty if there is none, or
  /// several.
  var labelNames: [String: [Int]] {
    let folders = descriptions.keys.filter { $0 == "dataset.json" || $0.hasSuffix("/dataset.json") }
    guard folders.count == 1, let folder = folders.first?.dropLast("dataset.json".count) else {
      return [:]
    }
    return (try? datasetDescription(in: String(folder)))?.labels ?? [:]
  }
}
