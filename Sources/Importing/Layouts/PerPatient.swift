import Errors
import Jobs

extension ImportLayout {
  /// The layout of one folder for each patient, with the image and its mask in it or in folders
  /// below: KiTS, BraTS, TotalSegmentator, ACDC, PROMISE12 and their like.
  static let perPatient = ImportLayout(
    name: "per-patient",
    summary: "PATIENT/IMAGE.* with PATIENT/MASK.*, such as PATIENT/imaging.nii.gz with "
      + "PATIENT/segmentation.nii.gz",
    window: .minmax, minimumArea: 50, target: .all, choices: [.label, .imageName, .maskName],
    shift: nil, object: { $0.label.map(ObjectRule.label) ?? .marked },
    discover: discoverPatients)
}

private func discoverPatients(
  in listing: FileListing, for request: ImportRequest
) throws -> Discovery {
  let rule = PatientRule(
    image: try request.imageName.map { try NamePattern($0) },
    mask: try request.maskName.map { try NamePattern($0) })
  var unused: [UnusedFile] = []
  var folders: [[String]: PatientFolder] = [:]
  for volume in SourceVolume.all(in: listing, isSeries: { _ in true }) {
    switch rule.reading(of: volume) {
    case .image(let one): folders[one.patient, default: PatientFolder()].images.append(one)
    case .mask(let one): folders[one.patient, default: PatientFolder()].masks.append(one)
    case .unchosen(let option):
      unused += volume.files.map {
        UnusedFile($0, reason: "does not have the name that \(option) gives", isData: false)
      }
    }
  }
  moveSeries(in: &folders)
  var found = PatientNaming(of: Array(folders.keys)).discovery(of: folders)
  found.unused += unused
  return found
}

/// Moves a series whose slices lie in a patient's folder itself from the folder above to that one.
private func moveSeries(in folders: inout [[String]: PatientFolder]) {
  for (path, folder) in folders {
    for one in folder.images where one.volume.isSeries {
      guard folders[path + [one.volume.fileName]] != nil else { continue }
      folders[path]?.images.removeAll { $0.volume == one.volume }
      folders[path + [one.volume.fileName]]?.images.append(one)
    }
  }
  folders = folders.filter { !$0.value.images.isEmpty || !$0.value.masks.isEmpty }
}

/// An image or mask in the folder of its patient.
struct PatientVolume {
  var volume: SourceVolume
  /// The folder of the patient.
  var patient: [String]
  /// The texts for which the wildcards of the user's pattern stand.
  var captured: [String]

  /// The volume's name without the patient's, as in `flair` for `BraTS_1/BraTS_1_flair.nii.gz`.
  var name: String {
    guard let patient = patient.last, volume.stem.hasPrefix(patient) else { return volume.stem }
    let rest = volume.stem.dropFirst(patient.count).drop { "_-. ".contains($0) }
    return rest.isEmpty ? volume.stem : String(rest)
  }
}

/// The rule that tells images from masks and finds the folders of their patients.
private struct PatientRule {
  var image: NamePattern?
  var mask: NamePattern?

  enum Reading {
    case image(PatientVolume)
    case mask(PatientVolume)
    /// The volume has another name than the option gives.
    case unchosen(option: String)
  }

  func reading(of volume: SourceVolume) -> Reading {
    if let mask, let found = match(mask, with: volume) { return .mask(found) }
    if let image, let found = match(image, with: volume) { return .image(found) }
    let roles = FolderRoles(volume.folders)
    let one = PatientVolume(volume: volume, patient: roles.others, captured: [])
    let isMask =
      volume.isSegmentation || volume.isSeries && FolderRole(volume.stem)?.isMask == true
      || roles.isMask
        ?? (NameSuffix.removingMask(from: volume.stem) != nil
          || NameSuffix.isMask(one.name))
    if isMask { return mask == nil ? .mask(one) : .unchosen(option: "--mask-name") }
    return image == nil ? .image(one) : .unchosen(option: "--image-name")
  }

  private func match(_ pattern: NamePattern, with volume: SourceVolume) -> PatientVolume? {
    pattern.match(volume, patient: { FolderRoles($0).others }).map {
      PatientVolume(volume: volume, patient: $0.patient, captured: $0.captured)
    }
  }
}
