import Jobs

/// A way in which a collection of volumes lies in folders, and what the paper takes from it.
public struct ImportLayout: Sendable {
  /// As the command line calls it.
  public let name: String
  /// One line for a person.
  public let summary: String
  /// How intensities become `[0, 1]`, unless the request says otherwise.
  public let window: IntensityWindow
  /// The smallest object that makes a slice worth taking, in pixels.
  public let minimumArea: Int
  /// Which part of a slice's marked pixels is the object.
  public let target: ImportRequest.Target
  /// Which of the choices it has that not every layout has.
  public let choices: Set<ImportRequest.Choice>
  /// How far intensities may be shifted: `(HU + shift)` where the scan says nothing below -500.
  let shift: Float?
  /// What in a mask is the object.
  let object: @Sendable (ImportRequest) -> ObjectRule
  /// Finds the volumes in a listing.
  let discover: @Sendable (FileListing, ImportRequest) throws -> Discovery

  /// Each in its own file of `Layouts`.
  public static let all: [ImportLayout] = [.learn2reg, .lits, .decathlon, .folder]

  /// The layout of that name.
  ///
  /// - Throws: `ImportingError` of code `request` that lists those there are.
  public static func named(_ name: String) throws -> ImportLayout {
    guard let layout = all.first(where: { $0.name == name }) else {
      throw ImportingError(
        .request,
        "there is no layout `\(name)`; take \(all.map(\.name).joined(separator: ", "))")
    }
    return layout
  }

  /// Sees that nothing is asked for that has no meaning here.
  ///
  /// - Parameter asked: what the user said, not what follows from defaults.
  /// - Throws: `ImportingError` of code `request` that names the layouts that have the choice.
  public func check(_ asked: Set<ImportRequest.Choice>) throws {
    guard let vain = asked.subtracting(choices).min(by: { $0.rawValue < $1.rawValue }) else {
      return
    }
    let others = Self.all.filter { $0.choices.contains(vain) }.map(\.name)
    throw ImportingError(
      .request,
      "--\(vain.rawValue) means nothing to the layout \(name); it belongs to "
        + others.joined(separator: ", "))
  }

  /// The volumes of a source in the order in which they are taken, and what is wrong with it.
  ///
  /// - Throws: `ImportingError` of code `source` where the source has another layout.
  public func volumes(in listing: FileListing, for request: ImportRequest) throws -> Discovery {
    var found = try discover(listing, request)
    found.volumes = try found.volumes.map { try $0.named(by: request) }
    guard !found.volumes.isEmpty else {
      throw ImportingError(
        .source,
        (["the source holds no pair of image and mask as \(name) lays them out (\(summary))"]
          + found.problems).joined(separator: "; "))
    }
    if let twice = firstRepeated(found.volumes.map(\.id)) {
      let images = found.volumes.filter { $0.id == twice }.compactMap(\.image.first)
      throw ImportingError(
        .source,
        "\(images.joined(separator: " and ")) would both be called \(twice), as ids hold letters, "
          + "digits, -, _ and . only; rename one of them, or keep one")
    }
    found.volumes = ordered(found.volumes, request)
    return found
  }
}

/// An image and its mask, which may take several files each.
public struct VolumePair: Hashable, Sendable, Codable {
  /// Unique in the source, fit to be a file's name.
  public var id: String
  /// Whose it is.
  public var patient: String
  /// One file, or those of a DICOM series; relative to the source.
  public var image: [String]
  /// As `image`.
  public var mask: [String]
}

/// What a layout found.
public struct Discovery: Hashable, Sendable {
  /// The pairs.
  public var volumes: [VolumePair]
  /// Files that are there in vain, in words.
  public var problems: [String]
}

func firstRepeated(_ names: [String]) -> String? {
  var seen: Set<String> = []
  return names.first { !seen.insert($0).inserted }
}
