/// The names of patients and volumes, from the folders of the patients.
struct PatientNaming {
  /// The number of folders that end in each name.
  private let counts: [String: Int]
  /// Whether all files lie in one folder, in which every pair is a patient of its own.
  private let isFlat: Bool

  init(of folders: [[String]]) {
    counts = Dictionary(grouping: folders) { $0.last ?? "" }.mapValues(\.count)
    isFlat = folders.count == 1
  }

  /// Returns the pairs of all patients, and what is left over.
  func discovery(of folders: [[String]: PatientFolder]) -> Discovery {
    var found = Discovery()
    var remarks: [String: Int] = [:]
    for (path, folder) in folders {
      let result = folder.matched()
      found.volumes += result.pairs.map { pair in
        volume(of: pair, in: path, isOnly: result.pairs.count == 1)
      }
      found.unused += result.unused
      for remark in result.remarks { remarks[remark, default: 0] += 1 }
      if let problem = result.problem {
        found.unused.append(
          UnusedFile(path.isEmpty ? "." : path.joined(separator: "/"), reason: problem))
      }
    }
    found.remarks = remarks.sorted { $0.key < $1.key }.map { remark, count in
      "\(remark) (\(count) \(count == 1 ? "patient" : "patients"))"
    }
    return found
  }

  private func volume(
    of pair: (name: String, image: PatientVolume, mask: PatientVolume), in path: [String],
    isOnly: Bool
  ) -> VolumePair {
    let short = path.last ?? ""
    let isUnique = counts[short] == 1
    let folder = isUnique ? short : path.joined(separator: "/")
    let stem = pair.image.volume.stem
    let longer = isUnique && stem.hasPrefix(short) ? stem : "\(folder)_\(stem)"
    if path.isEmpty || isFlat && !isOnly {
      return VolumePair(stem, image: pair.image.volume, mask: pair.mask.volume)
    }
    return VolumePair(
      isOnly ? folder : longer, patient: patient(of: path, named: folder),
      image: pair.image.volume, mask: pair.mask.volume)
  }

  /// Returns the name of the patient to whom a folder belongs.
  ///
  /// A folder of a visit (`ses-01`, `2003-05-12`, `baseline`) belongs to the patient of the folder
  /// above. In BraTS from 2023 on, the last number of a folder is that of the visit.
  private func patient(of path: [String], named folder: String) -> String {
    guard let last = path.last else { return folder }
    let visit =
      #/
      (?:ses|session|visit|study|scan|time|tp|week|month|day)[-_]?\d+ |
      baseline | follow.?up.* | (?:19|20)\d\d-?\d\d-?\d\d.* | \d\d-\d\d-\d{4}.*
      /#.ignoresCase()
    if path.count > 1, last.wholeMatch(of: visit) != nil {
      return path.dropLast().joined(separator: "/")
    }
    return last.wholeMatch(of: /(BraTS-[A-Za-z]+-\d+)-\d{3}/).map { String($0.1) } ?? folder
  }
}
