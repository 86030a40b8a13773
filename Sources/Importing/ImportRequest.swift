import Jobs

/// What to import, and which choices the paper leaves open (MATH: section 8).
public struct ImportRequest: Hashable, Sendable, Codable {
  /// Which slices of a volume, among those where the object is large enough.
  public enum SliceRule: String, Hashable, Sendable, Codable, CaseIterable {
    /// The one with the largest object; of equal ones the lowest.
    case largest
    /// The one nearest to the middle between the lowest and the highest.
    case middle
    /// One, drawn from the seed.
    case random
    /// Every one; a volume for training still gives only its largest.
    case all
  }

  /// In which order the volumes are taken.
  public enum Order: String, Hashable, Sendable, Codable, CaseIterable {
    /// By name, numbers by value.
    case listed
    /// Drawn from the seed.
    case random
  }

  /// Which scan of a patient, where there are two.
  public enum Phase: String, Hashable, Sendable, Codable, CaseIterable {
    /// After breathing out: Learn2Reg's fixed images.
    case expiration
    /// After breathing in.
    case inspiration
  }

  /// Which lung: the patient's left is on the right of the picture.
  public enum Side: String, Hashable, Sendable, Codable, CaseIterable {
    /// The patient's.
    case left, right
    /// Both as one object.
    case both
  }

  /// Which part of a slice's marked pixels is the object.
  public enum Target: String, Hashable, Sendable, Codable, CaseIterable {
    /// The largest connected part, the one that the clicks lie in.
    case component
    /// All of them.
    case all
  }

  /// A choice that only some layouts have, as the command line calls it.
  public enum Choice: String, Hashable, Sendable, CaseIterable {
    /// Which scan of a patient.
    case phase
    /// Which lung.
    case side
    /// Which value of the mask.
    case label
  }

  /// The name of one of `ImportLayout.all`.
  public var layout: String
  /// The data set's name.
  public var name: String
  /// Of the choice of slices, of a random order, and of the simulated clicks.
  public var seed: UInt64 = 1
  /// Which slices of a volume.
  public var slice = SliceRule.largest
  /// In which order the volumes are taken.
  public var order = Order.listed
  /// The first so many patients are for training, the others for testing.
  public var train = 2
  /// The import ends when so many patients gave a slice; nil takes all.
  public var patients: Int?
  /// Which scan of a patient.
  public var phase = Phase.expiration
  /// Which lung.
  public var side = Side.left
  /// Which part of a slice's marked pixels.
  public var target: Target?
  /// The mask's value that marks the object; nil takes the layout's, or every value that marks.
  public var label: Int?
  /// The smallest object that makes a slice worth taking, in pixels; nil takes the layout's.
  public var minimumArea: Int?
  /// How intensities become `[0, 1]`; nil takes the layout's.
  public var window: IntensityWindow?
  /// A regular expression whose first group, found in a volume's name, names the patient; nil takes
  /// every volume for a patient of its own.
  public var patientPattern: String?

  /// A request with the defaults.
  public init(layout: String, name: String) {
    (self.layout, self.name) = (layout, name)
  }
}
