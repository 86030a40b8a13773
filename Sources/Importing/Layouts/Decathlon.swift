import Errors
import Foundation
import Jobs

extension ImportLayout {
  /// The layout of the Medical Segmentation Decathlon (arXiv 2106.05735) and of nnU-Net's first
  /// version.
  ///
  /// A `dataset.json` lists pairs of files in imagesTr and labelsTr; without it they are matched by
  /// name.
  static let decathlon = ImportLayout(
    name: "decathlon", summary: "imagesTr/NAME.nii.gz with labelsTr/NAME.nii.gz, and dataset.json",
    window: .minmax, minimumArea: 50, target: .component, choices: [.label], shift: nil,
    object: { .label($0.label ?? .number(1)) }, discover: discoverDecathlon)
}

private struct DecathlonDescription: Decodable {
  struct ListedPair: Decodable {
    var image: String
    var label: String
  }
  var training: [ListedPair]
}

private func discoverDecathlon(in listing: FileListing, for _: ImportRequest) throws -> Discovery {
  guard let json = listing.descriptions["dataset.json"] else { return matched(listing) }
  guard let description = try? JSONDecoder().decode(DecathlonDescription.self, from: json) else {
    throw DipperError(
      .importSourceInvalid,
      "dataset.json has no list `training` of pairs {\"image\": ..., \"label\": ...}")
  }
  let known = Set(listing.paths)
  var found = Discovery(volumes: [], problems: [])
  for pair in description.training {
    let image = normalisedPath(pair.image)
    let mask = normalisedPath(pair.label)
    if let missing = [image, mask].first(where: { !known.contains($0) }) {
      found.problems.append("dataset.json lists \(missing), which does not exist")
    } else {
      found.volumes.append(volume(image, mask: mask))
    }
  }
  return found
}

private func matched(_ listing: FileListing) -> Discovery {
  let known = Set(listing.paths)
  var found = Discovery(volumes: [], problems: [])
  for path in listing.paths {
    guard let match = path.wholeMatch(of: /imagesTr\/([^\/]+\.nii(?:\.gz)?)/),
      !match.1.hasPrefix(".")
    else { continue }
    // nnU-Net appends the number of the channel to the name; only the first channel is read.
    let names: [String] = [
      String(match.1), String(match.1).replacing("_0000.nii", with: ".nii"),
    ]
    if let mask = names.map({ "labelsTr/\($0)" }).first(where: known.contains) {
      found.volumes.append(volume(path, mask: mask))
    } else if !match.1.contains(/_\d{4}\.nii/) || match.1.contains("_0000.nii") {
      found.problems.append("\(path) has no labelsTr/\(names[1])")
    }
  }
  return found
}

private func volume(_ image: String, mask: String) -> VolumePair {
  let name = stem(mask)
  return VolumePair(id: name, patient: name, image: [image], mask: [mask])
}

private func normalisedPath(_ path: String) -> String {
  path.hasPrefix("./") ? String(path.dropFirst(2)) : path
}
