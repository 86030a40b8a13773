import Jobs

extension ImportLayout {
  /// The layout of Learn2Reg 2020 Task 2 (Zenodo 3835682) and of its later release LungCT: CT scans
  /// of 20 patients, each after breathing out and in, with masks of both lungs.
  static let learn2reg = ImportLayout(
    name: "learn2reg",
    summary: "scans/case_001_exp.nii.gz with lungMasks/case_001_exp.nii.gz, or "
      + "imagesTr/LungCT_0001_0000.nii.gz with masksTr/LungCT_0001_0000.nii.gz",
    // The usual lung window from air to bone, in HU; the paper does not state one.
    window: .range(low: -1000, high: 400), minimumArea: 50, target: .all,
    choices: [.phase, .side],
    // Some releases store HU + 1024.
    shift: 1024, object: { .lung($0.side) }, discover: discoverLearn2Reg)
}

private func discoverLearn2Reg(
  in listing: FileListing, for request: ImportRequest
) -> Discovery {
  var found = Discovery()
  let known = Set(listing.paths)
  for path in listing.paths {
    guard let scan = LungScanPath(path) else { continue }
    if scan.phase != request.phase {
      found.unused += [path, scan.mask].filter(known.contains).map {
        UnusedFile($0, reason: "is of the breathing phase that is not asked for", isData: false)
      }
    } else if known.contains(scan.mask) {
      found.volumes.append(
        VolumePair(id: scan.patient, patient: scan.patient, image: [path], mask: [scan.mask]))
    } else {
      found.unused.append(UnusedFile(path, reason: "has no mask \(scan.mask)"))
    }
  }
  return found
}

/// The patient, phase and mask that belong to the path of a scan.
private struct LungScanPath {
  var patient: String
  var phase: ImportRequest.Phase
  /// The path of the mask.
  var mask: String

  /// Parses the path of a scan of either release; nil for other files.
  init?(_ path: String) {
    if let match = path.wholeMatch(
      of: /(.*\/)?scans\/((case_\d+)_(exp|insp)\.nii(?:\.gz)?)/.ignoresCase())
    {
      patient = String(match.3)
      phase = match.4.lowercased() == "exp" ? .expiration : .inspiration
      mask = "\(match.1 ?? "")lungMasks/\(match.2)"
    } else if let match = path.wholeMatch(
      of: /(.*\/)?imagesTr\/((LungCT_\d+)_000([01])\.nii(?:\.gz)?)/.ignoresCase())
    {
      patient = String(match.3)
      phase = match.4 == "0" ? .expiration : .inspiration
      mask = "\(match.1 ?? "")masksTr/\(match.2)"
    } else {
      return nil
    }
  }
}
