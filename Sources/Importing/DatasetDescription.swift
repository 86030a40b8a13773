import Foundation

/// The `dataset.json` that nnU-Net and the Medical Segmentation Decathlon put beside the images, in
/// any of its versions.
struct DatasetDescription: Decodable {
  /// An image and its mask as the file lists them, relative to its folder.
  struct ListedPair: Hashable {
    var image: String
    var mask: String
  }

  /// The pairs for training; nil if the file lists none, as in version 2.
  var training: [ListedPair]?
  /// The values of each label by its name. A region of nnU-Net has several.
  var labels: [String: [Int]] = [:]
  /// The names of the channels by their numbers.
  var channels: [Int: String] = [:]

  private enum CodingKeys: String, CodingKey {
    case training, dataset, labels, modality
    case channels = "channel_names"
  }

  /// Reads the file.
  ///
  /// - Throws: `DecodingError` if a key has a value of another type than the formats give it.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let listed = try container.decodeIfPresent([VersionOnePair].self, forKey: .training)
    let named = try? container.decodeIfPresent([String: VersionTwoPair].self, forKey: .dataset)
    training =
      listed.map { $0.map { ListedPair(image: $0.image, mask: $0.label) } }
      ?? named?.sorted { $0.key < $1.key }.compactMap { _, one in
        one.images.first.map { ListedPair(image: $0, mask: one.label) }
      }
    if let labels = try? container.decodeIfPresent([String: LabelValue].self, forKey: .labels) {
      for (key, value) in labels { add(key, value) }
    }
    let names =
      (try? container.decodeIfPresent([String: String].self, forKey: .channels))
      ?? (try? container.decodeIfPresent([String: String].self, forKey: .modality)) ?? [:]
    for (key, name) in names { if let number = Int(key) { channels[number] = name } }
  }

  /// Adds a label: version 2 gives the number of a name, version 1 the name of a number.
  private mutating func add(_ key: String, _ value: LabelValue) {
    switch value {
    case .numbers(let numbers): labels[key] = numbers
    case .name(let name):
      if let number = Int(key) {
        labels[name] = [number]
      } else if let number = Int(name) {
        labels[key] = [number]
      }
    }
  }
}

private struct VersionOnePair: Decodable {
  var image: String
  var label: String
}

private struct VersionTwoPair: Decodable {
  var images: [String]
  var label: String
}

private enum LabelValue: Decodable {
  case numbers([Int])
  case name(String)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int.self) {
      self = .numbers([number])
    } else if let numbers = try? container.decode([Int].self) {
      self = .numbers(numbers)
    } else {
      self = .name(try container.decode(String.self))
    }
  }
}
