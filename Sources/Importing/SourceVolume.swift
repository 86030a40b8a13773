/// The files of one image or mask of a source.
struct SourceVolume: Hashable {
  /// The names of the folders that hold it, from the top of the source.
  var folders: [String]
  /// The name of the file, or of the folder of a DICOM series.
  var fileName: String
  /// The name without the ending of a file.
  var stem: String
  /// The paths of the files that are read: one, or the slices of a series.
  var files: [String]
  /// The paths of the files with the voxels, if the file that is read is only a header.
  var voxels: [String] = []
  /// Whether the file says of itself that it is a mask: a DICOM segmentation does.
  var isSegmentation = false

  /// Whether the volume is a series of DICOM files in a folder.
  var isSeries: Bool { files[0].split(separator: "/").count == folders.count + 2 }

  /// Whether a folder says that the volume is an image for testing, as imagesTs does.
  var isTestImage: Bool {
    folders.compactMap { FolderRole($0) }.last.map { !$0.isMask && $0.isForTesting } ?? false
  }

  /// Creates the volume of one file.
  init(file path: String) {
    folders = path.split(separator: "/").dropLast().map(String.init)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    fileName = name
    stem = FileName(name).stem
    files = [path]
  }

  /// Creates the volume of a series of DICOM files in a folder, which is not the source itself.
  init(series files: [String], in folder: [String]) {
    folders = folder.dropLast()
    fileName = folder.last ?? ""
    stem = fileName
    self.files = files
  }

  /// Returns the images and masks of a listing, in natural order.
  ///
  /// - Parameter isSeries: tells whether the DICOM files in a folder are the slices of one volume;
  ///   otherwise each of them is a volume.
  static func all(
    in listing: FileListing, isSeries: (_ folder: [String]) -> Bool
  ) -> [SourceVolume] {
    var volumes: [SourceVolume] = []
    var series: [[String]: Int] = [:]
    for path in listing.paths {
      var one = SourceVolume(file: path)
      switch listing.kinds[path] {
      case .volume: break
      case .segmentation: one.isSegmentation = true
      case .header(let voxels): one.voxels = voxels
      case .slice where !one.folders.isEmpty && isSeries(one.folders):
        if let index = series[one.folders] {
          volumes[index].files.append(path)
          continue
        }
        series[one.folders] = volumes.count
        one = SourceVolume(series: [path], in: one.folders)
      case .slice: break
      case .voxels, .unusable, nil: continue
      }
      volumes.append(one)
    }
    return volumes
  }
}

extension VolumePair {
  /// Creates the pair of an image and its mask.
  ///
  /// - Parameters:
  ///   - name: the name of the volume, which gives its id.
  ///   - patient: the name of the patient; nil stands for the volume's name.
  init(_ name: String, patient: String? = nil, image: SourceVolume, mask: SourceVolume) {
    self.init(
      id: name, patient: patient ?? name, image: image.files, mask: mask.files,
      imageVoxels: image.voxels, maskVoxels: mask.voxels)
  }
}
