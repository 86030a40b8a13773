import Jobs

extension ImportLayout {
  /// Learn2Reg 2020 Task 2 (Zenodo 3835682) and its later release LungCT: CT of 20 patients, each
  /// after breathing out and in, with masks of both lungs (MATH: sections 8a and 8b).
  static let learn2reg = ImportLayout(
    name: "learn2reg",
    summary: "scans/case_001_exp.nii.gz with lungMasks/case_001_exp.nii.gz, or "
      + "imagesTr/LungCT_0001_0000.nii.gz with masksTr/LungCT_0001_0000.nii.gz",
    // MATH, section 8b.
    window: .range(low: -1000, high: 400), minimumArea: 50, target: .all,
    choices: [.phase, .side],
    // MATH, section 8a: the intensities are not plain HU in every release.
    shift: 1024, object: { .lung($0.side) }, discover: discoverLearn2Reg)
}

private func discoverLearn2Reg(_ listing: FileListing, _ request: ImportRequest) -> Discovery {
  var found = Discovery(volumes: [], problems: [])
  let known = Set(listing.paths)
  for path in listing.paths {
    guard let scan = scan(path), scan.phase == request.phase else { continue }
    if known.contains(scan.mask) {
      found.volumes.append(
        VolumePair(id: scan.patient, patient: scan.patient, image: [path], mask: [scan.mask]))
    } else {
      found.problems.append("\(path) has no mask \(scan.mask)")
    }
  }
  return found
}

private struct Scan {
  var patient: String
  var phase: ImportRequest.Phase
  var mask: String
}

private func scan(_ path: String) -> Scan? {
  if let match = path.wholeMatch(of: /(.*\/)?scans\/((case_\d+)_(exp|insp)\.nii(?:\.gz)?)/) {
    return Scan(
      patient: String(match.3), phase: match.4 == "exp" ? .expiration : .inspiration,
      mask: "\(match.1 ?? "")lungMasks/\(match.2)")
  }
  if let match = path.wholeMatch(of: /(.*\/)?imagesTr\/((LungCT_\d+)_000([01])\.nii(?:\.gz)?)/) {
    return Scan(
      patient: String(match.3), phase: match.4 == "0" ? .expiration : .inspiration,
      mask: "\(match.1 ?? "")masksTr/\(match.2)")
  }
  return nil
}
